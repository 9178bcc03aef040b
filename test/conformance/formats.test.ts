// Exported files in the hands of the readers they are for: Hugging Face's datasets (also the built folder, through its
// card), pyarrow, OpenAI's published row schemas, Together's own checker, and Python's json as the writer of arrays.

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainContext } from "../../src/base/logger.ts";
import { buildDataset } from "../../src/dataset/build.ts";
import { renderCard } from "../../src/dataset/card.ts";
import { exportDataset, type ExportResult } from "../../src/dataset/export.ts";
import { formats, type FormatName } from "../../src/dataset/format/index.ts";
import { loadDatasetRecipe } from "../../src/dataset/recipe.ts";
import { exampleOf } from "../unit/dataset/small-log.ts";
import { manifestOf } from "../unit/dataset/manifests.ts";

const root = resolve(import.meta.dirname, "../..");
const python = process.env["RECTUNE_PYTHON"] ?? join(root, ".venv/bin/python");
const lacks = !existsSync(python) && process.env["RECTUNE_NO_SKIP"] !== "1";
const names = Object.keys(formats) as FormatName[];

type Split = { rows: number; columns: string[]; first: unknown; last: Record<string, unknown> };
type Loaded = { error?: string; train?: Split; validation?: Split; test?: Split };
type Columns = { equal: boolean; types: Record<string, string> };
type Seen = {
  folders: Record<string, Loaded>;
  together: string[];
  openai: Record<string, string[]>;
  parquet: Columns;
  arrow: Columns;
};

let folder = "";
let seen: Seen;
const made = {} as Record<FormatName, ExportResult>;

beforeAll(async () => {
  if (lacks) return;
  folder = await mkdtemp(join(tmpdir(), "rectune-formats-"));
  const context = plainContext({ cwd: folder, stateDir: join(folder, "state") });
  const recipe = await loadDatasetRecipe(join(root, "datasets/sample.yaml"), [
    "lang=[en, ko]",
    "tasks=[{type: next-item, negatives: {from: disliked, n: 2}}, {type: ranking, candidates: {n: 5}}, {type: preference}]",
  ]);
  await buildDataset(recipe, context, { out: "built", limit: 30 });
  for (const name of names)
    made[name] = await exportDataset("built", name, context, { out: `as/${name}`, pairs: 2 });
  await exportDataset("built", "alpaca-json", context, {
    out: "as/indented",
    layout: { indent: 4, ascii: true, finalNewline: false },
  });
  await writeLateValues(join(folder, "late"));
  await mkdir(join(folder, "bare"));
  await copyFile(join(folder, "late/train.jsonl"), join(folder, "bare/train.jsonl"));
  const file = (name: string): string => join(folder, "as", name);
  seen = ask({
    cache: join(folder, "cache"),
    folders: {
      ...Object.fromEntries(names.map((name) => [name, file(name)])),
      built: join(folder, "built"),
      late: join(folder, "late"),
      bare: join(folder, "bare"),
    },
    together: [file("together/train.jsonl"), file("together-dpo/train.jsonl")],
    openai: { sft: file("openai-chat/train.jsonl"), dpo: file("openai-dpo/train.jsonl") },
    parquet: file("parquet/data/train-00000-of-00001.parquet"),
    arrow: file("arrow/train.arrow"),
    examples: join(folder, "built/train.jsonl"),
  });
});
afterAll(() => (lacks ? undefined : rm(folder, { recursive: true, force: true })));

