// Where the truth stood in the prompt and where the system put it: a system that reads the list ranks it the same from
// every slot. Hou et al., "Large language models are zero-shot rankers for recommender systems", ECIR 2024, figure 2.

import type { JudgedList } from "../../base/metric/index.ts";
import type { Example } from "../../dataset/task/types.ts";
import { estimateMeans } from "./compare.ts";
import { meanByUser } from "./row-score.ts";
import { latestAnswers } from "./score.ts";
import { listOf } from "./score-rows.ts";
import type { Prediction, Report } from "./types.ts";

type Placed = { example: Example; slot: number | null; list: JudgedList };

const resamples = 1000;

export type Positions = {
  /**
   * Expected rank (from 1) of the true item by the slot (from 1) of the prompt's list that showed it; misses left out. A
   * user's answers in one slot count once, as their mean.
   */
  slots: Report["positions"][string];
  /** Share (0..1) of lists whose true item scores the same as another; null without lists. */
  tieShare: number | null;
};

/** Where one system put the true items of its ranked lists. */
export function findPositions(
  examples: readonly Example[],
  predictions: readonly Prediction[],
  seed: number,
): Positions {
  const places = placesOf(examples, predictions);
  const rows = places.flatMap(({ example, slot, list }) =>
    slot === null ? [] : [{ example, metrics: { [slot]: expectedRank(list) } }],
  );
  const slots = Object.entries(estimateMeans(meanByUser(rows), { seed, B: resamples }))
    .map(([slot, rank]) => ({ slot: Number(slot), rank }))
    .sort((a, b) => a.slot - b.slot);
  const tied = places.filter(({ list }) => list.groups.at(-1)!.size > 1).length;
  return { slots, tieShare: places.length === 0 ? null : tied / places.length };
}

function placesOf(examples: readonly Example[], predictions: readonly Prediction[]): Placed[] {
  const answers = latestAnswers(predictions);
  return examples.flatMap((example) => {
    if (example.task !== "ranking" && example.task !== "next-item") return [];
    const prediction = answers.get(example.id)?.find(({ perm }) => perm === 0);
    if (prediction?.outcome !== "ok") return [];
    const list = listOf(example, prediction);
    if (list.groups.length === 0) return [];
    const slot = example.candidates === null ? null : example.candidates.indexOf(example.item) + 1;
    return [{ example, slot, list }];
  });
}

function expectedRank({ groups }: JudgedList): number {
  const above = groups.slice(0, -1).reduce((sum, { size }) => sum + size, 0);
  return above + (groups.at(-1)!.size + 1) / 2;
}
