// rectune inspect PATH: what a log is, what a recipe reads, or what a dataset holds.

import { basename, dirname, extname, join, resolve } from "node:path";
import { pathKind } from "../base/files.ts";
import { inspectDataset } from "../dataset/inspect-dataset.ts";
import { inspectLog, type LogLook } from "../dataset/inspect-log.ts";
import { manifestName } from "../dataset/manifest.ts";
import { loadDatasetRecipe } from "../dataset/recipe.ts";
import { logSchema } from "../log/reader/recipe.ts";
import { formatTable, type CliCommand } from "./command.ts";
import { addDatasetOptions, readDatasetOptions, showDataset } from "./show-dataset.ts";

export const command: CliCommand = {
  configure(command) {
    command.argument("<path>", "log file or folder, dataset recipe, or dataset folder");
    addDatasetOptions(command);
  },
  async run(call) {
    const { args, flags, context, output } = call;
    const given = args[0]!;
    const path = resolve(context.cwd, given);
    if ((await pathKind(join(path, manifestName))) === "file") {
      const look = await inspectDataset(path, await readDatasetOptions(call));
      if (flags.json) output.json(look);
      else output.data(showDataset(look));
      return;
    }
    let look: LogLook;
    if ([".yaml", ".yml"].includes(extname(path))) {
      const recipe = await loadDatasetRecipe(given, flags.set, context.cwd);
      look = await inspectLog(recipe.log, recipe.dir, context);
    } else {
      // A remote path must reach the log room as it was written, to be refused by its scheme.
      const isRemote = /^[a-z][a-z0-9+.-]*:\/\//i.test(given);
      const recipe = logSchema.parse({ path: isRemote ? given : basename(path) });
      look = await inspectLog(recipe, dirname(path), context);
    }
    if (flags.json) output.json(look);
    else output.data(showLog(look));
  },
};

function showLog(look: LogLook): string {
  const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
  const rejected = Object.entries(look.rejected).map(([reason, n]) => `${reason} ${n}`);
  const rows: [string, string][] = [
    ["format", look.reader],
    ["files", look.files.join(", ")],
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
    ["licence", look.license ?? "not named by the log"],
  ];
  return formatTable(rows);
}
