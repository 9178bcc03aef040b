// Loads packs: the built-in wordings of the asked tasks and languages, a user's laid over them by wording name,
// or in their place (`replace: true`), each linted against its task. What comes back can be rendered.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { nearest, UsageError } from "../../base/errors.ts";
import { pathKind } from "../../base/files.ts";
import { lintWording } from "./lint.ts";
import { loadDomains } from "./load-domains.ts";
import { packSchema } from "./pack-schema.ts";
import { readYaml } from "../../base/yaml.ts";
import {
  blockNames,
  type Block,
  type BlockName,
  type Lang,
  type TaskContract,
  type Wording,
} from "./wording.ts";

export type PackSources = {
  /** The folder `templates/` of the tool. */
  builtinDir: string;
  /** A folder of the same shape, or null. */
  userDir: string | null;
  tasks: readonly TaskContract[];
  langs: readonly Lang[];
};

/**
 * Wordings of the tasks in the languages, in the order tasks × langs × file; a user's new names follow the built-in ones.
 * Throws UsageError at file:line:col on a pack that cannot be used, with all problems of the first bad wording.
 */
export async function loadPacks(options: PackSources): Promise<Wording[]> {
  if (options.userDir !== null) await checkUserFolder(options.userDir, options.builtinDir);
  const domains = await loadDomains(options);
  const wordings: Wording[] = [];
  for (const task of options.tasks) {
    for (const lang of options.langs) {
      const byName = new Map<string, Wording>();
      for (const root of [options.builtinDir, options.userDir]) {
        const file = root === null ? null : join(root, task.name, `${lang}.yaml`);
        if (file === null || (await pathKind(file)) !== "file") continue;
        const pack = await readPack(file, task.name, lang);
        if (pack.replace) byName.clear();
        for (const wording of pack.wordings) byName.set(wording.name, wording);
      }
      if (byName.size === 0) {
        throw new UsageError(`there is no pack for task ${task.name} in language ${lang}`, {
          code: "pack-missing",
          where: join(options.userDir ?? options.builtinDir, task.name, `${lang}.yaml`),
          next: "Write one; templates/README.md shows the shape.",
        });
      }
      const wordKeys = Object.keys(Object.values(domains[lang] ?? {})[0] ?? {});
      for (const wording of byName.values()) {
        refuseProblems(wording, task, wordKeys);
        wordings.push(wording);
      }
    }
  }
  return wordings;
}

/** Reads the wordings of one pack file, unlinted; `replace` = they stand alone. */
export async function readPack(
  file: string,
  task: string,
  lang: Lang,
): Promise<{ replace: boolean; wordings: Wording[] }> {
  const { value: pack, sourceAt } = await readYaml(file, packSchema);
  const refuse = (what: string, path: (string | number)[]): UsageError => {
    const { line, col } = sourceAt(path);
    return new UsageError(what, { code: "pack-mismatch", where: `${file}:${line}:${col}` });
  };
  if (pack.task !== task)
    throw refuse(`this pack is for task ${pack.task}, its folder says ${task}`, ["task"]);
  if (pack.lang !== lang)
    throw refuse(`this pack is in language ${pack.lang}, its file name says ${lang}`, ["lang"]);
  const seen = new Set<string>();
  const wordings = pack.wordings.map((entry, i) => {
    if (seen.has(entry.name))
      throw refuse(`two wordings are called "${entry.name}"`, ["wordings", i, "name"]);
    seen.add(entry.name);
    const blocks = Object.fromEntries(
      blockNames.map((name): [BlockName, Block] => [
        name,
        { text: entry[name], ...sourceAt(["wordings", i, name]) },
      ]),
    ) as Record<BlockName, Block>;
    const id = `${task}/${lang}/${entry.name}@${pack.version}`;
    return {
      id,
      task,
      lang,
      name: entry.name,
      version: pack.version,
      heldOut: entry.heldOut,
      join: entry.join,
      file,
      blocks,
    };
  });
  return { replace: pack.replace, wordings };
}

function refuseProblems(wording: Wording, task: TaskContract, wordKeys: readonly string[]): void {
  const [first, ...others] = lintWording(wording, task, wordKeys);
  if (!first) return;
  const rest = others.map((problem) => `\n  also ${problem.where}: ${problem.what}`).join("");
  throw new UsageError(first.what, {
    code: first.code,
    where: first.where,
    next: `${first.next}${rest}`,
  });
}

// A misspelt folder would otherwise leave the built-in wordings in force without a word.
async function checkUserFolder(userDir: string, builtinDir: string): Promise<void> {
  if ((await pathKind(userDir)) !== "folder") {
    throw new UsageError("the templates folder does not exist", {
      code: "templates-missing",
      where: userDir,
    });
  }
  const foldersOf = async (dir: string): Promise<string[]> =>
    (await readdir(dir, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  const known = await foldersOf(builtinDir);
  for (const folder of await foldersOf(userDir)) {
    if (known.includes(folder) || folder.startsWith(".")) continue;
    const near = nearest(folder, known);
    throw new UsageError(`"${folder}" is no task`, {
      code: "templates-unknown-folder",
      where: join(userDir, folder),
      next: near ? `Did you mean "${near}"?` : `Known: ${known.join(", ")}.`,
    });
  }
}
