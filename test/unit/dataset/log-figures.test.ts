import { expect, it } from "vitest";
import { likedFromOf, readLogFigures } from "../../../src/dataset/log-figures.ts";
import { filterSchema, splitSchema } from "../../../src/log/split/recipe.ts";
import { splitLog, type SplitLog } from "../../../src/log/split/split-log.ts";
import { openTiny } from "../log/open-texts.ts";

async function withTiny(use: (split: SplitLog) => Promise<void>): Promise<void> {
  const log = await openTiny();
  try {
    const filter = filterSchema.parse({ minUser: 0 });
    await use(
      await splitLog(log, { filter, split: splitSchema.parse({ by: "leave-one-out" }), seed: 1 }),
    );
  } finally {
    log.close();
  }
}

it("counts ratings and lengths of histories", () =>
  withTiny(async (split) => {
    const { ratings, lengths } = await readLogFigures(split);
    expect(ratings.reduce((sum, bin) => sum + bin.count, 0)).toBe(split.counts.interactions);
    expect(ratings.map((bin) => bin.label)).toEqual(split.scale.map(String));
    expect(lengths.reduce((sum, bin) => sum + bin.count, 0)).toBe(3);
    expect(lengths.slice(0, 3)).toEqual([
      { label: "1–2", count: 1 },
      { label: "3–4", count: 0 },
      { label: "5–9", count: 2 },
    ]);
  }));

it.each([
  [[1, 2, 3, 4, 5], 4],
  [[0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5], 4],
  [[0, 1], 1],
  [[1], 1],
])("of the scale %j likes from %d on", (scale, liked) =>
  withTiny(async (split) => expect(await likedFromOf({ ...split, scale })).toBe(liked)),
);

it("without a scale likes from the median on", () =>
  withTiny(async (split) => expect(await likedFromOf({ ...split, scale: [] })).toBe(3)));
