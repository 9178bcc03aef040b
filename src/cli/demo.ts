// rectune demo: runs the sample suite, from the log to the verdict. The workspace's own copy where it has one, else the
// one that comes with the tool; what it makes lies in the working folder.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../base/package-root.ts";
import type { CliCommand } from "./command.ts";
import { runCommand } from "./run.ts";

const suite = join("eval", "sample.yaml");

export const command: CliCommand = {
  configure(command) {
    command.option("-o, --out <dir>", "folder of the results (default: runs/sample)");
  },
  run(call) {
    const own = join(call.context.cwd, suite);
    return runCommand(call, existsSync(own) ? own : join(packageRoot, suite));
  },
};
