// rectune inspect PATH: what a log is, what a recipe reads, or what a dataset holds.

import { basename, dirname, extname, join, resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import { pathKind, writeFileAtomic } from "../base/files.ts";
import { inspectDataset } from "../dataset/inspect-dataset.ts";
import { inspectLog, type LogLook } from "../dataset/inspect-log.ts";
import { manifestName } from "../dataset/manifest.ts";
import { loadDatasetRecipe } from "../dataset/recipe.ts";
import type { LogRecipe } from "../log/reader/recipe.ts";
import { textOption, type CliCommand } from "./command.ts";
import { addDatasetOptions, readDatasetOptions, showDataset } from "./show-dataset.ts";
import { firstRecipe, noRecipe, readLogFlags, refuseRecipe, showLog } from "./show-log.ts";

export const command: CliCommand = {
  configure(command) {
    command.argument(
      "<path>",
      "log file or folder (- for standard input), dataset recipe, or dataset folder",
    );
    command.option(
      "-o, --output <file>",
      "of a log: write a first recipe, which builds as it stands",
    );
    addDatasetOptions(command);
  },
  async run(call) {
    const { args, flags, context, output } = call;
    const given = args[0]!;
    const to = textOption(call, "output");
    const path = resolve(context.cwd, given);
    if (flags.limit !== undefined) throw refuseFlag(`--limit ${flags.limit}`, "looks at all of it");
    if ((await pathKind(join(path, manifestName))) === "file") {
      const [set] = flags.set;
      if (set !== undefined) throw refuseFlag(`--set ${set}`, "finds a dataset built already");
      if (to !== undefined) throw noRecipe(given);
      const look = await inspectDataset(path, await readDatasetOptions(call));
      if (flags.json) output.json(look);
      else output.data(showDataset(look));
      return;
    }
    let look: LogLook;
    let recipe: LogRecipe;
    if ([".yaml", ".yml"].includes(extname(path))) {
      if (to !== undefined) throw noRecipe(given);
      const { log, dir } = await loadDatasetRecipe(given, flags.set, context.cwd);
      recipe = log;
      look = await inspectLog(recipe, dir, context);
    } else {
      if (to !== undefined) await refuseRecipe(to, given, context.cwd);
      // A remote path must reach the log room as it was written, to be refused by its scheme.
      const isRemote = /^[a-z][a-z0-9+.-]*:\/\//i.test(given);
      recipe = readLogFlags(isRemote || given === "-" ? given : basename(path), flags.set);
      look = await inspectLog(recipe, dirname(path), context);
    }
    if (flags.json) output.json(look);
    else output.data(showLog(look));
    if (to === undefined) return;
    const file = resolve(context.cwd, to);
    await writeFileAtomic(file, await firstRecipe(look, path, { to: file, recipe }));
    output.note(`wrote ${to}; next: rectune build ${to}`);
  },
};

function refuseFlag(flag: string, why: string): UsageError {
  return new UsageError(`inspect ${why}`, {
    code: "inspect-flag",
    where: flag,
    next: "Leave the flag out.",
  });
}
