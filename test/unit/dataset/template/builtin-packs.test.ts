// Golden renders of every built-in wording: read them in the diff. UPDATE_RENDERS=1 writes them anew.

import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tasks } from "../../../../src/dataset/task/index.ts";
import { formOf } from "../../../../src/dataset/task/read-answer.ts";
import { readPicks, recommendation } from "../../../../src/dataset/task/recommendation.ts";
import { josa } from "../../../../src/dataset/template/josa.ts";
import { loadDomains } from "../../../../src/dataset/template/load-domains.ts";
import { loadPacks } from "../../../../src/dataset/template/load-packs.ts";
import { renderAnswer, renderPrompt } from "../../../../src/dataset/template/render.ts";
import type { Lang, Wording } from "../../../../src/dataset/template/wording.ts";
import { showHistory, showItem } from "../../../../src/dataset/task/shown.ts";
import { contextOf, streamsOf, timelineOf, words } from "../small-log.ts";

const langs: Lang[] = ["en", "ko"];
const builtinDir = join(import.meta.dirname, "../../../../templates");
const contracts = [...Object.values(tasks), recommendation];
const names = contracts.map(({ name }) => name);
const wordings = await loadPacks({ builtinDir, userDir: null, langs, tasks: contracts });

const timeline = timelineOf([
  { item: 5, rating: 5 },
  { item: 0, rating: 2 },
  { item: 2, rating: 4 },
  {
    item: 7,
    rating: 5,
    review: "The thriller tension held me.",
    ko: "스릴러의 긴장감이 좋았어요.",
  },
]);
const options = {
  rating: { type: "rating" },
  "next-item": { type: "next-item" },
  ranking: { type: "ranking", candidates: { from: "uniform", n: 4, truth: "forced" } },
  preference: { type: "preference", likedFrom: 4, dislikedUpTo: null },
  explanation: { type: "explanation", reference: "metadata" },
};

const input = { timeline, target: 3, history: [0, 1, 2] };

function draftOf(wording: Wording) {
  const task = tasks[wording.task as keyof typeof tasks];
  const context = contextOf({ lang: wording.lang });
  const draft = task.make(input, context, options[task.name], streamsOf());
  if ("skip" in draft) throw new Error(draft.skip);
  return draft;
}

function variablesOf(wording: Wording): Record<string, unknown> {
  if (wording.task !== recommendation.name) return draftOf(wording).variables;
  const context = contextOf({ lang: wording.lang });
  const [matrix, tenet] = [showItem(5, context), showItem(7, context)];
  const reason = wording.lang === "en" ? "It bends time." : "시간을 비트는 영화예요.";
  return {
    history: showHistory(input, context),
    words: context.words,
    taste: wording.lang === "en" ? "clever action" : "영리한 액션",
    candidates: [matrix, tenet],
    n: 2,
    rejected: ["Inception 2"],
    picks: [
      { title: tenet.title, reason },
      { title: matrix.title, reason },
    ],
  };
}

