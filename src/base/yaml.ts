// The one reader of YAML files: a file, laid over by `--set key.path=value`, checked by a zod schema. Every complaint
// names file:line:col, or the flag; unknown keys and values get the nearest known one.

import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isMap, isNode, isScalar, LineCounter, parse, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { nearest, UsageError } from "./errors.ts";

export type YamlPath = readonly (string | number)[];

/** One `--set`: where it goes, what it puts there, and how it was written. */
export type Override = { path: string[]; value: unknown; flag: string };

/** A checked file: its value, and where the node of a path stands in the source. */
export type YamlFile<T> = {
  value: T;
  /** The source text of a node with its 1-based place; of the nearest parent where the node is absent. */
  sourceAt: (path: YamlPath) => { raw: string; line: number; col: number };
};

/** Reads `key.path=value`; the value is YAML ("3", "[en, ko]", "null"). Throws UsageError naming the flag. */
export function parseOverride(text: string): Override {
  const flag = `--set ${text}`;
  const cut = text.indexOf("=");
  const path = text.slice(0, Math.max(cut, 0)).split(".");
  if (cut < 1 || path.some((part) => part === "" || part === "__proto__")) {
    throw new UsageError("an override is written key.path=value", {
      code: "override-syntax",
      where: flag,
      next: "For example: --set history.window=5",
    });
  }
  const source = text.slice(cut + 1);
  try {
    return { path, value: source === "" ? "" : parse(source), flag };
  } catch (error) {
    throw new UsageError(`the value is no YAML: ${firstLine(error)}`, {
      code: "override-syntax",
      where: flag,
      next: "Quote texts with special characters: --set 'name=\"a: b\"'",
      cause: error,
    });
  }
}

/** Reads and checks one file. Throws UsageError on unreadable YAML and on the first key or value the schema refuses. */
export async function readYaml<T>(
  file: string,
  schema: z.ZodType<T>,
  overrides: readonly Override[] = [],
): Promise<YamlFile<T>> {
  let source: string;
  try {
    source = await readFile(file, "utf8");
  } catch (error) {
    throw await unreadable(file, error);
  }
  return parseYaml(source, file, schema, overrides);
}

/** `readYaml` on text that is already at hand; `file` only names it. */
export function parseYaml<T>(
  source: string,
  file: string,
  schema: z.ZodType<T>,
  overrides: readonly Override[] = [],
): YamlFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken) {
    const what = firstLine(broken).replace(/ at line \d+, column \d+:?$/, "");
    throw new UsageError(what, {
      code: "yaml-syntax",
      where: place(broken.pos[0]),
      next: "Mend the YAML there; indentation is by spaces.",
      cause: broken,
    });
  }
  const rangeAt = (path: YamlPath): [number, number] => {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown =
        length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return [node.range[0], node.range[1]];
    }
    return [0, source.length];
  };
  let input: unknown = document.toJS();
  for (const override of overrides) input = lay(input, override, 0);
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const path = issue.path.filter((part) => typeof part !== "symbol");
    const key = issue.code === "unrecognized_keys" ? issue.keys[0]! : null;
    const full = key === null ? path : [...path, key];
    // The last flag wins, as it does when they are laid over one another.
    const flag = overrides.findLast((o) => touches(o.path, full))?.flag;
    if (key !== null) {
      const known = keysAt(schema, path, input);
      const near = nearest(key, known);
      throw new UsageError(`unknown key "${key}"`, {
        code: "yaml-unknown-key",
        where: flag ?? place(keyOffset(document, path, key) ?? rangeAt(path)[0]),
        next: near ? `Did you mean "${near}"?` : `Known here: ${known.join(", ")}.`,
      });
    }
    const held = valueAt(input, path);
    const choices = choicesOf(issue, schema, input);
    const near = typeof held === "string" && choices ? nearest(held, choices) : null;
    throw new UsageError(`${path.join(".") || "the file"}: ${issue.message}`, {
      code: "yaml-value",
      where: flag ?? place(rangeAt(path)[0]),
      ...(near !== null
        ? { next: `Did you mean "${near}"?` }
        : choices
          ? { next: `Known here: ${choices.join(", ")}.` }
          : {}),
    });
  }
  return {
    value: parsed.data,
    sourceAt: (path) => {
      const [start, end] = rangeAt(path);
      return { raw: source.slice(start, end), ...lines.linePos(start) };
    },
  };
}

