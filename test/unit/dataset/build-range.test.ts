import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRangeBuilder, type RangeSetting } from "../../../src/dataset/build-range.ts";
import { loadTexts } from "../../../src/dataset/recipe-texts.ts";
import { loadDatasetRecipe } from "../../../src/dataset/recipe.ts";
import type { Example } from "../../../src/dataset/task/types.ts";
import { splits, type TimelineBatch } from "../../../src/log/split/timeline.ts";
import { catalogOf, timelineOf, type Row } from "./small-log.ts";

const recipe = await loadDatasetRecipe(join(import.meta.dirname, "../../../datasets/sample.yaml"), [
  "lang=[en, ko]",
  "tasks.2.candidates.n=3",
]);
const texts = await loadTexts(recipe);
const both = await loadTexts({ ...recipe, heldOut: "also" });
const setting: RangeSetting = {
  catalog: catalogOf().data,
  wordings: texts.wordings,
  tasks: recipe.tasks,
  langs: ["en"],
  words: texts.words,
  scale: [1, 2, 3, 4, 5],
  likedFrom: 4,
  window: 10,
  minHistory: null,
  targets: "every",
  testTargets: "every",
  show: "title+rating",
  repeats: "drop-target",
  seed: 1,
};

const seen: Row[] = [0, 1, 2, 3, 4, 5].map((item) => ({ item, rating: 1 + (item % 5) }));

function batchOf(rows = seen, user = "u1"): TimelineBatch {
  const { batch } = timelineOf(rows, user);
  batch.split.fill(1, rows.length - 2).fill(2, rows.length - 1);
  return batch;
}

const read = (bytes: Uint8Array): Example[] =>
  Buffer.from(bytes)
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Example);

describe("targets", () => {
  const made = makeRangeBuilder(setting)(batchOf());

  it("are train rows with three before them, and one validation and test row", () => {
    const rows = splits.map((split) =>
      read(made.bytes[split])
        .filter((e) => e.task === "next-item")
        .map((e) => [e.row, e.history.length]),
    );
    expect(rows).toEqual([[[103, 3]], [[104, 4]], [[105, 5]]]);
    expect(made.examples.train).toMatchObject({ rating: 1, "next-item": 1, ranking: 1 });
  });

  it("say which row they are", () => {
    const [example] = read(made.bytes.train);
    expect(example).toMatchObject({
      id: "rating/u1/103",
      user: "u1",
      item: "interstellar",
      row: 103,
      time: 1_600_000_003,
      rating: 4,
      history: ["barbie", "dark-knight", "inception"],
      candidates: null,
      negatives: null,
      label: "4",
      source: "log",
      warmth: "warm",
      completion: [{ role: "assistant", content: "4" }],
    });
  });

  it("that make no example are counted by reason", () => {
    const rated = makeRangeBuilder(setting)(batchOf(seen.map(({ item }) => ({ item }))));
    expect(rated.examples.train["rating"]).toBeUndefined();
    expect(rated.skipped["rating"]).toEqual({ "no rating": 3 });
  });

  it("without history left are counted too", () => {
    const rows: Row[] = [{ item: 1 }, { item: 1 }, { item: 1 }];
    expect(makeRangeBuilder(setting)(batchOf(rows)).skipped["next-item"]).toEqual({
      "no history": 2,
    });
  });
});

it("gives the same bytes whatever it built before", () => {
  const [fresh, used] = [makeRangeBuilder(setting), makeRangeBuilder(setting)];
  used(batchOf(seen.toReversed(), "u0"));
  expect(used(batchOf()).bytes).toEqual(fresh(batchOf()).bytes);
});

describe("held-out wordings", () => {
  const isHeldOut = (id: string): boolean =>
    both.wordings.some((wording) => wording.id === id && wording.heldOut);

  it("are never drawn; every other one of the recipe is", () => {
    const names = new Set<string>();
    for (let u = 0; u < 60; u++) {
      const { bytes } = makeRangeBuilder({ ...setting, wordings: both.wordings })(
        batchOf(seen, `u${u}`),
      );
      for (const { wording } of [...read(bytes.train), ...read(bytes.validation)])
        names.add(wording);
    }
    const usable = texts.wordings.filter((w) => w.lang === "en").map((w) => w.id);
    expect([...names].filter((id) => !usable.includes(id))).toEqual([]);
    expect(usable.filter((id) => id.startsWith("next-item") && !names.has(id))).toEqual([]);
  });

  it("ask every test question a second time, and change nothing else", () => {
    const plain = makeRangeBuilder(setting)(batchOf()).bytes;
    const also = makeRangeBuilder({ ...setting, wordings: both.wordings })(batchOf()).bytes;
    expect(also.train).toEqual(plain.train);
    expect(also.validation).toEqual(plain.validation);
    const [drawn, added] = [false, true].map((held) =>
      read(also.test).filter(({ wording }) => isHeldOut(wording) === held),
    );
    expect(drawn).toEqual(read(plain.test));
    expect(added!.map(({ id }) => id)).toEqual(drawn!.map(({ id }) => `${id}/held-out`));
    expect(added!.map(({ candidates }) => candidates)).toEqual(
      drawn!.map(({ candidates }) => candidates),
    );
  });
});

it("depends on the seed, and shares candidates between languages", () => {
  const ranked = (of: RangeSetting): Example[] =>
    read(makeRangeBuilder(of)(batchOf()).bytes.train).filter((e) => e.task === "ranking");
  const both = ranked({ ...setting, langs: ["en", "ko"] });
  expect(both.map((e) => e.id)).toEqual(["ranking/u1/103/en", "ranking/u1/103/ko"]);
  expect(both[1]!.candidates).toEqual(both[0]!.candidates);
  const seeds = [1, 2, 3, 4, 5].map((seed) => ranked({ ...setting, seed })[0]!.candidates!.join());
  expect(new Set(seeds).size).toBeGreaterThan(1);
});

it("audits with the times of the history", () => {
  const rows = seen.map((row, i) => ({ ...row, time: i === 0 ? 9_000_000_000 : 1000 + i }));
  const { audit } = makeRangeBuilder(setting)(batchOf(rows));
  expect(audit["future-in-history"]).toMatchObject({
    examples: expect.arrayContaining(["next-item/u1/103"]),
  });
});

it("keeps line ends and markup of titles inside their line", () => {
  const catalog = catalogOf([
    ["a", "Two\nLines", null, 0, []],
    ["b", '{{ 7*7 }} "quoted" \u2028', null, 0, []],
    ["c", "<b>C</b>", null, 0, []],
    ["d", "D", null, 0, []],
    ["e", "E", null, 0, []],
  ]).data;
  const rows: Row[] = [0, 1, 2, 3, 4].map((item) => ({ item, rating: 3 }));
  const examples = read(makeRangeBuilder({ ...setting, catalog })(batchOf(rows)).bytes.test);
  const text = examples[0]!.prompt.map((m) => m.content).join("\n");
  expect(text).toContain("Two Lines");
  expect(text).toContain('{{ 7*7 }} "quoted"');
  expect(text).toContain("<b>C</b>");
});
