// Reads a YAML file against a zod schema; every complaint names file:line:col, unknown keys get the nearest known one.

import { readFile } from "node:fs/promises";
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { nearest, UsageError } from "../../base/errors.ts";

export type YamlPath = readonly (string | number)[];

/** A checked file: its value, and where the node of a path stands in the source. */
export type YamlFile<T> = {
  value: T;
  /** The source text of a node with its 1-based place; of the nearest parent where the node is absent. */
  sourceAt: (path: YamlPath) => { raw: string; line: number; col: number };
};

/** Reads and checks one file. Throws UsageError on unreadable YAML and on the first key or value the schema refuses. */
export async function readYaml<T>(file: string, schema: z.ZodType<T>): Promise<YamlFile<T>> {
  return parseYaml(await readFile(file, "utf8"), file, schema);
}

/** `readYaml` on text that is already at hand; `file` only names it. */
export function parseYaml<T>(source: string, file: string, schema: z.ZodType<T>): YamlFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken) {
    throw new UsageError(
      broken.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
      {
        code: "yaml-syntax",
        where: place(broken.pos[0]),
        cause: broken,
      },
    );
  }
  const rangeAt = (path: YamlPath): [number, number] => {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown =
        length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return [node.range[0], node.range[1]];
    }
    return [0, source.length];
  };
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const path = issue.path.filter((part) => typeof part !== "symbol");
    if (issue.code === "unrecognized_keys") {
      const key = issue.keys[0]!;
      const known = keysAt(schema, path);
      const near = nearest(key, known);
      throw new UsageError(`unknown key "${key}"`, {
        code: "yaml-unknown-key",
        where: place(keyOffset(document, path, key) ?? rangeAt(path)[0]),
        next: near ? `Did you mean "${near}"?` : `Known here: ${known.join(", ")}.`,
      });
    }
    throw new UsageError(`${path.join(".") || "the file"}: ${issue.message}`, {
      code: "yaml-value",
      where: place(rangeAt(path)[0]),
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

function keyOffset(document: Document, path: YamlPath, key: string): number | null {
  const map: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(map)) return null;
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  return pair && isScalar(pair.key) ? (pair.key.range?.[0] ?? null) : null;
}

function keysAt(schema: z.ZodType, path: YamlPath): string[] {
  let at: unknown = schema;
  for (const part of path) {
    if (at instanceof z.ZodObject) at = (at.shape as Record<string, unknown>)[part];
    else if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    while (at instanceof z.ZodDefault || at instanceof z.ZodNullable || at instanceof z.ZodOptional)
      at = at.unwrap();
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}
