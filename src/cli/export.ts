// rectune export DIR --format F -o DIR: a dataset in a trainer's format.

import { exportDataset } from "../dataset/export.ts";
import { splits } from "../log/split/timeline.ts";
import { textOption, type CliCommand } from "./command.ts";
import { formatList, formatOf } from "./format-flag.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<dataset>", "dataset folder")
      .requiredOption("--format <name>", `one of: ${formatList}`)
      .requiredOption("-o, --out <dir>", "folder to make")
      .option("--task <name...>", "only examples of these tasks");
  },
  async run(call) {
    const { args, options, flags, context, output } = call;
    const tasks = options["task"] as string[] | undefined;
    const { dir, manifest, checks } = await exportDataset(args[0]!, formatOf(call), context, {
      out: textOption(call, "out")!,
      ifExists: flags.ifExists === "replace" ? "replace" : "fail",
      ...(tasks ? { tasks } : {}),
    });
    if (flags.json) output.json({ dir, manifest });
    else output.data(dir);
    const rows = splits.map((split) => `${split} ${manifest.rows[split]}`).join(", ");
    output.note(`${manifest.dataset.name} as ${manifest.format}: ${rows}`);
    for (const split of splits) {
      for (const { line, message } of checks[split]?.findings.filter(
        (f) => f.severity === "error",
      ) ?? [])
        context.log.warn(`${split}${line > 0 ? `:${line}` : ""}: ${message}`);
    }
  },
};
