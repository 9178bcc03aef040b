// Builds dist/ anew: declarations by tsc, code by rolldown, which puts the modules of a command and of the packages it
// uses into few files; to find and read hundreds takes longer than to run them. npm run build

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** What is started or imported by its path: the command line, the library, and what threads start from. */
const entries = ["cli/main", "index", "dataset/build-worker", "job/micro/engine-worker"];
/** Packages that stay as they are: native code, and those that few commands load. */
const external =
  /^(@duckdb\/node-bindings|@huggingface\/(hub|inference|tokenizers)|@jax-js\/jax|apache-arrow|openai|together-ai)(\/|$)/;

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], {
  stdio: "inherit",
});
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  platform: "node",
  external,
});
const { output } = await bundle.write({
  dir: dist,
  format: "esm",
  // src/base/package-root.ts counts on chunks that lie one folder deep.
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name].js",
  comments: { legal: true },
});
await bundle.close();
const files = output.filter((file) => file.type === "chunk");
const holder = files.find(({ moduleIds }) =>
  moduleIds.some((id) => id.endsWith("package-root.ts")),
);
if (holder?.fileName.split("/").length !== 2)
  throw new Error(`package-root.ts lies in ${holder?.fileName}, not one folder deep`);
const bundled = new Set(files.flatMap(({ moduleIds }) => moduleIds.flatMap(packageOf)));
writeFileSync(join(dist, "LICENSES.md"), licencesOf([...bundled].sort()));

/** The folder of the package a module belongs to; none for a module of our own. */
function packageOf(id: string): string[] {
  const parts = id.split(sep);
  const at = parts.lastIndexOf("node_modules");
  if (at < 0) return [];
  return [parts.slice(0, at + (parts[at + 1]!.startsWith("@") ? 3 : 2)).join(sep)];
}

/** The licences of packages, whole, as they ask to be passed on. */
function licencesOf(folders: readonly string[]): string {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    ) as Record<string, string>;
    const file = readdirSync(folder).find((held) => /^licen[cs]e(\.(md|txt))?$/i.test(held));
    if (file === undefined) throw new Error(`${name} has no licence file to pass on`);
    return `## ${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return `# Licences of the packages whose code is part of these files\n\n${texts.join("\n")}`;
}
