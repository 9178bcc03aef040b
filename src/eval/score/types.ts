// The records of an evaluation: predictions (append-only lines) and the report made from them alone (DESIGN section 4).

import type { Verdict } from "../../base/stat/verdict.ts";

export type { Verdict };

/** One answer of one system to one example. Unique on (example, system, perm). */
export type Prediction = {
  example: string;
  system: string;
  perm: number;
  /** SHA-256 of what was asked: model, messages, choices. */
  request: string;
  outcome: "ok" | "malformed" | "truncated" | "refused" | "error";
  raw: string | null;
  /** Catalog ids, best first. */
  items: string[];
  /** Log-probability or score by candidate id or rating value. */
  choices: Record<string, number> | null;
  value: number | null;
  /** Place of the true item where a whole catalog was scored: items above it, others level with it, all that were ranked. */
  rank?: { greater: number; equal: number; of: number };
  tokensIn: number;
  tokensOut: number;
  latencyMs: number;
  /** Until the first piece of a streamed answer. */
  firstTokenMs?: number;
  costUsd: number;
  model: string;
  /** UTC milliseconds. */
  at: number;
  /** Requests sent for this answer, those of earlier evals included. */
  attempt: number;
  /** Ids of the train examples that stood before the question; absent where the system gives none. */
  shots?: string[];
  /** What must be said beside the answer: retries, choices at a floor, why it failed. */
  note?: string;
};

export type SystemKind = "base" | "few-shot" | "tuned" | "model" | "classic" | "trivial";

/** `low`/`high`: 95% percentile bootstrap over users. */
export type Estimate = { value: number; low: number; high: number; n: number };

export type SystemResult = {
  name: string;
  kind: SystemKind;
  about: string;
  /** All metrics that its answers give; `Report.headline` names those that tables open with. */
  metrics: Record<string, Estimate>;
};

export type Comparison = {
  system: string;
  against: string;
  metric: string;
  /** Mean of per-user differences, system − against; positive is good when higherIsBetter. */
  delta: number;
  low: number;
  high: number;
  /** 90% interval, for equivalence within `margin`. */
  low90: number;
  high90: number;
  /** 95% BCa interval, to be read beside the percentile interval where differences are skewed. */
  bca: { low: number; high: number };
  /** Sign-flip permutation. */
  p: number;
  /** p after Holm over the family: the primary comparisons, or all exploratory ones of one kind. */
  pHolm: number;
  /** p after Benjamini and Hochberg over the family, where the verdict rests on it (slices); else null. */
  pBh: number | null;
  /** McNemar's exact p where the metric is yes or no for every user; else null. */
  pMcNemar: number | null;
  /** Two one-sided tests of equivalence within `margin`; null without one. */
  pEquivalence: number | null;
  n: number;
  sd: number;
  /** Minimum detectable effect at 80% power, two-sided 5%. */
  mde: number;
  /** Users needed to show a difference of this size; null where the difference is 0. */
  needed: number | null;
  /** Differences up to this size do not matter; null where the suite does not say. */
  margin: number | null;
  /** Users on whom the system is better, level, worse; null for metrics of all rows together (AUC, BLEU). */
  wins: number | null;
  ties: number | null;
  losses: number | null;
  /** Where a system was trained with several seeds: each one's own delta with its 95% interval. */
  seeds?: { seed: number; delta: number; low: number; high: number }[];
  /** Standard deviation of the deltas of the seeds. */
  seedSd?: number;
  higherIsBetter: boolean;
  /** False: exploratory. */
  primary: boolean;
  verdict: Verdict;
};

export type ReportSample = {
  example: string;
  user: string;
  task: string;
  prompt: string;
  truth: string;
  answers: {
    system: string;
    /** As written, or the best of a scored list. */
    text: string;
    /** What was read from a written answer: titles with ids, or a rating. */
    read: string[];
    right: boolean | null;
  }[];
};

/** What the order of the candidates does to one system; users are the unit of every interval. */
export type PermutationResult = {
  /** Orders that each ranking was asked in; the first is the stored one. */
  orders: number;
  /** Answers, and those of them that rank a candidate; the others are left out of all but the metrics. */
  asked: number;
  usable: number;
  /** Expected rank (from 1) of the true item by the slot (from 1) that showed it, over all orders. */
  slots: { slot: number; rank: Estimate }[];
  /** Places that the true item falls for each slot it is shown later, within examples; null where no slot differs. */
  slope: Estimate | null;
  /** Standard deviation and range of the true item's rank over the orders of one example. */
  rankSd: Estimate | null;
  rankRange: Estimate | null;
  /** Share (0..1) of examples in which no item is first in all orders. */
  topChanged: Estimate | null;
  /** `ndcg@10/uni20` of the stored order, and `ndcg@10/uni20+borda4` of four orders together; hr@1 likewise. */
  metrics: Record<string, Estimate>;
  /** Paired differences of the latter from the former. */
  gain: Record<string, Estimate>;
};

export type Report = {
  suite: string;
  lang: string[];
  protocol: Record<string, string | number | null>;
  systems: SystemResult[];
  /** Metrics that tables open with, in their order. */
  headline: string[];
  comparisons: Comparison[];
  slices: { slice: string; value: string; comparison: Comparison }[];
  /** Shares (0..1) by system and kind of failure. */
  failures: Record<string, Record<string, number>>;
  /** Share (0..1) of ranked lists whose true item ties with another, by system. */
  tieShare: Record<string, number>;
  /** Expected rank of the true item by the place (from 1) where the prompt showed it, by system; n counts users. */
  positions: Record<string, { slot: number; rank: Estimate }[]>;
  /** By system that was asked its rankings in several orders; absent where the suite asks for one. */
  permutations?: Record<string, PermutationResult>;
  /** Totals by system over `answers` answers; quantiles of latency in milliseconds; dollars a 1,000 answers. */
  cost: Record<
    string,
    {
      answers: number;
      tokensIn: number;
      tokensOut: number;
      latencyMsP50: number;
      latencyMsP95: number;
      latencyMsP99: number;
      costUsd: number;
      usdPerThousand: number;
    }
  >;
  warnings: string[];
  /** Lines that must stand out: the tuned model does not beat a trivial or classic system. */
  redLines: string[];
  /** The verdict of the first comparison: the last line of stdout. */
  sentence: string;
};

/** What the page shows: the report, and samples to read, which report.json leaves to the predictions. */
export type PageReport = Report & { samples: ReportSample[] };
