// What `rectune inspect` prints of a log, and the first recipe that its -o writes.

import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { z } from "zod";
import { UsageError } from "../base/errors.ts";
import { pathKind } from "../base/files.ts";
import { parseOverride, parseYaml } from "../base/yaml.ts";
import { writeFirstRecipe } from "../dataset/first-recipe.ts";
import type { LogLook, ScriptShares } from "../dataset/inspect-log.ts";
import { logSchema, type LogRecipe } from "../log/reader/recipe.ts";
import { formatTable } from "./format-table.ts";
import { printable } from "./printable.ts";

/** A look at a log as a table. */
export function showLog(look: LogLook): string {
  const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
  const rejected = Object.entries(look.rejected).map(([reason, n]) => `${reason} ${n}`);
  const rows: [string, string][] = [
    ["format", look.reader],
    ["files", look.files.join(", ")],
    ...look.columns.map((table): [string, string] => [
      "columns",
      `${table.file}: ${table.columns.slice(0, 20).join(", ")}`,
    ]),
    ["users", String(look.users)],
    ["items", String(look.items)],
    ["interactions", String(look.interactions)],
    ["density", `${(100 * look.density).toFixed(3)}%`],
    ["time", look.span ? `${day(look.span[0])} to ${day(look.span[1])}` : "none"],
    [
      "tied last pairs",
      look.tieShare === null ? "no times" : `${(100 * look.tieShare).toFixed(1)}% of users`,
    ],
    [
      "ratings",
      look.ratings.length === 0
        ? "none, or no scale"
        : look.ratings.map(([r, n]) => `${r}: ${n}`).join(", "),
    ],
    ["reviews", String(look.reviews)],
    ["unusable rows", rejected.length === 0 ? "none" : rejected.join(", ")],
    ["titles", showScripts(look.titles)],
    ["review texts", showScripts(look.reviewTexts)],
    ["licence", look.license ?? "not named by the log"],
    ["redistribution", look.redistribution],
    ...look.notes.map((note): [string, string] => ["note", `${note.message} (${note.count})`]),
  ];
  return formatTable(rows.map(([name, value]) => [name, plainText(value)]));
}

function showScripts({ texts, hangul, latin, other }: ScriptShares): string {
  if (texts === 0) return "none";
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  return `${texts}: Latin ${percent(latin)}, Hangul ${percent(hangul)}, other ${percent(other)}`;
}

/** Text of a file on one line, without what a terminal would obey. */
function plainText(text: string): string {
  return printable(text)
    .replaceAll(/[\t\n]/g, "\ufffd")
    .slice(0, 2000);
}

/** @throws UsageError where no recipe can be written: for standard input, and over a file that is there. */
export async function refuseRecipe(to: string, given: string, cwd: string): Promise<void> {
  if (given === "-") {
    throw new UsageError("a recipe cannot read standard input again", {
      code: "inspect-stdin",
      where: "-o",
      next: "Save the log in a file, and inspect that.",
    });
  }
  if ((await pathKind(resolve(cwd, to))) === "none") return;
  throw new UsageError("this exists already, and is not overwritten", {
    code: "out-exists",
    where: to,
    next: "Name a new file with -o, or remove it first.",
  });
}

/** The refusal of -o for what is no log. */
export function noRecipe(given: string): UsageError {
  return new UsageError(`${given} is no log: -o writes a first recipe of a log`, {
    code: "inspect-no-log",
    where: "-o",
    next: "Leave -o out, or name the log itself.",
  });
}

/** The first recipe of the log at `log`, read as `recipe` says, for the file `to`; both absolute. */
export async function firstRecipe(
  look: LogLook,
  log: string,
  { to, recipe }: { to: string; recipe: LogRecipe },
): Promise<string> {
  const dir = dirname(to);
  const slash = (path: string): string => path.replaceAll("\\", "/");
  const fromHere = slash(relative(dir, log)) || ".";
  let schema = "../schemas/dataset.schema.json";
  for (let at = dir; at !== dirname(at); at = dirname(at)) {
    const held = join(at, "schemas", "dataset.schema.json");
    if ((await pathKind(held)) !== "file") continue;
    schema = slash(relative(dir, held));
    break;
  }
  const name = basename(to, extname(to))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  const place = {
    name: name.replaceAll(/^-+|-+$/g, "") || "log",
    path: /^[./]/.test(fromHere) ? fromHere : `./${fromHere}`,
    schema,
  };
  const usual = logSchema.parse({ path: recipe.path });
  return writeFirstRecipe(look, place, {
    ...(recipe.feedback === null ? {} : { feedback: recipe.feedback }),
    ...(recipe.maxRejects === usual.maxRejects ? {} : { maxRejects: recipe.maxRejects }),
  });
}

/**
 * The `log` piece of a recipe for a log that has none, laid over by `--set log.…`.
 * @throws UsageError for a key that is none of it, and for log.path, which is the argument.
 */
export function readLogFlags(path: string, set: readonly string[]): LogRecipe {
  const overrides = set.map(parseOverride);
  const other = overrides.find(({ path: [first, second] }) => first !== "log" || second === "path");
  if (other !== undefined) {
    throw new UsageError(`inspect of a log takes keys of log, and its path as the argument`, {
      code: "inspect-set",
      where: other.flag,
      next: `For example: --set log.format=csv. Other keys belong into the recipe that -o writes.`,
    });
  }
  const source = JSON.stringify({ log: { path } });
  return parseYaml(source, path, z.strictObject({ log: logSchema }), overrides).value.log;
}