/** Puts the value of an override into a copy of `base`; lists are reached by position. */
function lay(base: unknown, override: Override, depth: number): unknown {
  const part = override.path[depth];
  if (part === undefined) return override.value;
  if (Array.isArray(base)) {
    const at = Number(part);
    if (!Number.isInteger(at) || at < 0 || at > base.length) {
      throw new UsageError(`"${part}" is no place in a list of ${base.length}`, {
        code: "override-path",
        where: override.flag,
        next: `Places count from 0: ${[...override.path.slice(0, depth), "0"].join(".")}=…`,
      });
    }
    const copy: unknown[] = [...(base as unknown[])];
    copy[at] = lay(copy[at], override, depth + 1);
    return copy;
  }
  if (base !== null && base !== undefined && typeof base !== "object") {
    throw new UsageError(`${override.path.slice(0, depth).join(".")} holds no keys`, {
      code: "override-path",
      where: override.flag,
    });
  }
  const held = (base ?? {}) as Record<string, unknown>;
  const inner = Object.hasOwn(held, part) ? held[part] : undefined;
  return { ...held, [part]: lay(inner, override, depth + 1) };
}

/** Whether an override wrote the value at `path`, a part of it, or what holds it. */
function touches(override: readonly string[], path: YamlPath): boolean {
  return override.every((part, i) => i >= path.length || part === String(path[i]));
}

function valueAt(input: unknown, path: YamlPath): unknown {
  let at = input;
  for (const part of path) {
    if (at === null || typeof at !== "object") return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

function keyOffset(document: Document, path: YamlPath, key: string): number | null {
  const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(map)) return null;
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  return pair && isScalar(pair.key) ? (pair.key.range?.[0] ?? null) : null;
}

function keysAt(schema: z.ZodType, path: YamlPath, input: unknown): string[] {
  const at = schemaAt(schema, path, input);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** The values that a refused place may hold, where they are listed. */
function choicesOf(issue: z.core.$ZodIssue, schema: z.ZodType, input: unknown): string[] | null {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code !== "invalid_union") return null;
  const path = issue.path.filter((part) => typeof part !== "symbol");
  const union = unwrap(schemaAt(schema, path.slice(0, -1), input, "union"));
  if (!(union instanceof z.ZodDiscriminatedUnion)) return null;
  return union.options.flatMap((option) => literalsOf(option, union.def.discriminator));
}

function schemaAt(
  schema: z.ZodType,
  path: YamlPath,
  input: unknown,
  stop: "option" | "union" = "option",
): unknown {
  let at: unknown = unwrap(schema);
  let value = input;
  for (const part of path) {
    at = optionOf(at, value);
    if (at instanceof z.ZodObject) at = (at.shape as Record<string, unknown>)[part];
    else if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    at = unwrap(at);
    value = valueAt(value, [part]);
  }
  return stop === "union" ? at : optionOf(at, value);
}

/** The option of a union that a value chose by its discriminator; other schemas are returned as they are. */
function optionOf(schema: unknown, value: unknown): unknown {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const key = schema.def.discriminator;
  return schema.options.find((option) =>
    literalsOf(option, key).includes(String(valueAt(value, [key]))),
  );
}

function literalsOf(option: unknown, key: string): string[] {
  if (!(option instanceof z.ZodObject)) return [];
  const literal = (option.shape as Record<string, unknown>)[key];
  return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
}

function unwrap(schema: unknown): unknown {
  let at = schema;
  while (
    at instanceof z.ZodDefault ||
    at instanceof z.ZodPrefault ||
    at instanceof z.ZodNullable ||
    at instanceof z.ZodOptional
  )
    at = at.unwrap();
  return at;
}

async function unreadable(file: string, error: unknown): Promise<UsageError> {
  const code = (error as NodeJS.ErrnoException).code;
  const beside = await readdir(dirname(file)).catch((): string[] => []);
  const near = nearest(basename(file), beside);
  const what =
    code === "ENOENT"
      ? "there is no such file"
      : code === "EISDIR"
        ? "this is a folder, not a YAML file"
        : `cannot be read: ${firstLine(error)}`;
  return new UsageError(what, {
    code: "yaml-missing",
    where: file,
    next: near ? `Did you mean ${join(dirname(file), near)}?` : "Check the path.",
    cause: error,
  });
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