function ask(question: object): Seen {
  const run = spawnSync(python, [join(import.meta.dirname, "oracles/formats.py")], {
    input: JSON.stringify(question),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Seen;
}

/** A dataset whose optional keys hold null for the first eleven megabytes, more than a reader looks ahead. */
async function writeLateValues(dir: string): Promise<void> {
  await mkdir(dir);
  const out = createWriteStream(join(dir, "train.jsonl"));
  const prompt = [{ role: "user" as const, content: "x".repeat(10_000) }];
  const none = JSON.stringify(exampleOf({ prompt, rating: null, time: null, label: null }));
  for (let i = 0; i < 1100; i++) out.write(`${none}\n`);
  out.end(
    `${JSON.stringify(exampleOf({ candidates: ["a", "b"], negatives: ["c"], rating: 4.5, label: "late" }))}\n`,
  );
  await once(out, "finish");
  const manifest = manifestOf();
  const examples = { train: { "next-item": 1101 }, validation: {}, test: {} };
  const counts = { ...manifest.counts, examples };
  await writeFile(join(dir, "README.md"), renderCard(manifestOf({ counts })));
}

describe.skipIf(lacks)("datasets", () => {
  it.each(names)("loads %s: its splits, its rows", async (name) => {
    const loaded = seen.folders[name]!;
    expect(loaded.error).toBeUndefined();
    const { train, validation, test } = loaded;
    expect({ train: train?.rows, validation: validation?.rows, test: test?.rows }).toEqual(
      made[name].manifest.rows,
    );
    const { container } = formats[name];
    if (container === "jsonl" || container === "json-array") {
      const path = join(made[name].dir, `train.${container === "jsonl" ? "jsonl" : "json"}`);
      const text = await readFile(path, "utf8");
      const first =
        container === "jsonl"
          ? (JSON.parse(text.split("\n")[0]!) as unknown)
          : (JSON.parse(text) as unknown[])[0];
      expect(train!.first).toEqual(first);
    }
  });

  it("loads the built folder through its card", () => {
    const { train, validation, test } = seen.folders["built"]!;
    const { rows } = made["trl-sft"].manifest;
    expect([train!.rows, validation!.rows, test!.rows]).toEqual([
      rows.train,
      rows.validation,
      rows.test,
    ]);
    expect(train!.columns).toEqual(Object.keys(exampleOf()));
  });

  it("learns the types of late values from the card, and fails without it", () => {
    expect(seen.folders["bare"]!.error).toMatch(/DatasetGenerationError/);
    const { error, train } = seen.folders["late"]!;
    expect(error).toBeUndefined();
    expect(train).toMatchObject({
      rows: 1101,
      last: { candidates: ["a", "b"], negatives: ["c"], rating: 4.5, label: "late" },
    });
  });
});

describe.skipIf(lacks)("other readers", () => {
  it("pyarrow reads the examples out of Parquet and Arrow, with the declared types", () => {
    for (const held of [seen.parquet, seen.arrow]) {
      expect(held.equal).toBe(true);
      expect(held.types["negatives"]).toMatch(/^list<\w+: string>$/);
      expect(held.types["prompt"]).toMatch(/^list<\w+: struct<role: string, content: string>>$/);
      expect([held.types["row"], held.types["rating"]]).toEqual(["int64", "double"]);
    }
  });

  it("OpenAI's row schemas and Together's checker refuse nothing", () => {
    expect(seen.openai).toEqual({ sft: [], dpo: [] });
    expect(seen.together).toEqual(["Checks passed", "Checks passed"]);
  });

  it("Python's json.dump(rows, file, indent=4) writes the same bytes", async () => {
    const path = join(folder, "as/indented/train.json");
    const code =
      "import json, sys; rows = json.load(open(sys.argv[1])); json.dump(rows, sys.stdout, indent=4)";
    const run = spawnSync(python, ["-c", code, path], { maxBuffer: 2 ** 26 });
    expect(run.status).toBe(0);
    expect(run.stdout.equals(await readFile(path))).toBe(true);
  });
});

describe.skipIf(lacks)("exports", () => {
  it("pass their own check, and name what made no row", () => {
    for (const name of names) {
      const errors = Object.values(made[name].checks).reduce((sum, check) => sum + check.errors, 0);
      expect([name, errors]).toEqual([name, 0]);
    }
    expect(made["trl-sft"].manifest.skipped).toEqual({});
    expect(Object.keys(made["trl-dpo"].manifest.skipped)).toEqual([
      "the wording gives a reason, which nothing passed over has",
      "the target had nothing to draw negatives from",
    ]);
  });

  it("set Korean answers against Korean answers", async () => {
    const text = await readFile(join(made["trl-dpo"].dir, "train.jsonl"), "utf8");
    const rejected = text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { rejected: [{ content: string }] }).rejected[0].content);
    expect(new Set(rejected.filter((t) => /^(Yes|No|예|아니요)$/.test(t))).size).toBe(4);
    expect(rejected.filter((t) => /\p{Script=Hangul}/u.test(t)).length).toBeGreaterThan(100);
  });
});
