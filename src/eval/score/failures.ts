// How answers go wrong, as shares beside the accuracy: kinds of unusable answers, items that were never offered, repeats,
// and two leanings (towards the first candidate shown, towards popular items). After RecLM-eval's error rates and
// Hou et al., "Large language models are zero-shot rankers for recommender systems", ECIR 2024.

import type { Example, Lang } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { commonSubsequence } from "../../base/metric/index.ts";
import { readTitles } from "../../dataset/task/read-titles.ts";
import { langOf, latestAnswers } from "./score.ts";
import type { Prediction } from "./types.ts";

export type FailureKind =
  | "malformed"
  | "truncated"
  | "refused"
  | "error"
  | "off-catalog"
  | "off-list"
  | "repeats-history"
  | "duplicates"
  | "copies-order"
  | "picks-first-shown"
  | "pick-popularity";

/**
 * Shares (0..1) of one system's answers. `off-catalog`: a written list without one title of the catalog;
 * `off-list`: names an item that was not a candidate; `repeats-history`: of the shown history; `duplicates`: one item
 * twice; `copies-order`: longest run of listed candidates that keeps the order they were shown in (LCS), as a share of
 * those listed, where two or more are; `picks-first-shown`: the best item is the first candidate of the
 * example's own order (1/n where position does not matter); `pick-popularity`: share of the other candidates that are
 * less popular in train than the pick, ties half (0.5 where popularity does not matter). Kinds that no answer could
 * show are left out. `catalogOf` gives the train counts that an example is judged by, where not those of `catalog`.
 */
export function countFailures(
  examples: readonly Example[],
  predictions: readonly Prediction[],
  { catalog, catalogOf }: { catalog: Catalog; catalogOf?: (example: string) => Catalog },
): Partial<Record<FailureKind, number>> {
  const answers = latestAnswers(predictions);
  const tallies = new Map<FailureKind, { sum: number; count: number }>();
  const tally = (kind: FailureKind, value: number): void => {
    const held = tallies.get(kind) ?? { sum: 0, count: 0 };
    tallies.set(kind, { sum: held.sum + value, count: held.count + 1 });
  };
  for (const example of examples) {
    for (const prediction of answers.get(example.id) ?? []) {
      for (const kind of ["malformed", "truncated", "refused", "error"] as const) {
        tally(kind, Number(prediction.outcome === kind));
      }
      if (example.task === "ranking" || example.task === "next-item")
        tallyList(example, prediction, {
          catalog,
          train: catalogOf?.(example.id) ?? catalog,
          tally,
        });
    }
  }
  return Object.fromEntries(Array.from(tallies, ([kind, { sum, count }]) => [kind, sum / count]));
}

/** `train`: the catalog with the counts that popularity is told by. */
type ListTally = {
  catalog: Catalog;
  train: Catalog;
  tally: (kind: FailureKind, value: number) => void;
};

function tallyList(
  example: Example,
  prediction: Prediction,
  { catalog, train, tally }: ListTally,
): void {
  const { candidates, history } = example;
  const written = readWritten(example, prediction, catalog);
  if (written !== null) tally("off-catalog", Number(written.length === 0));
  const items = prediction.items.length > 0 ? prediction.items : (written ?? []);
  if (candidates !== null) tally("off-list", Number(items.some((id) => !candidates.includes(id))));
  const offered = new Set(candidates);
  tally("repeats-history", Number(items.some((id) => history.includes(id) && !offered.has(id))));
  tally("duplicates", Number(new Set(items).size < items.length));
  if (candidates === null || prediction.perm !== 0) return;
  const listed = Array.from(new Set(items)).filter((id) => offered.has(id));
  if (listed.length > 1)
    tally("copies-order", commonSubsequence(listed, candidates) / listed.length);
  const pick = pickOf(prediction);
  if (pick === null || !offered.has(pick) || candidates.length < 2) return;
  tally("picks-first-shown", Number(pick === candidates[0]));
  const popularity = (id: string): number => train.data.trainCount[train.indexOf(id)] ?? 0;
  const own = popularity(pick);
  const others = candidates.filter((id) => id !== pick).map(popularity);
  const below = others.reduce((sum, count) => sum + (count < own ? 1 : count === own ? 0.5 : 0), 0);
  tally("pick-popularity", below / others.length);
}

/** Items of the whole catalog that a written answer names; null where nothing was written. */
function readWritten(
  example: Example,
  { raw, choices, outcome }: Prediction,
  catalog: Catalog,
): string[] | null {
  const isRead = outcome === "ok" || outcome === "malformed";
  if (!isRead || choices !== null || raw === null || raw.trim() === "") return null;
  const lang = langOf(example) as Lang;
  const read = readTitles(raw, { catalog, lang, scale: [], candidates: null });
  return read.outcome === "ok" ? read.items : [];
}

/** The best item of an answer; null without one, or where several choices tie for it. */
function pickOf({ outcome, items, choices }: Prediction): string | null {
  if (outcome !== "ok") return null;
  if (choices === null) return items[0] ?? null;
  const best = Math.max(...Object.values(choices));
  const picks = Object.keys(choices).filter((id) => choices[id] === best);
  return picks.length === 1 ? picks[0]! : null;
}
