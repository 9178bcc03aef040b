// rectune tune JOB: runs a fine-tune job; the folder of its result goes to stdout.

import { UsageError } from "../base/errors.ts";
import { maskSecrets } from "../job/mask-secrets.ts";
import { loadJobRecipe } from "../job/recipe.ts";
import { tune } from "../job/tune.ts";
import { approvalOf, planLines, planText, requestLines } from "./show-plan.ts";
import { textOption, type Call, type CliCommand } from "./command.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<job>", "job recipe, e.g. jobs/sample.yaml")
      .option("--data <dir>", "a built dataset folder, instead of the recipe's dataset")
      .option("--dry-run", "show what would be sent and cost at most; send nothing")
      .option("--max-usd <usd>", "dollars this run may cost at most (default: the recipe's maxUsd)")
      .option("-y, --yes", "do not ask before a job that costs money")
      .option("--detach", "return once the job is submitted");
  },
  async run(call) {
    const { flags, context, output } = call;
    const recipe = await loadJobRecipe(call.args[0]!, jobOverrides(flags.set), context.cwd);
    const maxUsd = dollarsOption(call, "maxUsd");
    const datasetDir = textOption(call, "data");
    const outcome = await tune(recipe, context, {
      dryRun: call.options["dryRun"] === true,
      detach: call.options["detach"] === true,
      ...approvalOf(call),
      datasetOverrides: datasetOverrides(flags.set),
      ...(maxUsd === undefined ? {} : { maxUsd }),
      ...(datasetDir === undefined ? {} : { datasetDir }),
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    });
    if (flags.json) output.json(JSON.parse(maskSecrets(JSON.stringify(outcome), context.env)));
    switch (outcome.kind) {
      case "planned": {
        const { plan, earlier, runKey } = outcome;
        const lines = [...planLines(plan), ...requestLines(plan)];
        if (!flags.json) for (const line of lines) output.data(planText(call, line));
        if (earlier) output.note(`job ${earlier.id} of this plan is ${earlier.state}`);
        else output.note(`nothing was sent; it would be job ${runKey.slice(0, 12)}`);
        return;
      }
      case "submitted":
        if (!flags.json) output.data(outcome.job.id);
        output.note(`submitted; \`rectune jobs watch ${outcome.job.id}\` follows it`);
        return;
      case "done": {
        const { job, result, reused } = outcome;
        if (!flags.json) output.data(job.jobDir);
        const how = reused
          ? "was tuned before with the same recipe and data; used as it is"
          : "done";
        output.note(
          `job ${job.id}: ${how}${result.steps === null ? "" : ` (${result.steps} steps)`}`,
        );
        return;
      }
    }
  },
};

/** Overrides `dataset.…` reach into the dataset's recipe; all others, and a bare `dataset=`, are the job's. */
function datasetOverrides(set: readonly string[]): string[] {
  return set
    .filter((text) => text.startsWith("dataset."))
    .map((text) => text.slice("dataset.".length));
}

function jobOverrides(set: readonly string[]): string[] {
  return set
    .filter((text) => !text.startsWith("dataset."))
    .map((text) => (text.startsWith("job.") ? text.slice("job.".length) : text));
}

function dollarsOption(call: Call, name: string): number | undefined {
  const text = textOption(call, name);
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new UsageError(`not an amount in dollars: ${text}`, {
    code: "flag-value",
    where: "--max-usd",
    next: "For example: --max-usd 2.50",
  });
}
