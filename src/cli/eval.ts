// rectune eval SUITE: asks the systems of a suite and prints how they compare. Builds a missing dataset, never tunes.

import { UsageError } from "../base/errors.ts";
import { evaluate } from "../eval/evaluate.ts";
import { loadSuite } from "../eval/suite/recipe.ts";
import { textOption, type Call, type CliCommand } from "./command.ts";
import { exitOfGates, printReport } from "./print-report.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<suite>", "suite, e.g. eval/sample.yaml")
      .option("-o, --out <dir>", "folder of the results (default: runs/<suite>)")
      .option("--max-usd <n>", "dollars that answers may cost (default: no limit)", dollars);
  },
  async run(call) {
    const { flags, context } = call;
    const suite = await loadSuite(call.args[0]!, flags.set, context.cwd);
    const maxUsd = call.options["maxUsd"];
    const result = await evaluate(suite, context, {
      ...evaluateOptions(call),
      ...(typeof maxUsd === "number" ? { maxUsd } : {}),
    });
    if (result.reused) context.log.info(`eval ${suite.name}: reused, nothing has changed`);
    printReport(call, result);
    return exitOfGates(call, result.report, suite.value.gate);
  },
};

/** The flags that `eval` and `run` share. */
export function evaluateOptions(call: Call): {
  out?: string;
  limit?: number;
  ifExists: "resume" | "replace" | "fail";
} {
  const { ifExists, limit } = call.flags;
  const out = textOption(call, "out");
  return {
    // Going on from what is there destroys nothing, so nobody has to be asked.
    ifExists: ifExists === "ask" ? "resume" : ifExists,
    ...(out === undefined ? {} : { out }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** A flag in dollars. @throws UsageError. */
export function dollars(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new UsageError(`not an amount of dollars: ${text}`, {
    code: "flag-value",
    where: "--max-usd",
  });
}
