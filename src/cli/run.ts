// rectune run SUITE: builds and tunes what is stale, then asks the systems and prints how they compare.

import { loadSuite } from "../eval/suite/recipe.ts";
import { runSuite } from "../run.ts";
import type { Call, CliCommand } from "./command.ts";
import { dollars, evaluateOptions } from "./eval.ts";
import { exitOfGates, printReport } from "./print-report.ts";
import { approvalOf } from "./show-plan.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<suite>", "suite, e.g. eval/sample.yaml")
      .option("-o, --out <dir>", "folder of the results (default: runs/<suite>)")
      .option(
        "--max-usd <n>",
        "dollars that tuning and serving may cost (default: maxUsd of the job)",
        dollars,
      )
      .option("-y, --yes", "do not ask before a job that costs money");
  },
  run: (call) => runCommand(call, call.args[0]!),
};

/** Runs the suite at `path` as the flags say; gives the exit code. */
export async function runCommand(call: Call, path: string): Promise<number> {
  const { flags, context, options } = call;
  const suite = await loadSuite(path, flags.set, context.cwd);
  const maxUsd = options["maxUsd"];
  const result = await runSuite(suite, context, {
    ...evaluateOptions(call),
    ...approvalOf(call),
    ...(typeof maxUsd === "number" ? { maxUsd } : {}),
  });
  if (result.reused) context.log.info(`eval ${suite.name}: reused, nothing has changed`);
  printReport(call, result);
  return exitOfGates(call, result.report, suite.value.gate);
}
