import { describe, expect, test } from "vitest";
import { makeAnswers } from "../../../../src/dataset/format/answers.ts";
import { makeCatalog } from "../../../../src/log/catalog/catalog.ts";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { makeModelSystem } from "../../../../src/eval/system/model-system.ts";
import type {
  ChoicePrompt,
  Completion,
  Model,
  ModelSource,
} from "../../../../src/eval/model/types.ts";
import type { Answer } from "../../../../src/eval/system/system.ts";
import { hostileTitle, makeExample, makeTestCatalog } from "../fixture.ts";

const cost = { tokensIn: 7, tokensOut: 2, costUsd: 0 };

function sourceOf(model: Partial<Model>): ModelSource {
  const complete: Model["complete"] = async () => [];
  return {
    name: "fake:m",
    identity: "w",
    about: "",
    open: async () => ({
      name: "fake:m",
      caps: { batch: 8 },
      complete,
      close: async () => {},
      ...model,
    }),
  };
}

async function answer(model: Partial<Model>, examples: Example[]): Promise<Answer[]> {
  const naming = { catalog: makeTestCatalog(), show: "title" as const, scale: [1, 2.5, 4] };
  const system = makeModelSystem("m", sourceOf(model), {
    kind: "model",
    tasks: ["ranking", "rating", "explanation"],
    naming: async () => naming,
    threads: 1,
  });
  return (await system.open()).answer(examples);
}

const rating = makeExample({
  id: "rating/u1/7",
  task: "rating",
  wording: "rating/en/x@1",
  candidates: null,
});
const explanation = makeExample({
  id: "explanation/u1/7",
  task: "explanation",
  wording: "explanation/en/x@1",
  candidates: null,
});

describe("a model that gives log-probabilities", () => {
  const choosing = (logprobs: number[]): { seen: ChoicePrompt[]; model: Partial<Model> } => {
    const seen: ChoicePrompt[] = [];
    const choose: Model["choose"] = async (prompts) => {
      seen.push(...prompts);
      return prompts.map(() => ({ ...cost, logprobs: Float64Array.from(logprobs) }));
    };
    return { seen, model: { choose } };
  };

  test("ranks candidates by their titles, as the prompt writes them", async () => {
    const { seen, model } = choosing([-3, -1, -2, -4]);
    const example = makeExample({ candidates: ["i03", "i05", "i10", "i11"] });
    const [said] = await answer(model, [example]);
    expect(seen[0]!.choices[1]).toBe(hostileTitle);
    expect(seen[0]!.choices[0]).toBe("Film i03 (1983)");
    expect(said).toMatchObject({
      outcome: "ok",
      items: ["i05", "i10", "i03", "i11"],
      choices: { i03: -3, i05: -1, i10: -2, i11: -4 },
      value: null,
      tokensIn: 7,
      tokensOut: 0,
    });
  });

  test("titles are those of the example's language", async () => {
    const { seen, model } = choosing([-1, -2]);
    await answer(model, [makeExample({ wording: "ranking/ko/x@1", candidates: ["i01", "i02"] })]);
    expect(seen[0]!.choices).toEqual(["영화 i01 (1981)", "Film i02 (1982)"]);
  });

  test("chooses among the ratings of the scale, written as in the data", async () => {
    const { seen, model } = choosing([-3, -0.5, -2]);
    const [said] = await answer(model, [rating]);
    expect(seen[0]!.choices).toEqual(["1", "2.5", "4"]);
    expect(said).toMatchObject({
      value: 2.5,
      items: [],
      choices: { "1": -3, "2.5": -0.5, "4": -2 },
    });
  });

  test("a choice without a number ranks last and is left out", async () => {
    const { model } = choosing([-3, -Infinity, -2, Number.NaN]);
    const [said] = await answer(model, [makeExample()]);
    expect(said).toMatchObject({ items: ["i10", "i03"], choices: { i03: -3, i10: -2 } });
  });

  test("no usable number at all is an error, to be asked again", async () => {
    const { model } = choosing([Number.NaN, -Infinity, Number.NaN]);
    expect((await answer(model, [rating]))[0]).toMatchObject({ outcome: "error", value: null });
  });
});

describe("a model that writes, and shows its likely tokens", () => {
  const wrote = (written: Partial<Completion>, logprobs: number[] = []): Partial<Model> => ({
    choose: async (prompts) =>
      prompts.map(({ choices }) => ({
        ...cost,
        logprobs: Float64Array.from(choices, (_, i) => logprobs[i] ?? Number.NaN),
        written: { ...cost, text: "Film i10 (1990)", finish: "stop", ...written },
      })),
  });

  test("is scored by them, and keeps what it wrote", async () => {
    const [said] = await answer(wrote({}, [-3, -1, -2, -4]), [makeExample()]);
    expect(said).toMatchObject({
      outcome: "ok",
      raw: "Film i10 (1990)",
      items: ["i09", "i10", "i03", "i11"],
      tokensOut: 2,
    });
  });

  test("is read as text where they say nothing", async () => {
    const [said] = await answer(wrote({ note: "read as text" }), [makeExample()]);
    expect(said).toMatchObject({
      outcome: "ok",
      items: ["i10"],
      choices: null,
      note: "read as text",
    });
  });

  test.each([
    ["failed", "error", null],
    ["refused", "refused", "I can't."],
  ] as const)("that %s: %s", async (finish, outcome, raw) => {
    const text = raw ?? "";
    for (const model of [
      wrote({ finish, text }),
      { complete: async (prompts: unknown[]) => prompts.map(() => ({ ...cost, finish, text })) },
    ]) {
      expect((await answer(model, [makeExample()]))[0]).toMatchObject({ outcome, raw, items: [] });
    }
  });
});

