// Golden renders of every built-in wording: read them in the diff. UPDATE_GOLDEN=1 writes them anew.

import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tasks } from "../../../../src/dataset/task/index.ts";
import { loadDomains } from "../../../../src/dataset/template/load-domains.ts";
import { loadPacks } from "../../../../src/dataset/template/load-packs.ts";
import { renderAnswer, renderPrompt } from "../../../../src/dataset/template/render.ts";
import type { Lang, Wording } from "../../../../src/dataset/template/wording.ts";
import { contextOf, streamsOf, timelineOf, words } from "../small-log.ts";

const langs: Lang[] = ["en", "ko"];
const builtinDir = join(import.meta.dirname, "../../../../templates");
const wordings = await loadPacks({ builtinDir, userDir: null, langs, tasks: Object.values(tasks) });

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

function variablesOf(wording: Wording): Record<string, unknown> {
  const task = tasks[wording.task as keyof typeof tasks];
  const input = { timeline, target: 3, history: [0, 1, 2] };
  const context = contextOf({ lang: wording.lang });
  const draft = task.make(input, context, options[task.name], streamsOf());
  if ("skip" in draft) throw new Error(draft.skip);
  return draft.variables;
}

describe.each(langs)("built-in packs in %s", (lang) => {
  it.each(Object.keys(tasks))("%s renders as kept", (task) => {
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
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  });

  it("has at least three wordings to train on and one held out, for each task", () => {
    for (const task of Object.keys(tasks)) {
      const own = wordings.filter((wording) => wording.task === task && wording.lang === lang);
      expect(own.filter((wording) => !wording.heldOut).length).toBeGreaterThanOrEqual(3);
      expect(own.filter((wording) => wording.heldOut).length).toBeGreaterThanOrEqual(1);
    }
  });

  it("answers with the scored thing alone", () => {
    for (const wording of wordings.filter((w) => w.lang === lang && w.task !== "explanation")) {
      const title = lang === "en" ? "Tenet (2020)" : "테넷 (2020)";
      const answer = renderAnswer(wording, variablesOf(wording));
      const scored: Partial<Record<string, string>> = {
        rating: "5",
        preference: lang === "en" ? "Yes" : "예",
      };
      expect(answer).toBe(scored[wording.task] ?? title);
    }
  });

  it("keeps the words around titles few: 35 at most", () => {
    for (const wording of wordings.filter((w) => w.lang === lang)) {
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

it("every domain of a language has the same words", async () => {
  const domains = await loadDomains({ builtinDir, userDir: null, langs });
  for (const lang of langs) {
    const all = Object.values(domains[lang]!);
    expect(all.length).toBe(5);
    for (const domain of all) expect(Object.keys(domain)).toEqual(Object.keys(words[lang]));
  }
});
