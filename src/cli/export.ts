// rectune export DIR --format F -o DIR: a dataset in a trainer's format.

import { exportDataset, type ExportOptions } from "../dataset/export.ts";
import type { Layout } from "../dataset/format/layout.ts";
import { splits } from "../log/split/timeline.ts";
import { textOption, type Call, type CliCommand } from "./command.ts";
import { integerFlag } from "./context.ts";
import { formatList, formatOf, profileHelp, profileOf } from "./format-flag.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<dataset>", "dataset folder")
      .requiredOption("--format <name>", `one of: ${formatList}`)
      .requiredOption("-o, --out <dir>", "folder to make")
      .option("--task <name...>", "only examples of these tasks")
      .option(
        "--pairs <n>",
        "rejected answers of one chosen (default: 1)",
        integerFlag("--pairs", 1),
      )
      .option("--profile <name>", profileHelp)
      .option("--indent <n>", "spaces a level, in one array", integerFlag("--indent", 0))
      .option("--ascii", "all beyond ASCII as \\u escapes")
      .option("--no-final-newline", "no line end after the last line")
      .option("--with-interactions", "interactions.parquet and users.parquet too");
  },
  async run(call) {
    const { args, flags, context, output } = call;
    const format = formatOf(call);
    const made = await exportDataset(args[0]!, format, context, optionsOf(call));
    const { dir, manifest, checks, advice } = made;
    if (flags.json) output.json({ dir, manifest });
    else output.data(dir);
    const rows = splits.map((split) => `${split} ${manifest.rows[split]}`).join(", ");
    output.note(`${manifest.dataset.name} as ${manifest.format}: ${rows}`);
    for (const [reason, count] of Object.entries(manifest.skipped))
      context.log.warn(`${count} examples made no row: ${reason}`);
    for (const line of advice) output.note(`  ${line}`);
    for (const split of splits) {
      for (const { line, message } of checks[split]?.findings.filter(
        (f) => f.severity === "error",
      ) ?? [])
        context.log.warn(`${split}${line > 0 ? `:${line}` : ""}: ${message}`);
    }
  },
};

function optionsOf(call: Call): ExportOptions {
  const { options, flags } = call;
  const tasks = options["task"] as string[] | undefined;
  const pairs = options["pairs"] as number | undefined;
  const limits = profileOf(call, formatOf(call));
  const indent = options["indent"] as number | undefined;
  const layout: Partial<Layout> = {
    ...(indent === undefined ? {} : { indent: indent === 0 ? null : indent }),
    ...(options["ascii"] === true ? { ascii: true } : {}),
    ...(options["finalNewline"] === false ? { finalNewline: false } : {}),
  };
  return {
    out: textOption(call, "out")!,
    ifExists: flags.ifExists === "replace" ? "replace" : "fail",
    layout,
    withInteractions: options["withInteractions"] === true,
    ...(tasks ? { tasks } : {}),
    ...(pairs === undefined ? {} : { pairs }),
    ...(limits ? { limits } : {}),
  };
}
