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

/**
 * A budget of `maxUsd`, with nothing spent.
 * @param keeps Whether answers are on disk for the next call, or gone with this one.
 */
export function makeBudget(maxUsd: number, keeps: "answers" | "nothing" = "answers"): Budget {
  let spent = 0;
  let held = 0;
  let isSent = false;
  let waiting: (() => void)[] = [];
  return {
    spentUsd: () => spent,
    async hold(mostUsd) {
      for (;;) {
        if (spent + mostUsd > maxUsd + slackUsd)
          throw refusal({ mostUsd, maxUsd, keeps, spentUsd: isSent ? spent : null });
        if (spent + held + mostUsd <= maxUsd + slackUsd) break;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      isSent = true;
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

type Refused = {
  mostUsd: number;
  maxUsd: number;
  keeps: "answers" | "nothing";
  /** Null: nothing was sent. */
  spentUsd: number | null;
};

function refusal({ mostUsd, maxUsd, keeps, spentUsd }: Refused): RefusedError {
  const dollars = (usd: number): string => `$${usd.toPrecision(3)}`;
  const most = `the next request may cost ${dollars(mostUsd)}`;
  const what =
    spentUsd === null
      ? `${most}, more than the limit of ${dollars(maxUsd)}; nothing was sent`
      : `${most}, and ${dollars(spentUsd)} of ${dollars(maxUsd)} are spent`;
  const kept = spentUsd === null ? "Answers" : "The answers so far";
  return new RefusedError(what, {
    code: "budget",
    where: "--max-usd",
    next:
      keeps === "answers"
        ? `${kept} are kept: the same command with a higher --max-usd asks only for what is missing.`
        : "Raise --max-usd, or ask for less: fewer items, candidates, shots or orders.",
  });
}
