// The asking itself: what is asked again, what ends it, and the models that choose instead of writing.

import { describe, expect, it } from "vitest";
import type { DatasetManifest } from "../../../../src/dataset/manifest.ts";
import { makeGrounder } from "../../../../src/log/catalog/ground.ts";
import type { Completion, Model } from "../../../../src/eval/model/types.ts";
import { groundSafe } from "../../../../src/eval/recommend/answer.ts";
import { recommendByChoice } from "../../../../src/eval/recommend/choice.ts";
import { loadRecommendWording } from "../../../../src/eval/recommend/prompt.ts";
import { makeRetriever } from "../../../../src/eval/recommend/retriever.ts";
import { recommendFrom, type RecommendSetting } from "../../../../src/eval/recommend/recommend.ts";
import { catalogOf, words } from "../../dataset/small-log.ts";

const catalog = catalogOf();
const at = (id: string): number => catalog.indexOf(id);
const idsOf = (items: readonly { index: number }[]): string[] =>
  items.map(({ index }) => catalog.data.ids[index]!);
const seen = new Set([at("joker")]);
const retriever = makeRetriever(
  "popularity",
  { catalog, interactions: null, liked: [] },
  { seed: 1 },
);
const context = { signal: new AbortController().signal };
const base = {
  catalog,
  lang: "en" as const,
  show: "title+rating" as const,
  words: words.en,
  past: [{ given: "Joker", index: at("joker"), rating: 5 }],
  permutations: 1,
  shots: null,
  seed: 1,
};
const setting: RecommendSetting = {
  ...base,
  wording: await loadRecommendWording("en", null),
  answers: {
    catalog,
    lookUp: groundSafe(makeGrounder(catalog, ["en", "ko"], { reach: "wide" }), catalog, ["en"]),
    seen,
    candidates: null,
  },
  n: 2,
  taste: null,
  candidates: null,
};

/** A model that gives these answers in turn, and what it was asked. */
function modelOf(answers: (string | Partial<Completion>)[]): { model: Model; asked: string[] } {
  const asked: string[] = [];
  const model: Model = {
    name: "scripted",
    caps: { batch: 1 },
    complete: async (prompts) =>
      prompts.map((messages): Completion => {
        const answer = answers[asked.length] ?? "";
        asked.push(messages.map(({ content }) => content).join("\n"));
        const plain = {
          text: "",
          finish: "stop" as const,
          tokensIn: 10,
          tokensOut: 2,
          costUsd: 0.5,
        };
        return { ...plain, ...(typeof answer === "string" ? { text: answer } : answer) };
      }),
    close: async () => {},
  };
  return { model, asked };
}

