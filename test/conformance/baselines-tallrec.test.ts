import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { auc } from "../../src/base/metric/index.ts";
import { rngFor } from "../../src/base/rng.ts";
import { smoothed } from "../../src/log/baseline/like-rate.ts";

const folder = join(
  process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared"),
  "data/tallrec-movie",
);
const absent = process.env["RECTUNE_NO_SKIP"] !== "1" && !existsSync(folder);

type Row = { liked: string[]; disliked: string[]; asked: string; likes: boolean };

/** The published instruction rows, titles read out of their text. */
function readRows(name: string): Row[] {
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

const countLikes = ({ liked, disliked }: Row): number =>
  smoothed(liked.length, liked.length + disliked.length);

describe.skipIf(absent)("TALLRec's movie test, 1,000 rows", () => {
  const rows = absent ? [] : readRows("test");
  const labels = Uint8Array.from(rows, ({ likes }) => Number(likes));

  test("a count of likes in the prompt: AUC .7260, above the published 16- and 64-shot fine-tunes", () => {
    expect(rows).toHaveLength(1000);
    expect(auc(Float64Array.from(rows, countLikes), labels)).toBeCloseTo(0.726, 4);
  });

  test("+ the like rate of the film in 256 train rows: AUC .7402 ± .01 over 20 seeds", () => {
    const train = readRows("train");
    const values = Array.from({ length: 20 }, (_, seed) => {
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
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 0.7402)).toBeLessThan(0.01);
  });
});
