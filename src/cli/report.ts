// rectune report DIR: makes the report of a finished eval again, from its predictions alone; --export writes it for other
// tools.

import { join, relative, resolve } from "node:path";
import { exportRun, runFormats } from "../eval/report/export-run.ts";
import { reportAgain } from "../eval/report/write-report.ts";
import { textOption, type CliCommand } from "./command.ts";
import { printReport } from "./print-report.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<dir>", "folder of an eval, e.g. runs/sample")
      .option("--export <format>", `write it as ${runFormats.join(", ")} instead of printing it`)
      .option("-o, --out <dir>", "folder of the export (default: DIR/export/<format>)");
  },
  async run(call) {
    const { context, flags, output } = call;
    const dir = resolve(context.cwd, call.args[0]!);
    const format = textOption(call, "export");
    const report = await reportAgain(dir);
    if (format === undefined) return printReport(call, { report, dir });
    const out = textOption(call, "out");
    const folder = out === undefined ? join(dir, "export", format) : resolve(context.cwd, out);
    const files = await exportRun(dir, format, folder);
    if (flags.json) return output.json({ dir: folder, files });
    for (const file of files) output.data(join(relative(context.cwd, folder) || ".", file));
  },
};
