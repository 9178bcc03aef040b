// `audit` and `inspect DIR` on the command line: flags, exit codes, and what they print of a hostile dataset.

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auc } from "../../src/base/metric/auc.ts";
import type { Example } from "../../src/dataset/task/types.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

let at: Workspace;
beforeAll(async () => {
  at = await makeWorkspace(20);
  const built = await at.run(["build", "recipe.yaml", "-o", "data"]);
  expect(built, built.stderr).toMatchObject({ code: 0 });
});
afterAll(() => at[Symbol.asyncDispose]());

/** Ratings by "user film". */
async function readRatings(workspace: Workspace): Promise<Map<string, number>> {
  const lines = (await readFile(workspace.path("log/ratings.csv"), "utf8")).trim().split("\n");
  return new Map(
    lines.slice(1).map((line) => {
      const [user, film, rating] = line.split(",");
      return [`${user} ${film}`, Number(rating)];
    }),
  );
}

async function readTrain(file: string, task: string): Promise<Example[]> {
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Example).filter((one) => one.task === task);
}

const alpaca = (likes: string, answer: string) => ({
  instruction: "Yes or no?",
  input: `Likes: ${likes}\nHates: "X"`,
  output: answer,
});

describe("audit", () => {
  it("fails from the severity on that --fail-on names", async () => {
    // Twenty users are too few to judge a model by: a note.
    const fine = await at.run(["audit", "data"]);
    expect(fine.stdout).toMatch(/note +users-per-split +users: train 20, validation 20, test 20/);
    expect(fine.code).toBe(0);
    expect((await at.run(["audit", "data", "--fail-on", "note"])).code).toBe(3);
    expect((await at.run(["audit", "data", "--fail-on", "never"])).code).toBe(2);
  });

  it("judges lengths where a limit is given", async () => {
    const cut = await at.run(["audit", "data", "--max-tokens", "20", "--json"]);
    expect(cut.code).toBe(3);
    const { examples, findings } = JSON.parse(cut.stdout) as {
      examples: number;
      findings: Record<string, { severity: string | null; count: number }>;
    };
    expect(findings["truncation"]).toMatchObject({ severity: "error", count: examples });
    const fits = await at.run(["audit", "data", "--max-tokens", "2000"]);
    expect(fits.stdout).toMatch(/ok +truncation/);
  });

  it("counts likes by the ratings of the log", async () => {
    const rated = await readRatings(at);
    const { likedFrom } = JSON.parse(await readFile(at.path("data/manifest.json"), "utf8")) as {
      likedFrom: number;
    };
    const examples = await readTrain(at.path("data/train.jsonl"), "rating");
    const scores = examples.map(({ user, history }) => {
      const likes = history.filter((film) => rated.get(`${user} ${film}`)! >= likedFrom).length;
      return (likes + 1) / (history.length + 2);
    });
    const expected = auc(
      Float64Array.from(scores),
      Uint8Array.from(examples, ({ rating }) => (rating! >= likedFrom ? 1 : 0)),
    );
    const { stdout } = await at.run(["audit", "data"]);
    expect(stdout).toContain(`train ${expected.toFixed(3)} (n ${examples.length})`);
  });

  it("counts likes as the task preference does, by the mean of the history", async () => {
    const task = "tasks=[{type: preference, likedFrom: mean, dislikedUpTo: 2}]";
    const built = await at.run(["build", "recipe.yaml", "-o", "yesno", "--set", task]);
    expect(built, built.stderr).toMatchObject({ code: 0 });
    const rated = await readRatings(at);
    const examples = await readTrain(at.path("yesno/train.jsonl"), "preference");
    const scores = examples.map(({ user, history }) => {
      const ratings = history.map((film) => rated.get(`${user} ${film}`)!);
      const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
      const likes = ratings.filter((rating) => rating >= mean).length;
      const dislikes = ratings.filter((rating) => rating < mean && rating <= 2).length;
      return (likes + 1) / (likes + dislikes + 2);
    });
    const yes = examples.map(({ label }) => (label === "yes" ? 1 : 0));
    const expected = auc(Float64Array.from(scores), Uint8Array.from(yes));
    const { stdout } = await at.run(["audit", "yesno"]);
    expect(stdout).toContain(`train ${expected.toFixed(3)} (n ${examples.length})`);
  });

  it("finds a test row that train holds too", async () => {
    await at.run(["build", "recipe.yaml", "-o", "leaky"]);
    const test = await readFile(at.path("leaky/test.jsonl"), "utf8");
    const train = await readFile(at.path("leaky/train.jsonl"), "utf8");
    await at.write("leaky/train.jsonl", `${test.split("\n")[0]}\n${train}`);
    const { code, stdout } = await at.run(["audit", "leaky"]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/error +split-overlap +1 of /);
    expect(stdout).toMatch(/warning +duplicates +1 of .* 1 texts stand in more than one split/);
    expect(stdout).toMatch(/error +files-changed/);
  });

  it("reads files of other tools", async () => {
    const rows = Array.from({ length: 120 }, (_, i) =>
      alpaca(i % 2 ? '"A", "B"' : "", i % 2 ? "Yes." : "No."),
    );
    await at.write("test.json", JSON.stringify(rows));
    const args = ["audit", "--as", "alpaca", "--likes", "Likes: (.*)", "--dislikes", "Hates: (.*)"];
    const found = await at.run([...args, "test.json", "--fail-on", "warning"]);
    expect(found.stdout).toMatch(/warning +label-from-prompt .*: test 1\.000 \(n 120\)/);
    expect(found.code).toBe(3);
    const split = await at.run([...args, "--validation", "test.json"]);
    expect(split.stdout).toMatch(/validation 1\.000 \(n 120\)/);
  });

  it.each([
    [["audit"], "audit takes one path"],
    [["audit", "data", "data"], "audit takes one path"],
    [["audit", "--as", "alpaca"], "--as needs files"],
    [["audit", "data", "--likes", "x"], "--likes is for files of other tools"],
    [["audit", "data", "--tokenizer", "x"], "--tokenizer counts for --max-tokens"],
    [["audit", "data", "--as", "alpaca", "--likes", "("], "--likes: not a regular expression"],
  ])("refuses %j", async (args, said) => {
    const { code, stderr } = await at.run(args);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
  });
});

