// A yes/no answer as its metrics see it. A model that gives log-probabilities is ordered in two ways: by the log-odds
// log P(yes) − log P(no), and by the difference P(yes) − P(no), which TALLRec's published script orders by (it applies a
// second softmax to probabilities). The two disagree where a model puts little mass on either word.

export type YesNoRow = {
  user: string;
  positive: boolean;
  /** log P(yes) − log P(no); beyond all of those where only a word was read, ±Infinity where an answer counts as wrong. */
  logOdds: number;
  /** P(yes) − P(no). */
  difference: number;
  /** P(yes) ÷ (P(yes) + P(no)), 0..1. */
  probability: number;
};

/** Probabilities nearer to 0 or 1 than this count as this near, so that one sure error costs at most 13.8 nats. */
export const probabilityFloor = 1e-6;

/** A row from the log-probabilities of yes and no. */
export function rowOfLogProbabilities(
  user: string,
  positive: boolean,
  { yes, no }: { yes: number; no: number },
): YesNoRow {
  const logOdds = yes === no ? 0 : yes - no;
  const probability = 1 / (1 + Math.exp(-logOdds));
  return { user, positive, logOdds, difference: Math.exp(yes) - Math.exp(no), probability };
}

/** A row from the word that was read. */
export function rowOfWord(user: string, positive: boolean, saidYes: boolean): YesNoRow {
  return saidYes
    ? { user, positive, logOdds: Number.MAX_VALUE, difference: 1, probability: 1 }
    : { user, positive, logOdds: -Number.MAX_VALUE, difference: -1, probability: 0 };
}

/** A row without a usable answer: more wrong than any other. */
export function rowOfMiss(user: string, positive: boolean): YesNoRow {
  return positive
    ? { user, positive, logOdds: -Infinity, difference: -2, probability: 0 }
    : { user, positive, logOdds: Infinity, difference: 2, probability: 1 };
}