describe.each(langs)("built-in packs in %s", (lang) => {
  it.each(names)("%s renders as kept", (task) => {
    const path = join(import.meta.dirname, `../../../fixtures/renders/${task}.${lang}.txt`);
    const own = wordings.filter((wording) => wording.task === task && wording.lang === lang);
    const text = own
      .map((wording) => {
        const vars = variablesOf(wording);
        const prompt = renderPrompt(wording, vars).map((m) => `[${m.role}]\n${m.content}\n`);
        const dash = wording.heldOut ? " (held out)" : "";
        return `=== ${wording.id}${dash}\n${prompt.join("")}[assistant]\n${renderAnswer(wording, vars)}\n`;
      })
      .join("\n");
    if (process.env["UPDATE_RENDERS"] === "1") writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  });

  it.each(names)("%s has at least six wordings, two of them held out", (task) => {
    const own = wordings.filter((wording) => wording.task === task && wording.lang === lang);
    expect(own.length).toBeGreaterThanOrEqual(6);
    expect(own.filter((wording) => !wording.heldOut).length).toBeGreaterThanOrEqual(3);
    expect(own.filter((wording) => wording.heldOut).length).toBeGreaterThanOrEqual(2);
  });

  it("has the same wordings as the other language", () => {
    const listOf = (of: Lang): string[] =>
      wordings.filter((w) => w.lang === of).map((w) => `${w.task}/${w.name}/${w.heldOut}`);
    expect(listOf(lang)).toEqual(listOf("en"));
  });

  it("shows no wording that is another one with other words: each lays the prompt out its own way", () => {
    for (const task of names) {
      const own = wordings.filter((wording) => wording.task === task && wording.lang === lang);
      const layouts = own.map(layoutOf);
      expect(new Set(layouts).size, task).toBe(own.length);
    }
  });

  it("reads back the answer that each wording asks for", () => {
    for (const wording of wordings.filter((w) => w.lang === lang && w.task in tasks)) {
      const task = tasks[wording.task as keyof typeof tasks];
      const { variables, candidates, label } = draftOf(wording);
      const { catalog, scale } = contextOf();
      const read = task.parse(renderAnswer(wording, variables), {
        catalog,
        lang,
        scale,
        candidates: candidates && Array.from(candidates, (index) => catalog.data.ids[index]!),
        form: formOf(wording.blocks.answer.text),
      });
      if (read.outcome !== "ok") throw new Error(`${wording.id}: ${read.reason}`);
      const value = { rating: "5", preference: 1 }[wording.task as "rating" | "preference"];
      if (wording.task === "explanation") expect(read.items).toEqual([]);
      else if (value === undefined) expect(read.items, wording.id).toEqual([label]);
      else expect(String(read.value), wording.id).toBe(String(value));
    }
  });

  it("reads back recommendations with their reasons", () => {
    for (const wording of wordings.filter((w) => w.lang === lang && !(w.task in tasks))) {
      const variables = variablesOf(wording) as { picks: { title: string; reason: string }[] };
      const picks = readPicks(renderAnswer(wording, variables));
      expect(picks.map(({ readings, reason }) => [readings[0], reason])).toEqual(
        variables.picks.map(({ title, reason }) => [title, reason]),
      );
    }
  });

  it("keeps the words around titles few: 35 at most", () => {
    for (const wording of wordings.filter((w) => w.lang === lang && w.task in tasks)) {
      const empty = {
        ...variablesOf(wording),
        history: [],
        liked: [],
        disliked: [],
        candidates: [],
      };
      const prompt = renderPrompt(wording, empty).map((message) => message.content);
      const count = prompt.join(" ").split(/\s+/).filter(Boolean).length;
      expect(count, wording.id).toBeLessThanOrEqual(35);
    }
  });
});

it.each(["인셉션", "바비", "서울", "1984", "Joker", "Tenet", "매트릭스 (1999)", "바비 (2023)"])(
  "Korean wordings give %s the particle that it takes",
  (title) => {
    const pairs = ["을/를", "은/는", "이/가", "와/과"];
    const pattern = /제목X(을|를|은|는|이|가|와|과)(?=[\s.,?!]|$)/gu;
    let found = 0;
    for (const wording of wordings.filter((w) => w.lang === "ko" && w.task in tasks)) {
      const vars = variablesOf(wording);
      const item = { ...(vars["item"] as object | undefined), title: `«제목X${title}` };
      const named = { ...vars, item, target: item, because: [item.title], shared: ["SF"] };
      const texts = [
        ...renderPrompt(wording, named).map(({ content }) => content),
        renderAnswer(wording, named),
      ];
      for (const text of texts.map((t) => t.replaceAll(`제목X${title}`, "제목X"))) {
        for (const [, particle] of text.matchAll(pattern)) {
          const pair = pairs.find((known) => known.includes(particle!))!;
          expect(particle, wording.id).toBe(josa(title, pair));
          found++;
        }
      }
    }
    expect(found).toBeGreaterThanOrEqual(10);
  },
);

/** A prompt without its words: blocks, their order, line ends, marks, and where the lists and the item stand. */
function layoutOf(wording: Wording): string {
  const shape = (text: string): string =>
    text
      .replace(/\{\{.*?\}\}/g, (tag) =>
        /\b(?:h|c|item)\b/.exec(tag) ? `<${tag.slice(2, -2)}>` : "",
      )
      .replace(/[\p{L}]+(?![^<]*>)/gu, "")
      .replace(/ +/g, " ");
  const { instruction, context, candidates, task, answer } = wording.blocks;
  const isEmpty = instruction.text === "" ? "no persona" : "persona";
  return [isEmpty, ...[context, candidates, task, answer].map(({ text }) => shape(text))].join("¶");
}

it("every domain of a language has the same words", async () => {
  const domains = await loadDomains({ builtinDir, userDir: null, langs });
  for (const lang of langs) {
    const all = Object.values(domains[lang]!);
    expect(all.length).toBe(5);
    for (const domain of all) expect(Object.keys(domain)).toEqual(Object.keys(words[lang]));
  }
});
