// rectune build RECIPE: makes a dataset folder; its path goes to stdout.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { RectuneError } from "../base/errors.ts";
import { findStateDir } from "../base/files.ts";
import type { BuildOptions, BuildResult } from "../dataset/build.ts";
import { listSplit } from "../dataset/describe-split.ts";
import { splits } from "../log/split/timeline.ts";
import { startThreadAhead } from "../dataset/range-pool.ts";
import { textOption, type Call, type CliCommand } from "./command.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<recipe>", "dataset recipe, e.g. datasets/sample.yaml")
      .option("-o, --out <dir>", "folder to make (default: .rectune/datasets/<hash>)");
  },
  async run(call) {
    const { flags, context, output } = call;
    const out = textOption(call, "out");
    const place = resolve(context.cwd, out ?? context.stateDir ?? findStateDir(context.cwd));
    // Where nothing was built before, thread and DuckDB start at once; they are ready when recipe and templates are.
    const isFirst = !existsSync(place);
    if (isFirst) startThreadAhead();
    const { openDuckDBAhead } = await import("../log/reader/open-duckdb.ts");
    if (isFirst) openDuckDBAhead();
    const { buildDataset } = await import("../dataset/build.ts");
    const { loadDatasetRecipe } = await import("../dataset/recipe.ts");
    const recipe = await loadDatasetRecipe(call.args[0]!, flags.set, context.cwd);
    const startedMs = context.now();
    const result = await buildAsking(call, (ifExists) =>
      buildDataset(recipe, context, {
        ifExists,
        threads: flags.threads,
        ...(out === undefined ? {} : { out }),
        ...(flags.limit === undefined ? {} : { limit: flags.limit }),
      }),
    );
    const { dir, manifest, reused } = result;
    if (flags.json) output.json({ dir, reused, manifest });
    else output.data(dir);
    for (const line of summarise(result, context.now() - startedMs)) output.note(line);
  },
};

/** Builds; where another dataset is in the way and somebody is there to ask, asks. */
async function buildAsking(
  { flags, output }: Call,
  build: (ifExists: NonNullable<BuildOptions["ifExists"]>) => Promise<BuildResult>,
): Promise<BuildResult> {
  if (flags.ifExists !== "ask") return build(flags.ifExists);
  try {
    return await build("fail");
  } catch (error) {
    if (!(error instanceof RectuneError) || error.code !== "dataset-exists") throw error;
    const answer = output.confirm(`${error.message.split("\n")[0]}. Replace it?`);
    if (answer === null || !(await answer)) throw error;
    return build("replace");
  }
}

function summarise({ manifest, reused }: BuildResult, ms: number): string[] {
  if (reused) return [`${manifest.name}: built before from the same recipe and log; used as it is`];
  const { counts, notes } = manifest;
  const perSplit = splits.map((split) =>
    Object.values(counts.examples[split]).reduce((sum, n) => sum + n, 0),
  );
  const total = perSplit.reduce((sum, n) => sum + n, 0);
  const perSecond = Math.round((total / Math.max(1, ms)) * 1000);
  return [
    `${manifest.name}: ${counts.interactions} interactions, ${counts.users} users, ${counts.items} items`,
    `${total} examples (${splits.map((split, i) => `${split} ${perSplit[i]}`).join(", ")}) in ${(ms / 1000).toFixed(1)} s, ${perSecond} examples/s`,
    ...listSplit(manifest),
    ...notes
      .filter(({ code }) => code !== "split-not-global")
      .map(
        ({ code, count, message }) => `note[${code}]: ${count > 0 ? `${count} ` : ""}${message}`,
      ),
  ];
}