describe("wordings that do not answer with a title", () => {
  const texts = {
    "ranking/en/letters@1": "{{ letter }}",
    "ranking/en/reason-first@1":
      "{% if reason.shared %}Reason: {{ reason.shared | first }}{% endif %}Answer: {{ target.title }}",
    "rating/en/json@1": '{"rating": {{ rating }}}',
  };
  const catalog = makeTestCatalog();
  const answers = makeAnswers({ answers: texts, words: {}, tasks: [], show: "title", catalog });
  const ask = async (model: Partial<Model>, examples: Example[]): Promise<Answer[]> => {
    const system = makeModelSystem("m", sourceOf(model), {
      kind: "model",
      tasks: ["ranking", "rating"],
      naming: async () => ({ catalog, show: "title", scale: [1, 4], answers }),
      threads: 1,
    });
    return (await system.open()).answer(examples);
  };
  const letters = makeExample({ wording: "ranking/en/letters@1" });
  const reasoned = makeExample({ id: "ranking/u2/7", wording: "ranking/en/reason-first@1" });

  test("offer whole answers to choose among; one with a reason is written", async () => {
    const offered: string[][] = [];
    const model: Partial<Model> = {
      choose: async (prompts) =>
        prompts.map(({ choices }) => {
          offered.push(choices);
          return { ...cost, logprobs: Float64Array.from(choices, (_, i) => -i) };
        }),
      complete: async (prompts) =>
        prompts.map(() => ({
          ...cost,
          text: "Reason: Crime.\nAnswer: Film i11 (1991)",
          finish: "stop",
        })),
    };
    const json = { ...rating, wording: "rating/en/json@1" };
    const said = await ask(model, [reasoned, letters]);
    expect(said.map(({ items }) => items[0])).toEqual(["i11", "i03"]);
    expect((await ask(model, [json]))[0]).toMatchObject({ value: 1 });
    expect(offered).toEqual([
      ["A", "B", "C", "D"],
      ['{"rating": 1}', '{"rating": 4}'],
    ]);
  });

  test("are read in their own form", async () => {
    const writing = (text: string): Partial<Model> => ({
      complete: async (prompts) => prompts.map(() => ({ ...cost, text, finish: "stop" })),
    });
    expect((await ask(writing("C"), [letters]))[0]).toMatchObject({ items: ["i10"] });
    expect((await ask(writing("(c) Film i10"), [letters]))[0]).toMatchObject({ outcome: "ok" });
    expect((await ask(writing("C"), [reasoned]))[0]).toMatchObject({ outcome: "malformed" });
  });
});

describe("a model that writes", () => {
  const writing = (text: string, finish: "stop" | "length" = "stop"): Partial<Model> => ({
    complete: async (prompts) => prompts.map(() => ({ ...cost, text, finish })),
  });

  test.each([
    ["a title of the list", "Film i10 (1990)", { outcome: "ok", items: ["i10"], choices: null }],
    ["a title that was not offered", "Film i20 (2000)", { outcome: "malformed", items: [] }],
    ["nothing", "", { outcome: "malformed", items: [] }],
  ])("a ranking answered with %s", async (_, text, expected) => {
    expect((await answer(writing(text), [makeExample()]))[0]).toMatchObject({
      ...expected,
      raw: text,
    });
  });

  test("is read again as it was read first, by the catalog at hand", async () => {
    let catalog = makeTestCatalog();
    const system = makeModelSystem("m", sourceOf({}), {
      kind: "model",
      tasks: ["next-item"],
      naming: async () => ({ catalog, show: "title", scale: [1, 2.5, 4] }),
      threads: 1,
    });
    const open = makeExample({ id: "next-item/u1/7", task: "next-item", candidates: null });
    const read = { outcome: "ok", items: ["i10"], value: null };
    expect(await system.read!(open, "Film i10 (1990)")).toEqual(read);
    const { title, ...others } = catalog.data;
    catalog = makeCatalog({ ...others, title: title.map((name) => name.replace("i10", "x")) });
    const none = { outcome: "malformed", items: [], value: null };
    expect(await system.read!(open, "Film i10 (1990)")).toEqual(none);
    expect(await system.read!(rating, "I'd say 4.")).toMatchObject({ outcome: "ok", value: 4 });
  });

  test("a rating is read out of the text", async () => {
    expect((await answer(writing("I'd say 4."), [rating]))[0]).toMatchObject({ value: 4 });
    expect((await answer(writing("9"), [rating]))[0]).toMatchObject({
      outcome: "malformed",
      value: null,
    });
  });

  test("an explanation cut at its length is kept, and counted as truncated", async () => {
    const [said] = await answer(writing("Loved the", "length"), [explanation]);
    expect(said).toMatchObject({ outcome: "truncated", raw: "Loved the", tokensOut: 2 });
  });
});
