// rectune tune JOB: runs a fine-tune job; the folder of its result goes to stdout.

import { RefusedError, UsageError } from "../base/errors.ts";
import { maskSecrets } from "../job/mask-secrets.ts";
import { loadJobRecipe } from "../job/recipe.ts";
import type { JobPlan } from "../job/provider/types.ts";
import { tune } from "../job/tune.ts";
import { printable } from "./printable.ts";
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
      onPlan: (plan) => showPlan(call, plan),
      confirm: async (plan) => call.options["yes"] === true || (await askFor(call, plan)),
      datasetOverrides: datasetOverrides(flags.set),
      ...(maxUsd === undefined ? {} : { maxUsd }),
      ...(datasetDir === undefined ? {} : { datasetDir }),
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    });
    if (flags.json) output.json(JSON.parse(mask(call, JSON.stringify(outcome))));
    switch (outcome.kind) {
      case "planned": {
        const { plan, earlier, runKey } = outcome;
        const lines = [...planLines(plan), ...requestLines(plan)];
        if (!flags.json) for (const line of lines) output.data(printable(mask(call, line)));
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

function planLines({
  rows,
  tokens,
  steps,
  estimateUsd,
  ceilingUsd,
  price,
  checks,
  notes,
}: JobPlan): string[] {
  return [
    `examples  ${rows}`,
    ...(tokens === null ? [] : [`tokens    ${tokens}`]),
    ...(steps === null ? [] : [`steps     ${steps}`]),
    `estimate  ${estimateUsd.toFixed(2)} USD`,
    `ceiling   ${ceilingUsd.toFixed(2)} USD`,
    ...(price === null ? [] : [`price     ${price.source}, read ${price.checked}`]),
    ...checks.map((check) => `checked   ${check}`),
    ...notes.map((note) => `note      ${note}`),
  ];
}

/** The calls of a plan as they would be made. */
function requestLines({ requests }: JobPlan): string[] {
  return requests.flatMap(({ method, url, body }) => [
    `${method} ${url}`,
    ...(body === null ? [] : JSON.stringify(body, null, 2).split("\n")),
  ]);
}

/** The plan as people see it before they are asked; of a job that costs nothing only with -v. */
function showPlan(call: Call, plan: JobPlan): void {
  const { log } = call.context;
  for (const line of planLines(plan).map((text) => printable(mask(call, text)))) {
    if (plan.ceilingUsd > 0) log.info(line);
    else log.debug(line);
  }
}

function mask({ context }: Call, text: string): string {
  return maskSecrets(text, context.env);
}

/** Asks on the terminal. Where nobody can answer, a limit alone is no approval: --yes is. */
async function askFor({ output }: Call, plan: JobPlan): Promise<boolean> {
  const usd = plan.ceilingUsd.toFixed(2);
  const answer = output.confirm(`This may cost up to ${usd} USD. Send it?`);
  if (answer !== null) return await answer;
  throw new RefusedError(`this may cost up to ${usd} USD, and nobody is there to ask`, {
    code: "job-not-approved",
    next: "Nothing was sent. --yes approves it.",
  });
}
