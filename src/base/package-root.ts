// Where the package stands: what lies beside src/ in a clone and beside dist/ where it is installed, and the modules
// that threads start from.

import { enableCompileCache, getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

// What scripts/build.ts writes of this file lies as deep below the root as this file does.
const root = new URL("../../", import.meta.url);

/** The folder that holds package.json, templates/, datasets/, jobs/ and eval/. */
export const packageRoot = fileURLToPath(root);

/** The module a thread starts from; `path` is its path under src without the ending. */
export function threadEntry(path: string): URL {
  // Sources run as .ts, the package as .js.
  const isSource = import.meta.url.endsWith(".ts");
  return new URL(isSource ? `src/${path}.ts` : `dist/${path}.js`, root);
}

/** Where this thread keeps compiled code, for a thread that it starts; null where it keeps none. */
export function compileCacheDir(): string | null {
  const held = getCompileCacheDir();
  // Below the folder that was named, Node has one for its version.
  return held === undefined ? null : dirname(held);
}

/** Keeps compiled code where the thread that started this one does; to be called before what it loads is imported. */
export function shareCompileCache(dir: unknown): void {
  if (typeof dir === "string") enableCompileCache(dir);
}
