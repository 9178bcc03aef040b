import { expect, it } from "vitest";
import { prepareCandidates } from "../../../src/dataset/negatives.ts";
import { scoreHistory } from "../../../src/log/baseline/item-weights.ts";
import { errorOf, openTiny, split } from "../log/open-texts.ts";

const ranking = (from: string) => ({
  type: "ranking",
  candidates: { from, n: 5, truth: "forced" },
});

it("fits and looks up only what the tasks ask for", async () => {
  const log = await openTiny();
  const splitted = await split(log, { minUser: 0 });
  const none = await prepareCandidates([ranking("uniform")], log, splitted);
  expect(none).toEqual({ firstTime: null, weights: {} });

  const next = { type: "next-item", negatives: { from: "in-time", n: 1 } };
  const some = await prepareCandidates([ranking("co-occurrence"), next], log, splitted);
  expect(some.firstTime).toHaveLength(splitted.counts.items);
  const first = await log.connection.runAndReadAll(
    `SELECT min("time")::DOUBLE FROM timelines WHERE item = 'f2'`,
  );
  expect(some.firstTime![1]).toBe(first.getRows()[0]![0]);
  expect(Object.keys(some.weights)).toEqual(["co-occurrence"]);
  // Train holds f1 f2 f3 of ann, f2 f3 f4 of bob and f2 f9 of cho: after f2 come f3 twice, f9, and f4 two rows later.
  const scores = scoreHistory(some.weights["co-occurrence"]!, [1]);
  expect([...scores]).toEqual([0, 0, 2, 0.5, 0, 0, 1]);
  log.close();
});

it("refuses what the log cannot say", async () => {
  const log = await openTiny();
  const splitted = await split(log, { minUser: 0 });
  const bare = { hasTime: false, hasRating: false };
  const disliked = { type: "next-item", negatives: { from: "disliked", n: 1 } };
  for (const [task, where] of [
    [ranking("in-time"), "tasks.1.candidates.from"],
    [disliked, "tasks.1.negatives.from"],
  ] as const) {
    const error = await errorOf(prepareCandidates([{ type: "rating" }, task], bare, splitted));
    expect(error).toMatchObject({ code: "candidates-column-missing", exitCode: 2, where });
  }
  log.close();
});
