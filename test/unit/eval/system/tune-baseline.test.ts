import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BaselineData } from "../../../../src/eval/system/fit-baseline.ts";
import {
  describeTuning,
  findTuning,
  listSettings,
  tuneBaseline,
  type TuneOptions,
} from "../../../../src/eval/system/tune-baseline.ts";
import { makeExample, makeTestCatalog } from "../fixture.ts";

const catalog = makeTestCatalog();
const users = ["a", "b", "c", "d"];
// Everyone sees item 3 and then, two rows later, item 9; what comes between is their own.
const rows = users.flatMap((_, u): [number, number, number][] => [
  [u, 3, 0],
  [u, 12 + u, 0],
  [u, 9, u < 3 ? 0 : 1],
]);
const data: BaselineData = {
  catalog,
  interactions: {
    users,
    user: Int32Array.from(rows, ([u]) => u),
    item: Int32Array.from(rows, ([, i]) => i),
    split: Uint8Array.from(rows, ([, , s]) => s),
    rating: new Float64Array(rows.length).fill(NaN),
    time: new Float64Array(rows.length),
    row: Float64Array.from(rows.keys()),
  },
};
const example = makeExample({
  id: "next-item/d/11",
  task: "next-item",
  user: "d",
  item: "i09",
  row: 11,
  candidates: null,
});
const options: TuneOptions = {
  seed: 1,
  trials: 10,
  pinned: {},
  tasks: ["next-item"],
  fullRanking: { mask: "seen", keep: 5 },
  variant: "uni20",
  scale: [],
};

describe("listSettings", () => {
  test("starts with the default and never tries one twice", () => {
    const tried = listSettings("item-knn", { seed: 1, trials: 100, pinned: {} });
    expect(tried[0]).toEqual({ k: 20, neighboursOf: "target" });
    expect(new Set(tried.map((params) => JSON.stringify(params))).size).toBe(tried.length);
    expect(tried.length).toBe(10);
  });

  test("keeps what is pinned, and to the budget", () => {
    const tried = listSettings("item-knn", { seed: 1, trials: 3, pinned: { k: 7 } });
    expect(tried).toEqual([
      { k: 7, neighboursOf: "target" },
      { k: 7, neighboursOf: "history" },
    ]);
    expect(listSettings("ease", { seed: 1, trials: 3, pinned: {} })).toHaveLength(3);
  });
});

describe("tuneBaseline", () => {
  test("finds the setting that validation prefers, fitted on train alone", () => {
    const tuning = tuneBaseline("co-occurrence", data, [example], options);
    // Item 9 comes two rows after item 3: with one row nothing leads to it from item 15, the last of user d.
    expect(tuning).toMatchObject({ metric: "ndcg@10/full", higherIsBetter: true, examples: 1 });
    const valueOf = (window: number) =>
      tuning.trials.find(({ params }) => params["window"] === window)!.value;
    expect(valueOf(1)).toBeLessThan(valueOf(2));
    expect(tuning.best.value).toBe(Math.max(...tuning.trials.map(({ value }) => value)));
    expect(describeTuning({ kind: "rectune-tuning", key: "", ...tuning })).toMatch(
      /^window = \d+ \(best of 6 settings on 1 validation examples, ndcg@10\/full 1\.0000\)$/,
    );
  });

  test("refuses without validation examples", () => {
    expect(() => tuneBaseline("ease", data, [], options)).toThrow(/no validation examples/);
  });
});

describe("findTuning", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "rectune-tuning-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test("tunes once, and again when anything differs", async () => {
    let made = 0;
    const make = async () => {
      made++;
      return tuneBaseline("co-occurrence", data, [example], options);
    };
    const file = join(dir, "tuning/x.json");
    const first = await findTuning(file, { identity: "a", options }, make);
    expect(await findTuning(file, { identity: "a", options }, make)).toEqual(first);
    expect(made).toBe(1);
    await findTuning(file, { identity: "b", options }, make);
    await findTuning(file, { identity: "b", options: { ...options, trials: 2 } }, make);
    expect(made).toBe(3);
  });
});
