// The house as data: which place may import from which. The order is the law: a file imports from its own place and
// from what stands left of it, never from the right. Files that stand directly on a floor are a place of their own.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** The project's root. */
export const root = join(import.meta.dirname, "../../..");

/** Every place of src, lowest first: `floor` for its own files, `floor/room` for a room, or one file by name. */
export const order = [
  "base",
  "base/page",
  "base/metric",
  "base/stat",
  "base/token",
  "log/reader",
  "log/catalog",
  "log/split",
  "log/baseline",
  "dataset/template",
  "dataset/task",
  "dataset/audit",
  "dataset/format",
  "dataset",
  "job/micro",
  "job/provider",
  "job",
  "eval/model",
  "eval/score",
  "eval/suite",
  "eval/system",
  "eval/report",
  "eval/recommend",
  "eval",
  "run.ts",
  "index.ts",
  "cli",
] as const;

/** The place of a file given by its path under src, with `/`; a path of no place gives its folder (or its name). */
export function placeOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? path : path.slice(0, at);
}

/**
 * The breaks of the law in one file's imports, each as a sentence.
 * @param from path under src of the importing file.
 * @param targets paths under src of what it imports.
 */
export function breaksOf(from: string, targets: readonly string[]): string[] {
  const rank = (path: string): number => (order as readonly string[]).indexOf(placeOf(path));
  if (rank(from) < 0) return [`${from} stands in no place of the house`];
  return targets
    .filter((to) => rank(to) < 0 || rank(to) > rank(from))
    .map((to) => `${from} imports ${to}, which stands right of it`);
}

/**
 * What a source text names of other files: imports and exports, typed or not, import() and worker entries alike, for
 * each is a quoted relative path with an extension of code.
 */
export function relativeImports(text: string): string[] {
  return [...text.matchAll(/["'](\.{1,2}\/[^"'\n]+\.ts)["']/g)].map((match) => match[1]!);
}

/** The packages a source text imports: `zod`, `@scope/name`, `node:fs`. */
export function packageImports(text: string): string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*["']([@\w][\w./:@-]*)["']/gm);
  return [...found].map(([, name]) =>
    name!.startsWith("node:")
      ? name!
      : name!
          .split("/")
          .slice(0, name!.startsWith("@") ? 2 : 1)
          .join("/"),
  );
}

/** A source text without its comments, lines kept. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ""))
    .replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** Files under a folder of the project, as paths relative to that folder with `/`, sorted; [] where it is missing. */
export function filesUnder(folder: string): string[] {
  const top = join(root, folder);
  try {
    return readdirSync(top, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(top, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .sort();
  } catch {
    return [];
  }
}

/** Text of a file of the project. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
