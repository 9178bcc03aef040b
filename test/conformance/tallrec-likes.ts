// TALLRec's published movie rows judged without a model: by the likes that the prompt shows, and by them plus the like rate
// of the film among 256 train rows. For the test that asserts both, and the bench that prints them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { auc } from "../../src/base/metric/index.ts";
import { rngFor } from "../../src/base/rng.ts";
import { smoothed } from "../../src/log/baseline/like-rate.ts";

export type Row = { liked: string[]; disliked: string[]; asked: string; likes: boolean };

/** The published instruction rows, titles read out of their text. */
export function readRows(folder: string, name: string): Row[] {
  const rows = JSON.parse(
    gunzipSync(readFileSync(join(folder, `${name}.json.gz`))).toString("utf8"),
  ) as { input: string; output: string }[];
  return rows.map(({ input, output }) => {
    const titlesIn = (head: string): string[] =>
      Array.from(
        (new RegExp(`${head}:(.*)`).exec(input)?.[1] ?? "").matchAll(/"([^"]*)"/g),
        (m) => m[1]!,
      );
    return {
      liked: titlesIn("User Preference"),
      disliked: titlesIn("User Unpreference"),
      asked: /target movie "(.*)"\?/s.exec(input)![1]!,
      likes: output.trim() === "Yes.",
    };
  });
}

/** (likes + 1) / (shown + 2). */
export const countLikes = ({ liked, disliked }: Row): number =>
  smoothed(liked.length, liked.length + disliked.length);

/** AUC of the count plus the film's rate in 256 train rows, one a seed from 0; rates are of all titles those rows show or ask. */
export function scoreWithRates(
  rows: readonly Row[],
  train: readonly Row[],
  seeds: number,
): number[] {
  const labels = Uint8Array.from(rows, ({ likes }) => Number(likes));
  return Array.from({ length: seeds }, (_, seed) => {
    const drawn = rngFor(seed, "tallrec").shuffle(train.slice()).slice(0, 256);
    const rated = drawn.flatMap(({ liked, disliked, asked, likes }) => [
      ...liked.map((title) => [title, 1] as const),
      ...disliked.map((title) => [title, 0] as const),
      [asked, Number(likes)] as const,
    ]);
    const counts = new Map<string, { likes: number; count: number }>();
    for (const [title, like] of rated) {
      const { likes, count } = counts.get(title) ?? { likes: 0, count: 0 };
      counts.set(title, { likes: likes + like, count: count + 1 });
    }
    const rateOf = (title: string): number => {
      const { likes, count } = counts.get(title) ?? { likes: 0, count: 0 };
      return smoothed(likes, count);
    };
    return auc(
      Float64Array.from(rows, (row) => countLikes(row) + rateOf(row.asked)),
      labels,
    );
  });
}
