// The recipes that follow published procedures, on the logs those papers read: TALLRec's three files byte for byte, and
// the counts of the others. Skips by name without the logs, unless RECTUNE_NO_SKIP=1.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainContext, type Context } from "../../src/base/logger.ts";
import { buildDataset, type BuildResult } from "../../src/dataset/build.ts";
import { exportDataset } from "../../src/dataset/export.ts";
import { loadDatasetRecipe } from "../../src/dataset/recipe.ts";
import { readFileExamples } from "../../src/dataset/read-examples.ts";
import { writeTallrecPack } from "./tallrec-pack.ts";

const root = join(import.meta.dirname, "../..");
const data = join(process.env["RECTUNE_TEST_DATA"] ?? join(root, "../shared"), "data");
const mustRun = process.env["RECTUNE_NO_SKIP"] === "1";
const lacks = (...names: string[]): boolean =>
  !mustRun && names.some((name) => !existsSync(join(data, name)));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rectune-presets-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const context = (): Context =>
  plainContext({ cwd: folder, stateDir: join(folder, "state"), now: () => 0 });

function build(recipe: string, log: string, ...overrides: string[]): Promise<BuildResult> {
  return loadDatasetRecipe(join(root, "datasets", recipe), [
    `log.path=${join(data, log)}`,
    ...overrides,
  ]).then((loaded) => buildDataset(loaded, context(), { out: join(folder, recipe) }));
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

/** The id that git gives a file. */
function blobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

describe.skipIf(lacks("ml-100k", "tallrec-movie"))("tallrec-movielens-100k", () => {
  test("gives the three published files byte for byte", async () => {
    const pack = join(folder, "pack");
    await writeTallrecPack(join(data, "tallrec-movie"), pack);
    const { dir, manifest } = await build(
      "tallrec-movielens-100k.yaml",
      "ml-100k",
      `templates=${pack}`,
    );
    expect(manifest.counts.examples).toEqual({
      train: { preference: 8000 },
      validation: { preference: 1000 },
      test: { preference: 1000 },
    });
    const out = join(folder, "alpaca");
    await exportDataset(dir, "alpaca-json", context(), {
      out,
      layout: { indent: 4, ascii: true, finalNewline: false },
    });
    for (const [ours, theirs, blob] of [
      ["train", "train", "2bbe93bf"],
      ["validation", "valid", "d2659931"],
      ["test", "test", "ee8bb62c"],
    ] as const) {
      const made = await readFile(join(out, `${ours}.json`));
      const published = gunzipSync(
        await readFile(join(data, "tallrec-movie", `${theirs}.json.gz`)),
      );
      expect(made.equals(published), ours).toBe(true);
      expect(blobId(made).slice(0, 8)).toBe(blob);
    }
    const users = new Set<string>();
    for await (const { example } of readFileExamples(join(dir, "test.jsonl"), "test"))
      users.add(example.user);
    expect(users.size).toBe(16);
  });
});

describe.skipIf(lacks("ml-100k"))("openp5-movielens-100k", () => {
  test("makes every prefix but the empty one a row, and leaves two a user", async () => {
    const { manifest } = await build("openp5-movielens-100k.yaml", "ml-100k");
    const { users, items, interactions, examples } = manifest.counts;
    expect([users, items, interactions]).toEqual([943, 1349, 99_287]);
    expect(sumOf(examples.train)).toBe(interactions - 3 * users);
    expect([sumOf(examples.validation), sumOf(examples.test)]).toEqual([943, 943]);
  });
});

describe.skipIf(lacks("ml-latest-small"))("ml-latest-small presets", () => {
  test("llamarec: 610 users and 3,650 films, twenty candidates, an answer of one letter", async () => {
    const { dir, manifest } = await build(
      "llamarec-movielens-latest-small.yaml",
      "ml-latest-small",
      "history.targets=last",
    );
    expect([manifest.counts.users, manifest.counts.items]).toEqual([610, 3650]);
    const letters = new Map<string, number>();
    for await (const { example } of readFileExamples(join(dir, "test.jsonl"), "test")) {
      const answer = example.completion[0]!.content;
      expect(example.candidates).toHaveLength(20);
      expect(answer).toBe(String.fromCharCode(65 + example.candidates!.indexOf(example.item)));
      letters.set(answer, (letters.get(answer) ?? 0) + 1);
    }
    expect(letters.size).toBe(20);
  });

  test("bigrec: no row of train is later than one of validation, nor that than one of test", async () => {
    const { dir, manifest } = await build("bigrec-movielens-latest-small.yaml", "ml-latest-small");
    const spans = new Map<string, [number, number]>();
    for (const split of ["train", "validation", "test"] as const) {
      let span: [number, number] = [Infinity, -Infinity];
      for await (const { example } of readFileExamples(join(dir, `${split}.jsonl`), split)) {
        expect(example.history).toHaveLength(10);
        span = [Math.min(span[0], example.time!), Math.max(span[1], example.time!)];
      }
      spans.set(split, span);
    }
    expect(spans.get("train")![1]).toBeLessThan(spans.get("validation")![0]);
    expect(spans.get("validation")![1]).toBeLessThan(spans.get("test")![0]);
    const { perSplit, interactions } = manifest.counts;
    expect(perSplit.train / interactions).toBeCloseTo(0.8, 2);
    expect(perSplit.test / interactions).toBeCloseTo(0.1, 2);
  });
});
