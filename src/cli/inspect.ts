// rectune inspect PATH: what a log is, what a recipe reads, or what a dataset holds.

import { basename, dirname, extname, join, resolve } from "node:path";
import { pathKind, writeFileAtomic } from "../base/files.ts";
import { inspectDataset } from "../dataset/inspect-dataset.ts";
import { inspectLog, type LogLook } from "../dataset/inspect-log.ts";
import { manifestName } from "../dataset/manifest.ts";
import { loadDatasetRecipe } from "../dataset/recipe.ts";
import { logSchema } from "../log/reader/recipe.ts";
import { textOption, type CliCommand } from "./command.ts";
import { addDatasetOptions, readDatasetOptions, showDataset } from "./show-dataset.ts";
import { firstRecipe, noRecipe, refuseRecipe, showLog } from "./show-log.ts";

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
    if ((await pathKind(join(path, manifestName))) === "file") {
      if (to !== undefined) throw noRecipe(given);
      const look = await inspectDataset(path, await readDatasetOptions(call));
      if (flags.json) output.json(look);
      else output.data(showDataset(look));
      return;
    }
    let look: LogLook;
    if ([".yaml", ".yml"].includes(extname(path))) {
      if (to !== undefined) throw noRecipe(given);
      const recipe = await loadDatasetRecipe(given, flags.set, context.cwd);
      look = await inspectLog(recipe.log, recipe.dir, context);
    } else {
      if (to !== undefined) await refuseRecipe(to, given, context.cwd);
      // A remote path must reach the log room as it was written, to be refused by its scheme.
      const isRemote = /^[a-z][a-z0-9+.-]*:\/\//i.test(given);
      const recipe = logSchema.parse({ path: isRemote || given === "-" ? given : basename(path) });
      look = await inspectLog(recipe, dirname(path), context);
    }
    if (flags.json) output.json(look);
    else output.data(showLog(look));
    if (to === undefined) return;
    const file = resolve(context.cwd, to);
    await writeFileAtomic(file, await firstRecipe(look, path, file));
    output.note(`wrote ${to}; next: rectune build ${to}`);
  },
};
