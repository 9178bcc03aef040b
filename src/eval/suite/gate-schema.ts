// The suite's key `gate`: one condition or several. Each is a gain of a primary comparison, a limit on a metric of one system,
// or a limit on the share of answers that fail in one way.

import { z } from "zod";

const one = z
  .strictObject({
    metric: z
      .string()
      .min(1)
      .optional()
      .describe("A metric; with `against`, that of a primary comparison"),
    failure: z
      .string()
      .min(1)
      .optional()
      .describe("In place of a metric: a kind of failure, e.g. malformed, off-list, duplicates"),
    system: z.string().min(1),
    against: z.string().min(1).optional().describe("The other system of the primary comparison"),
    minLow: z
      .number()
      .optional()
      .describe(
        "With `against`: the 95% interval of the gain must lie at or above this, and where it is not below 0, the verdict must be better (default: 0)",
      ),
    min: z.number().optional().describe("The metric's 95% interval must lie at or above this"),
    max: z
      .number()
      .optional()
      .describe("The metric's 95% interval, or the share of failing answers, must not pass this"),
  })
  .superRefine((gate, context) => {
    const message = findFault(gate);
    if (message !== null) context.addIssue({ code: "custom", message });
  });
export type Gate = z.infer<typeof one>;

export const gateSchema = z
  .union([one, z.array(one).min(1)])
  .describe("What must hold; else exit code 6");

function findFault({ metric, failure, against, minLow, min, max }: Gate): string | null {
  if ((metric === undefined) === (failure === undefined)) return "give a metric or a failure";
  if (against !== undefined) {
    if (failure !== undefined) return "failures are not compared; leave `against` out";
    return min === undefined && max === undefined ? null : "a gain has minLow, not min or max";
  }
  if (minLow !== undefined) return "minLow is of a gain, and needs `against`";
  if (failure !== undefined)
    return max === undefined || min !== undefined ? "give max alone" : null;
  return min === undefined && max === undefined ? "give against, min or max" : null;
}
