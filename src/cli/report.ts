// rectune report DIR: makes the report of a finished eval again, from its predictions alone.

import { resolve } from "node:path";
import { reportAgain } from "../eval/write-report.ts";
import type { CliCommand } from "./command.ts";
import { printReport } from "./print-report.ts";

export const command: CliCommand = {
  configure(command) {
    command.argument("<dir>", "folder of an eval, e.g. runs/sample");
  },
  async run(call) {
    const dir = resolve(call.context.cwd, call.args[0]!);
    printReport(call, { report: await reportAgain(dir), dir });
  },
};