describe("recommendFrom", () => {
  it("asks for what is missing alone, names what it holds, and counts what it took", async () => {
    const { model, asked } = modelOf(["1. Tenet (2020)\n2. Joker (2019)", "1. Barbie (2023)"]);
    const { items, used } = await recommendFrom(model, setting, retriever, context);
    expect(idsOf(items)).toEqual(["tenet", "barbie"]);
    expect(asked[0]).toContain("Recommend 2 films");
    expect(asked[1]).toContain("cannot be recommended: Tenet (2020); Joker (2019)");
    expect(asked[1]).toContain("Recommend 1 film ");
    expect(used).toEqual({ requests: 2, tokensIn: 20, tokensOut: 4, costUsd: 1 });
  });

  it("takes no more than it was asked for", async () => {
    const { model, asked } = modelOf(["Tenet (2020)\nBarbie (2023)\nInception (2010)"]);
    const { items, dropped } = await recommendFrom(model, setting, retriever, context);
    expect(idsOf(items)).toEqual(["tenet", "barbie"]);
    expect(dropped).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it("ends where the first request fails, and goes on where a later one does", async () => {
    const failed = { finish: "failed" as const, note: "HTTP 500 ×5" };
    await expect(
      recommendFrom(modelOf([failed]).model, setting, retriever, context),
    ).rejects.toMatchObject({ code: "recommend-no-answer", exitCode: 4 });
    const { model } = modelOf(["Tenet (2020)", failed, failed]);
    const { items, notes } = await recommendFrom(model, setting, retriever, context);
    expect(items.map(({ from }) => from)).toEqual(["model", "retriever"]);
    expect(notes).toEqual(["request 2 failed: HTTP 500 ×5", "request 3 failed: HTTP 500 ×5"]);
  });

  it("says that an answer was cut off or refused", async () => {
    const { model } = modelOf([
      { text: "Tenet (2020)", finish: "length" },
      { text: "", finish: "refused" },
      "Barbie (2023)",
    ]);
    const { items, notes } = await recommendFrom(model, setting, retriever, context);
    expect(idsOf(items)).toEqual(["tenet", "barbie"]);
    expect(notes).toEqual(["answer 1 was cut off", "the model refused request 2"]);
  });

  it("gives fewer where the catalog has no more", async () => {
    const { model } = modelOf([]);
    const { items } = await recommendFrom(model, { ...setting, n: 50 }, retriever, context);
    expect(items).toHaveLength(catalog.size - 1);
    expect(idsOf(items)).not.toContain("joker");
  });

  it("stops when it is told to", async () => {
    const { model, asked } = modelOf(["x"]);
    const signal = AbortSignal.abort();
    await expect(recommendFrom(model, setting, retriever, { signal })).rejects.toThrow();
    expect(asked).toEqual([]);
  });
});

describe("recommendByChoice", () => {
  const manifest = {
    recipe: { lang: ["en"] },
    wordings: ["ranking/en/shelf@1", "explanation/en/why@1"],
  } as unknown as DatasetManifest;
  const candidates = ["tenet", "matrix", "barbie"].map(at);
  const reasons = [
    "You liked Joker (2019); The Dark Knight (2008) shares its Crime.",
    "You liked Joker (2019); Tenet (2020) shares its Thriller.",
  ];

  /** Likes the longest title best; explains with the reasons in turn. */
  const chooser = (said = reasons): Model => ({
    ...modelOf(said).model,
    choose: async (prompts) =>
      prompts.map(({ choices }) => ({
        logprobs: Float64Array.from(choices, (text) => text.length - 100),
        tokensIn: 7,
        costUsd: 0,
      })),
  });
  const data = { manifest, retriever, seen, taste: null, templates: null };

  it("ranks candidates by what their titles are given, and keeps only reasons that hold", async () => {
    const { result, wordingId } = await recommendByChoice(
      chooser(),
      { ...base, n: 2, candidates },
      data,
    );
    expect(wordingId).toBe("ranking/en/shelf@1");
    expect(idsOf(result.items)).toEqual(["matrix", "barbie"]);
    expect(result.items[0]!.score).toBe("The Matrix (1999)".length - 100);
    expect(result.items.map(({ reason }) => reason)).toEqual([null, null]);
    expect(result.notes.join()).toContain("2 of 2 reasons left out");
    const { result: other } = await recommendByChoice(
      chooser(),
      { ...base, n: 2, candidates: ["matrix", "tenet"].map(at) },
      data,
    );
    expect(other.items[1]).toMatchObject({ index: at("tenet"), reason: reasons[1] });
  });

  it("leaves out a reason that has the item itself among what was liked", async () => {
    const asked = { ...base, n: 1, candidates: [at("tenet")] };
    const said = "You liked Tenet (2020); Tenet (2020) shares its Thriller.";
    const model = chooser([said]);
    const { result } = await recommendByChoice(model, asked, data);
    expect(result.items.map(({ reason }) => reason)).toEqual([null]);
  });

  it("says that a taste is not used, and refuses a language it never learned", async () => {
    const asked = { ...base, n: 1, candidates };
    const { result } = await recommendByChoice(chooser(), asked, { ...data, taste: "dark" });
    expect(result.notes[0]).toContain("taste was not used");
    await expect(
      recommendByChoice(chooser(), { ...asked, lang: "ko", words: words.ko }, data),
    ).rejects.toMatchObject({ code: "recommend-untrained" });
  });
});
