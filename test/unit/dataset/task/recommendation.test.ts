// Reading recommendations out of answers, and the pack's promise that its own answers are read back whole.

import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tasks, taskSchema } from "../../../../src/dataset/task/index.ts";
import { readPicks, recommendation } from "../../../../src/dataset/task/recommendation.ts";
import { loadPacks } from "../../../../src/dataset/template/load-packs.ts";
import { renderAnswer, renderPrompt } from "../../../../src/dataset/template/render.ts";
import { words } from "../small-log.ts";

const titles = (text: string): (string | undefined)[] =>
  readPicks(text).map(({ readings }) => readings[0]);

describe("readPicks", () => {
  it("reads a quoted title inside a sentence, and the reason on the line after it", () => {
    expect(readPicks('"더 배트맨 (2022)"을 추천합니다.\n이유: 심리를 깊이 다룹니다.')).toEqual([
      { readings: ["더 배트맨 (2022)"], isMarked: true, reason: "심리를 깊이 다룹니다." },
    ]);
  });

  it.each([
    ["1. Tenet (2020)\nReason: cool\n2. Joker (2019)\n   **Why:** sad", ["cool", "sad"]],
    ["- **Tenet (2020)** – cool\n- **Joker (2019)**: sad", ["cool", "sad"]],
    ["Tenet (2020)\n이유: 멋지다\n\nJoker (2019)\n근거： 슬프다", ["멋지다", "슬프다"]],
    ['[{"title":"Tenet (2020)","reason":"cool"},"Joker (2019)"]', ["cool", null]],
    ['```json\n{"items":[{"title":"Tenet (2020)"},{"title":"Joker (2019)"}]}\n```', [null, null]],
  ])("reads %j", (text, reasons) => {
    expect(titles(text)).toEqual(["Tenet (2020)", "Joker (2019)"]);
    expect(readPicks(text).map(({ reason }) => reason)).toEqual(reasons);
  });

  it("does not take a name before a colon for the title where a title may go on", () => {
    expect(readPicks("Batman: The Silent Night")[0]!.readings).not.toContain("Batman");
    expect(readPicks("Batman: The Silent Night (2031)")[0]!.readings).not.toContain("Batman");
    expect(readPicks("Batman - it is gothic and grim.")[0]!.readings).not.toContain("Batman");
    expect(titles('"Batman" Returns Again (2031)')).toEqual(['"Batman" Returns Again (2031)']);
    expect(titles("**Batman: Origins** – A dark film.")).toEqual(["Batman: Origins"]);
  });

  it.each(['추천 영화: "테넷 (2020)"', "제목: 테넷 (2020)", "1. **Title:** 테넷 (2020)"])(
    "reads %s behind its label",
    (text) => expect(titles(text)).toEqual(["테넷 (2020)"]),
  );

  it("keeps a number that may belong to the title", () => {
    expect(readPicks("12 Angry Men (1957)")[0]!.readings[0]).toBe("12 Angry Men (1957)");
  });

  it("takes entries of JSON without a title for unreadable, not for items", () => {
    expect(readPicks('[{"name":"x"}, null, 5]').map(({ readings }) => readings)).toEqual([
      [],
      [],
      [],
    ]);
  });

  it("never throws, and gives at most 200 picks", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        expect(readPicks(text).length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 300 },
    );
    expect(readPicks("x\n".repeat(5000))).toHaveLength(200);
  });
});

const langs = ["en", "ko"] as const;
const builtinDir = join(import.meta.dirname, "../../../../templates");
const wordings = await loadPacks({ builtinDir, userDir: null, langs, tasks: [recommendation] });

describe("the pack", () => {
  const picks = [
    { title: "더 배트맨 (2022)", reason: "어둡다" },
    { title: "12 Angry Men (1957)", reason: "tense" },
  ];
  const row = { title: "조커 (2019)", id: "joker", year: 2019, genres: [], rating: 4, age: null };
  const variables = {
    history: [{ ...row, line: "조커 (2019) 4" }],
    taste: "TASTE",
    candidates: [{ title: "CANDIDATE", id: "c", year: null, genres: [] }],
    n: 2,
    rejected: ["REJECTED"],
    picks,
  };

  it("has three wordings to train on and one held out, in each language", () => {
    for (const lang of langs) {
      const own = wordings.filter((wording) => wording.lang === lang);
      expect(own.filter(({ heldOut }) => !heldOut).length).toBeGreaterThanOrEqual(3);
      expect(own.filter(({ heldOut }) => heldOut).length).toBeGreaterThanOrEqual(1);
    }
  });

  it.each(wordings.map((wording) => [wording.id, wording] as const))(
    "%s shows all it is given, and its answer is read back",
    (_, wording) => {
      const vars = { ...variables, words: words[wording.lang] };
      const said = renderPrompt(wording, vars)
        .map(({ content }) => content)
        .join("\n");
      for (const part of ["조커 (2019) 4", "TASTE", "CANDIDATE", "REJECTED", "2"])
        expect(said).toContain(part);
      expect(said).not.toContain("12 Angry Men");
      const read = readPicks(renderAnswer(wording, vars));
      expect(read.map(({ readings, reason }) => ({ title: readings[0], reason }))).toEqual(picks);
      const bare = { ...vars, taste: "", candidates: [], rejected: [] };
      const short = renderPrompt(wording, bare).at(-1)!.content;
      expect(short).not.toMatch(/TASTE|CANDIDATE|REJECTED|취향: *$|Taste: *$/mu);
    },
  );
});

describe("in a dataset recipe", () => {
  it("is refused with what asks for it", () => {
    expect(Object.keys(tasks)).not.toContain("recommendation");
    const parsed = taskSchema.safeParse({ type: "recommendation" });
    expect(parsed.error!.issues[0]!.message).toContain("rectune recommend asks for them");
    expect(taskSchema.safeParse({ type: "x" }).error!.issues[0]!.message).toContain("rating");
  });
});
