// Every split through the whole build: what an example shows, what it is set against, whether it is warm, read back from
// the files of the folder.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFile } from "node:fs/promises";
import { rngFor } from "../../src/base/rng.ts";
import type { DatasetManifest } from "../../src/dataset/manifest.ts";
import type { Example } from "../../src/dataset/task/types.ts";
import { loadInteractions } from "../../src/log/split/load-interactions.ts";
import { splitNames, splits } from "../../src/log/split/timeline.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

let at: Workspace;
beforeAll(async () => {
  at = await makeWorkspace();
  await at.write("log/ratings.csv", makeVisits(40));
});
afterAll(() => at[Symbol.asyncDispose]());

/** Users who come at different times, some in several sittings; a few films appear late. */
function makeVisits(users: number): string {
  const rng = rngFor("splits");
  const lines = ["user,film,rating,time"];
  for (let u = 0; u < users; u++) {
    let time = rng.int(50_000);
    const films = rng.shuffle(Array.from({ length: 40 }, (_, i) => i)).slice(0, 6 + rng.int(12));
    for (const film of films) {
      if (film > 35 && time < 40_000) continue;
      time += rng.int(4) === 0 ? 3000 : 30;
      lines.push(`u${(u * 17) % users},f${film},${1 + rng.int(5)},${time}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

const recipes = {
  "leave-one-out": [],
  "leave-last": ["split.n=2", "split.validation=2"],
  time: [],
  ratio: ["split.groupBy=none", "split.order=first-seen", "split.minHistory=2", "split.last=200"],
  users: ["history.testTargets=last"],
  random: ["split.folds=5", "history.minHistory=2"],
  session: ["split.gapMinutes=30"],
};

const tasks =
  "tasks=[{type: preference}, {type: next-item, negatives: {from: popularity, n: 3}}, {type: ranking, candidates: {from: in-time, n: 6}}]";

async function buildWith(by: string, out: string, more: string[]) {
  const set = [`split.by=${by}`, "lang=[en]", tasks, ...more].flatMap((text) => ["--set", text]);
  const done = await at.run(["build", "recipe.yaml", "-o", out, ...set]);
  expect(done.code, done.stderr).toBe(0);
  const manifest = JSON.parse(
    await readFile(at.path(out, "manifest.json"), "utf8"),
  ) as DatasetManifest;
  const examples = await Promise.all(
    splits.map(async (split) => {
      const text = await readFile(at.path(out, `${split}.jsonl`), "utf8");
      const lines = text.split("\n").slice(0, -1);
      return lines.map((line) => ({ split, example: JSON.parse(line) as Example }));
    }),
  );
  return { said: done.stderr, manifest, examples: examples.flat() };
}

describe.each(Object.entries(recipes))("%s", (by, more) => {
  it("shows the past alone, draws unseen items, and knows who is warm", async () => {
    const { manifest, examples, said } = await buildWith(by, by, more);
    const rows = await loadInteractions(at.path(by));
    const items = [...new Set(examples.map(({ example }) => example.item))];
    expect(items.length).toBeGreaterThan(10);
    const place = new Map([...rows.row.keys()].map((r) => [rows.row[r]!, r]));
    const codes = [0, 0, 0, 0];
    for (const code of rows.split) codes[code]!++;
    expect(splitNames.map((name) => manifest.splitSizes[name].interactions)).toEqual(codes);

    const firstSeen = new Map<number, number>();
    const [trainUsers, trainItems] = [new Set<number>(), new Set<number>()];
    for (let r = 0; r < rows.row.length; r++) {
      const item = rows.item[r]!;
      firstSeen.set(item, Math.min(firstSeen.get(item) ?? Infinity, rows.time[r]!));
      if (rows.split[r] !== 0) continue;
      trainUsers.add(rows.user[r]!);
      trainItems.add(item);
    }
    // Catalog indices are positions of ids in code point order.
    const ids = Array.from({ length: 40 }, (_, i) => `f${i}`).sort();
    const known = new Set(rows.item);
    expect(known.size).toBe(40);
    for (const { split, example } of examples) {
      const r = place.get(example.row)!;
      const own = rows.split[r]!;
      expect([splitNames[own], rows.users[rows.user[r]!]]).toEqual([split, example.user]);
      const before: string[] = [];
      for (let p = r - 1; p >= 0 && rows.user[p] === rows.user[r]; p--) {
        if (rows.split[p]! <= own || rows.split[p] === 3) before.unshift(ids[rows.item[p]!]!);
      }
      expect(example.history).toEqual(before.slice(-10));

      const seen = ids.filter((_, i) =>
        rows.user.some((user, p) => user === rows.user[r] && rows.item[p] === i),
      );
      const others = example.candidates?.filter((id) => id !== example.item) ?? [];
      for (const id of [...others, ...(example.negatives ?? [])]) expect(seen).not.toContain(id);
      for (const id of others) {
        expect(firstSeen.get(ids.indexOf(id))).toBeLessThanOrEqual(example.time!);
      }
      if (example.task === "next-item") expect(example.negatives).toHaveLength(3);
      if (example.task === "preference") expect(example.label).toMatch(/^(yes|no)$/);

      const [warmUser, warmItem] = [
        trainUsers.has(rows.user[r]!),
        trainItems.has(ids.indexOf(example.item)),
      ];
      const warmth = warmUser ? (warmItem ? "warm" : "cold-item") : warmItem ? "cold-user" : "cold";
      expect(example.warmth).toBe(warmth);
    }
    const { count } = manifest.trainAfterTest!;
    expect(said).toContain(`train after the first test interaction: ${count} (`);
    expect(count === 0).toBe(by === "time");
  });
});

it("refuses yes and no without ratings, and in-time candidates without times", async () => {
  const columns = "log.columns.interactions={file: ratings.csv, user: user, item: film";
  const build = (text: string, ...more: string[]) =>
    at.run([
      "build",
      "recipe.yaml",
      "-o",
      "no",
      "--set",
      text,
      ...more.flatMap((m) => ["--set", m]),
    ]);
  const unrated = await build(`${columns}, time: time}`, "tasks=[{type: preference}]");
  expect(unrated).toMatchObject({ code: 2 });
  expect(unrated.stderr).toContain("the task preference needs ratings");
  const inTime = "tasks=[{type: ranking, candidates: {from: in-time}}]";
  const timeless = await build(`${columns}, rating: rating}`, inTime);
  expect(timeless).toMatchObject({ code: 2 });
  expect(timeless.stderr).toContain("tasks.0.candidates.from");
});

it("drops the middle, and says what a like is", async () => {
  const { manifest, examples } = await buildWith("leave-one-out", "likes", [
    "filter.likes={from: 4, dislikeUpTo: 2}",
    "filter.minUser=1",
  ]);
  expect(manifest.likedFrom).toBe(4);
  expect(manifest.dropped["middle-rating"]).toBeGreaterThan(0);
  for (const { example } of examples) {
    expect(example.rating).not.toBe(3);
    if (example.task === "preference") expect(example.label === "yes").toBe(example.rating! >= 4);
  }
});

it("draws the same from baselines at any number of threads, in each language", async () => {
  // Enough rows for several batches.
  await using wide = await makeWorkspace(400);
  const drawn =
    "tasks=[{type: ranking, candidates: {from: ease, n: 6}}, {type: next-item, negatives: {from: co-occurrence, n: 2}}]";
  for (const threads of ["1", "3"]) {
    const out = ["-o", `out-${threads}`, "--threads", threads];
    const done = await wide.run(["build", "recipe.yaml", ...out, "--set", drawn]);
    expect(done.code, done.stderr).toBe(0);
  }
  for (const split of splits) {
    const read = async (threads: number): Promise<string> =>
      readFile(wide.path(`out-${threads}`, `${split}.jsonl`), "utf8");
    const one = await read(1);
    expect(await read(3)).toBe(one);
    const lists = new Map<string, string>();
    for (const line of one.split("\n").slice(0, -1)) {
      const { task, row, candidates, negatives } = JSON.parse(line) as Example;
      const list = JSON.stringify([candidates, negatives]);
      expect(lists.get(`${task}/${row}`) ?? list).toBe(list);
      lists.set(`${task}/${row}`, list);
    }
  }
});
