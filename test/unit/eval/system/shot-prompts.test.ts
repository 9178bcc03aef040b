import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EvalData } from "../../../../src/eval/suite/eval-data.ts";
import { makeModelSystem } from "../../../../src/eval/system/model-system.ts";
import type { ModelSource } from "../../../../src/eval/model/types.ts";
import { requestOf } from "../../../../src/eval/predict.ts";
import { shotsSchema } from "../../../../src/eval/suite/shot-keys.ts";
import { makeShotPrompts } from "../../../../src/eval/system/shot-prompts.ts";
import { makeExample, makeTestCatalog } from "../fixture.ts";

let dir = "";
const train = ["u2", "u3", "u4"].map((user, i) =>
  makeExample({
    id: `ranking/${user}/1`,
    user,
    time: 5 + i,
    prompt: [{ role: "user", content: `Asked ${user}` }],
  }),
);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "rectune-shots-"));
  const lines = train.map((example) => `${JSON.stringify(example)}\n`).join("");
  await writeFile(join(dir, "train.jsonl"), lines);
});
afterAll(() => rm(dir, { recursive: true }));

const answers = {
  "ranking/en/shelf@1": "{{ target.title }}",
  "ranking/en/dialogue@1": "{{ target.title }}",
  "ranking/en/letters@1": "{{ letter }}",
};

function promptsOf(settings: object) {
  const part = { dir, manifest: { answers } } as unknown as EvalData;
  const data: EvalData = { ...part, parts: [part], partOf: () => 0 };
  return makeShotPrompts(data, shotsSchema.parse(settings), { seed: 1, tasks: ["ranking"] });
}

describe("makeShotPrompts", () => {
  it("shows the same wording's examples of others, and names them", async () => {
    const { messages, shots } = await promptsOf({ k: 2, pick: "recent" })(makeExample());
    expect(shots).toEqual(["ranking/u4/1", "ranking/u3/1"]);
    expect(messages.map(({ content }) => content)).toEqual([
      "Asked u4",
      "Film i09 (1989)",
      "Asked u3",
      "Film i09 (1989)",
      "Which one?",
    ]);
  });

  it("shows fewer where fewer happened before", async () => {
    const { shots } = await promptsOf({ k: 3 })(makeExample({ time: 5 }));
    expect(shots).toEqual(["ranking/u2/1"]);
  });

  it("falls back to wordings that answer alike where the own one is held out, and to no other", async () => {
    const prompts = promptsOf({ k: 1, pick: "recent" });
    const heldOut = makeExample({ wording: "ranking/en/dialogue@1" });
    expect((await prompts(heldOut)).shots).toEqual(["ranking/u4/1"]);
    const letters = makeExample({ id: "ranking/u5/7", wording: "ranking/en/letters@1" });
    await expect(prompts(letters)).rejects.toThrow(/no train example answers as/);
  });
});

it("asks with them: the request covers the shots, and the answer keeps their ids", async () => {
  const seen: string[][] = [];
  const source: ModelSource = {
    name: "fake:m",
    identity: "w",
    about: "",
    open: async () => ({
      name: "fake:m",
      caps: { batch: 8 },
      async complete(prompts) {
        seen.push(...prompts.map((messages) => messages.map(({ content }) => content)));
        return prompts.map(() => {
          return { text: "Film i10 (1990)", finish: "stop", tokensIn: 1, tokensOut: 1, costUsd: 0 };
        });
      },
      close: async () => {},
    }),
  };
  const systemWith = (k: number) =>
    makeModelSystem("few", source, {
      kind: "few-shot",
      tasks: ["ranking"],
      naming: async () => ({ catalog: makeTestCatalog(), show: "title", scale: [] }),
      threads: 1,
      shots: promptsOf({ k, pick: "recent" }),
    });
  const [one, two] = [systemWith(1), systemWith(2)];
  const example = makeExample();
  expect(await requestOf(one, example)).not.toBe(await requestOf(two, example));
  const [answer] = await (await two.open()).answer([example]);
  expect(answer).toMatchObject({ items: ["i10"], shots: ["ranking/u4/1", "ranking/u3/1"] });
  expect(seen[0]!.at(-1)).toBe("Which one?");
});
