// rectune compare A B: the systems of two evals, on the examples that both asked.

import { resolve } from "node:path";
import { compareRuns, type RunComparison } from "../eval/compare-runs.ts";
import type { Comparison } from "../eval/score/types.ts";
import { formatDelta, formatP } from "../eval/report/words.ts";
import { textOption, type CliCommand } from "./command.ts";
import { formatTable } from "./format-table.ts";

const digits = 3;

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<a>", "folder of an eval, e.g. runs/sample")
      .argument("<b>", "folder of another eval of the same dataset")
      .option("--system <name>", "a system of A (default: every system that both have)")
      .option("--against <name>", "a system of B")
      .option("--allow-different", "compare evals of different datasets, on what both ask alike");
  },
  async run(call) {
    const { context, flags, output } = call;
    const [a, b] = call.args.map((dir) => resolve(context.cwd, dir));
    const system = textOption(call, "system");
    const against = textOption(call, "against");
    const result = await compareRuns(a!, b!, {
      ...(system === undefined ? {} : { system }),
      ...(against === undefined ? {} : { against }),
      allowDifferent: call.options["allowDifferent"] === true,
    });
    if (flags.json) return output.json(result);
    const head = ["A", "B", "metric", "A − B [95%]", "p (Holm)", "n", "verdict"];
    output.data(formatTable([head, ...result.comparisons.map(rowOf)], { head: true }));
    output.note(
      `${result.shared} examples in both; left out: ${result.onlyA} of A, ${result.onlyB} of B`,
    );
    if (result.reworded > 0) output.note(wordingNote(result));
  },
};

function wordingNote({ shared, reworded, unlike }: RunComparison): string {
  const compared = `${reworded} of them differ in wording alone: baselines, which read no prompt, are compared on all, models on the other ${shared - reworded}`;
  return unlike.length === 0 ? compared : `${compared}; not compared: ${unlike.join(", ")}`;
}

function rowOf(c: Comparison): (string | number)[] {
  const difference = formatDelta(c, digits);
  return [c.system, c.against, c.metric, difference, formatP(c.pHolm), c.n, c.verdict];
}
