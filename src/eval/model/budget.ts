// Dollars that one invocation may spend on answers. A request holds the most it could cost before it is sent, and pays
// what it did cost; none is sent that could pass the limit.

import { RefusedError } from "../../base/errors.ts";

export type Budget = {
  /**
   * Holds `mostUsd` for one request; waits while requests under way hold what may be left.
   * @throws RefusedError `budget` (exit 5) where the request could pass the limit whatever the others cost.
   */
  hold(mostUsd: number): Promise<(paidUsd: number) => void>;
  spentUsd(): number;
};

// Sums of prices such as 0.1 + 0.2 must not refuse what fits to the cent.
const slackUsd = 1e-9;

/** A budget of `maxUsd`, with nothing spent. */
export function makeBudget(maxUsd: number): Budget {
  let spent = 0;
  let held = 0;
  let waiting: (() => void)[] = [];
  return {
    spentUsd: () => spent,
    async hold(mostUsd) {
      for (;;) {
        if (spent + mostUsd > maxUsd + slackUsd) throw refusal(mostUsd, spent, maxUsd);
        if (spent + held + mostUsd <= maxUsd + slackUsd) break;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      held += mostUsd;
      return (paidUsd) => {
        held -= mostUsd;
        spent += paidUsd;
        const woken = waiting;
        waiting = [];
        for (const wake of woken) wake();
      };
    },
  };
}

function refusal(mostUsd: number, spent: number, maxUsd: number): RefusedError {
  const dollars = (usd: number): string => `$${usd.toPrecision(3)}`;
  return new RefusedError(
    `the next request may cost ${dollars(mostUsd)}, and ${dollars(spent)} of ${dollars(maxUsd)} are spent`,
    {
      code: "budget",
      where: "--max-usd",
      next: "The answers so far are kept: the same command with a higher --max-usd asks only for what is missing.",
    },
  );
}
