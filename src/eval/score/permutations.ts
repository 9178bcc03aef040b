// What the order of the candidates does to a system that was asked every ranking in several: the rank of the truth by the
// slot that showed it, how far that rank moves, and what ranking by all orders together (Borda count, de Borda 1781) gains.
// After Hou et al., "Large language models are zero-shot rankers for recommender systems", ECIR 2024.

import { judgeOne, missedList, parseMetricName, rankOf } from "../../base/metric/index.ts";
import { standardDeviation } from "../../base/stat/summary.ts";
import type { Example } from "../../dataset/task/types.ts";
import { orderCandidates } from "./candidate-order.ts";
import { estimateMeans } from "./compare.ts";
import { estimateSlope, type Point } from "./estimate-slope.ts";
import { meanByUser, type RowScore } from "./row-score.ts";
import { evalMetrics, latestAnswers } from "./score.ts";
import { scoreCandidates, type ScoredIds } from "./score-rows.ts";
import type { Estimate, PermutationResult, Prediction, Report } from "./types.ts";

/** Metrics of the stored order and of all orders together. */
const rankedBy = ["ndcg@10", "hr@1"];
const resamples = 1000;

export type PermutationOptions = {
  /** Orders that the suite asks for. */
  orders: number;
  /** The suite's, which the orders were drawn with. */
  seed: number;
  variant: string;
};

/** Where one answer put the candidates: by stored place, and the true item's slot and expected rank, both from 1. */
type Placed = Point & { scored: ScoredIds };

/** The report's section on several systems; nothing where the suite asks for one order. */
export function permutationsOf(
  systems: readonly { name: string; predictions: readonly Prediction[] }[],
  input: Omit<PermutationOptions, "orders"> & {
    examples: readonly Example[];
    permutations?: number;
  },
): Pick<Report, "permutations"> {
  const { examples, permutations: orders = 1 } = input;
  if (orders === 1) return {};
  const found = systems.flatMap(({ name, predictions }) => {
    const result = findPermutations(examples, predictions, { ...input, orders });
    return result === null ? [] : [[name, result] as const];
  });
  return { permutations: Object.fromEntries(found) };
}

/** Null where a system was asked its rankings in one order alone. */
export function findPermutations(
  examples: readonly Example[],
  predictions: readonly Prediction[],
  options: PermutationOptions,
): PermutationResult | null {
  const { orders, seed } = options;
  const answers = latestAnswers(predictions);
  const ranked = examples.flatMap((example) => {
    const held = answers.get(example.id) ?? [];
    return example.task === "ranking" && held.length > 1 ? [{ example, held }] : [];
  });
  if (ranked.length === 0) return null;
  const slots: RowScore[] = [];
  const rows: RowScore[] = [];
  const points: { user: string; points: Point[] }[] = [];
  for (const { example, held } of ranked) {
    const placed = held.map((prediction) => place(example, prediction, seed));
    const usable = placed.filter((one) => one !== null);
    for (const { slot, rank } of usable) slots.push({ example, metrics: { [slot]: rank } });
    points.push({ user: example.user, points: usable });
    const spread = usable.length > 1 ? spreadOf(usable) : {};
    rows.push({ example, metrics: { ...spread, ...metricsOf(example, placed, options) } });
  }
  const of = (all: readonly RowScore[]): Record<string, Estimate> =>
    estimateMeans(meanByUser(all), { seed, B: resamples });
  const { rankSd = null, rankRange = null, topChanged = null, ...metrics } = of(rows);
  const isGain = (name: string): boolean => name.startsWith(gainOf(""));
  const all = Object.entries(metrics);
  return {
    orders,
    asked: ranked.reduce((sum, { held }) => sum + held.length, 0),
    usable: slots.length,
    slots: Object.entries(of(slots))
      .map(([slot, rank]) => ({ slot: Number(slot), rank }))
      .sort((a, b) => a.slot - b.slot),
    slope: estimateSlope(points, { seed, B: resamples }),
    rankSd,
    rankRange,
    topChanged,
    metrics: Object.fromEntries(all.filter(([name]) => !isGain(name))),
    gain: Object.fromEntries(
      all
        .filter(([name]) => isGain(name))
        .map(([name, estimate]) => [name.slice(gainOf("").length), estimate]),
    ),
  };
}

const gainOf = (name: string): string => `gain ${name}`;

function place(example: Example, prediction: Prediction, seed: number): Placed | null {
  const candidates = example.candidates!;
  const truth = candidates.indexOf(example.item);
  const scored = prediction.outcome === "ok" ? scoreCandidates(candidates, prediction) : null;
  if (scored === null || truth < 0) return null;
  const { greater, equal } = rankOf(scored.scores, truth);
  const order = orderCandidates(example, { seed, perm: prediction.perm });
  return { slot: order.indexOf(example.item) + 1, rank: greater + 1 + equal / 2, scored };
}

function spreadOf(placed: readonly Placed[]): Record<string, number> {
  const ranks = placed.map(({ rank }) => rank);
  const [first, ...others] = placed.map(({ scored }) => topsOf(scored));
  const steady = [...first!].some((id) => others.every((tops) => tops.has(id)));
  return {
    rankSd: standardDeviation(ranks),
    rankRange: Math.max(...ranks) - Math.min(...ranks),
    topChanged: Number(!steady),
  };
}

/** Those that no other is above: several where they tie, so that a tie alone is no change. */
function topsOf({ ids, scores }: ScoredIds): Set<string> {
  const best = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  return new Set(ids.filter((_, i) => scores[i] === best));
}

function metricsOf(
  example: Example,
  placed: readonly (Placed | null)[],
  { orders, variant }: PermutationOptions,
): Record<string, number> {
  const truth = example.candidates!.indexOf(example.item);
  const judge = (scores: Float64Array | null) =>
    scores === null || truth < 0 ? missedList : judgeOne(scores, truth);
  const stored = judge(placed[0]?.scored.scores ?? null);
  const together = judge(sumBorda(placed, example.candidates!.length));
  return Object.fromEntries(
    rankedBy.flatMap((short) => {
      const name = `${short}/${variant}`;
      const { metric, k } = parseMetricName(name, evalMetrics);
      if (metric.kind !== "rank") return [];
      const [one, all] = [stored, together].map((list) => metric.of(list, k ?? Infinity));
      const own = `${name}+borda${orders}`;
      return [
        [name, one!],
        [own, all!],
        [gainOf(own), all! - one!],
      ];
    }),
  );
}

/**
 * Points of the candidates over all orders, by stored place: C minus the rank in each, ties at their mean rank. An answer
 * without a ranking gives none; null where no answer has one.
 */
function sumBorda(placed: readonly (Placed | null)[], count: number): Float64Array | null {
  const usable = placed.filter((one) => one !== null);
  if (usable.length === 0) return null;
  const sums = new Float64Array(count);
  for (const { scored } of usable)
    rankAll(scored.scores.subarray(0, count)).forEach((rank, i) => (sums[i]! += count - rank));
  return sums;
}

/** Rank of each score from 1, the highest first; equal ones share the mean of theirs. */
export function rankAll(scores: Float64Array): Float64Array {
  // −Infinity minus itself is no number, but a tie.
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || 0);
  const ranks = new Float64Array(scores.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}
