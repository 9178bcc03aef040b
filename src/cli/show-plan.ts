// A job's plan as people see it, and their yes: shared by the commands that may send one.

import { RefusedError } from "../base/errors.ts";
import { maskSecrets } from "../job/mask-secrets.ts";
import type { JobPlan } from "../job/provider/types.ts";
import type { SubmitOptions } from "../job/submit.ts";
import { printable } from "./printable.ts";
import type { Call } from "./command.ts";

/** A plan, a line each. */
export function planLines({
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
export function requestLines({ requests }: JobPlan): string[] {
  return requests.flatMap(({ method, url, body }) => [
    `${method} ${url}`,
    ...(body === null ? [] : JSON.stringify(body, null, 2).split("\n")),
  ]);
}

/** A line of a plan without secrets, and without what could steer a terminal. */
export function planText({ context }: Call, line: string): string {
  return printable(maskSecrets(line, context.env));
}

/** Shows a plan before it is approved, and asks; of a job that costs nothing it is shown with -v alone, and not asked. */
export function approvalOf(call: Call): Required<Pick<SubmitOptions, "onPlan" | "confirm">> {
  const { log } = call.context;
  return {
    onPlan(plan) {
      for (const line of planLines(plan).map((text) => planText(call, text))) {
        if (plan.ceilingUsd > 0) log.info(line);
        else log.debug(line);
      }
    },
    confirm: async (plan) => call.options["yes"] === true || (await askFor(call, plan)),
  };
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