describe("inspect DIR", () => {
  it("shows examples under a chat template, lengths and prices", async () => {
    const { code, stdout } = await at.run(["inspect", "data", "--chat-template", "llama-3"]);
    expect(code).toBe(0);
    expect(stdout).toContain("<|start_header_id|>assistant<|end_header_id|>\n\n");
    expect(stdout).toMatch(/train +\d+ +\d+ +\d+ +\d+ +\d+\n/);
    expect(stdout).toMatch(
      /fireworks +up to 16B parameters +\d+\.\d\d +0\.50 a million tokens .*2026-11-24/,
    );
    expect(stdout).toMatch(/hf-jobs +h200 +not known +5\.00 an hour/);
    const other = await at.run(["inspect", "data", "--chat-template", "none"]);
    expect(other.stdout).not.toContain("<|");
  });

  it("gives the same as one document", async () => {
    const { stdout } = await at.run(["inspect", "data", "--json"]);
    const look = JSON.parse(stdout) as {
      chatTemplate: string;
      lengths: Record<string, { counted: number; totalTokens: number; tokens: { total: number } }>;
    };
    expect(look.chatTemplate).toBe("chatml");
    expect(look.lengths["test"]!.totalTokens).toBe(look.lengths["test"]!.tokens.total);
  });

  it("shows hostile titles as text, and counts what can pass for markup", async () => {
    const films = await readFile(at.path("log/films.csv"), "utf8");
    const hostile = films.replace(/Film \d+/g, "$& <|im_end|>\u001b[31m");
    await at.write("log/films.csv", hostile);
    expect((await at.run(["build", "recipe.yaml", "-o", "hostile"])).code).toBe(0);
    const { stdout } = await at.run(["inspect", "hostile"]);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toMatch(/\d+ texts hold markup of the chat template as data, e\.g\. /);
  });

  it("counts with a model's own tokenizer", async () => {
    const tokenizer = {
      version: "1.0",
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: "WhitespaceSplit" },
      post_processor: null,
      decoder: null,
      model: { type: "WordLevel", vocab: { "[UNK]": 0 }, unk_token: "[UNK]" },
    };
    await at.write("tokenizer.json", JSON.stringify(tokenizer));
    const flags = ["--chat-template", "none", "--tokenizer", "tokenizer.json", "--json"];
    const { stdout, stderr } = await at.run(["inspect", "data", ...flags]);
    expect(stderr).toBe("");
    const look = JSON.parse(stdout) as {
      samples: Record<string, Example>;
      lengths: { test: { tokens: { total: number } } };
    };
    const texts = (await readFile(at.path("data/test.jsonl"), "utf8")).trim().split("\n");
    const expected = texts
      .map((line) => JSON.parse(line) as Example)
      .flatMap(({ prompt, completion }) => [...prompt, ...completion])
      .reduce((sum, { content }) => sum + content.trim().split(/\s+/).length, 0);
    expect(look.lengths.test.tokens.total).toBe(expected);
    const cut = await at.run([
      "audit",
      "data",
      "--max-tokens",
      "9",
      "--tokenizer",
      "tokenizer.json",
    ]);
    expect(cut.stdout).toMatch(/error +truncation .* cut at 9 tokens/);
  });

  it("refuses a template and a tokenizer that are none", async () => {
    const template = await at.run(["inspect", "data", "--chat-template", "chatlm"]);
    expect(template).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Built in are chatml"),
    });
    const tokenizer = await at.run(["inspect", "data", "--tokenizer", "recipe.yaml"]);
    expect(tokenizer).toMatchObject({ code: 2, stderr: expect.stringContaining("tokenizer") });
  });
});
