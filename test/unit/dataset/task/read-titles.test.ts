import { describe, expect, it } from "vitest";
import { readTitles } from "../../../../src/dataset/task/read-titles.ts";
import type { ParseContext } from "../../../../src/dataset/task/types.ts";
import { catalogOf, films } from "../small-log.ts";

const list: typeof films = [
  ...films,
  ["angry", "12 Angry Men", null, 1957, []],
  ["dune-1984", "Dune", null, 1984, []],
  ["dune-2021", "Dune", null, 2021, []],
  ["4", "Four", null, 0, []],
];
const catalog = catalogOf(list);
const contextOf = (overrides: Partial<ParseContext> = {}): ParseContext => ({
  catalog,
  lang: "en",
  scale: [],
  candidates: null,
  ...overrides,
});
const read = (text: string, overrides: Partial<ParseContext> = {}) =>
  readTitles(text, contextOf(overrides));

describe("readTitles", () => {
  it.each([
    ["Tenet (2020)", ["tenet"]],
    ["  tenet (2020).\n", ["tenet"]],
    ['1. Tenet (2020)\n2. **Joker (2019)**\n- "Barbie (2023)"', ["tenet", "joker", "barbie"]],
    ["Next: Tenet (2020)", ["tenet"]],
    ["12 Angry Men (1957)", ["angry"]],
    ["Tenet", ["tenet"]],
    ["Tenet (2020)\nTenet (2020)", ["tenet"]],
    ["Sure!\nTenet (2020)\nBecause you like time.", ["tenet"]],
    ["Dune (1984)", ["dune-1984"]],
  ])("reads %j", (text, items) => {
    expect(read(text)).toEqual({ outcome: "ok", items, value: null });
  });

  it.each([
    ["", "empty"],
    ["Tenet (1920)", "no known title"],
    ["Dune", "no known title"],
    ["4", "no known title"],
    ["I do not know", "no known title"],
  ])("does not read %j", (text, reason) => {
    expect(read(text)).toEqual({ outcome: "malformed", reason });
  });

  it("reads the labels of the prompt's language", () => {
    expect(read("다크 나이트 (2008)", { lang: "ko" })).toMatchObject({ items: ["dark-knight"] });
  });

  it("counts only candidates, and lets them go without a year the list does not need", () => {
    const candidates = ["dune-2021", "joker"];
    expect(read("Dune", { candidates })).toMatchObject({ items: ["dune-2021"] });
    expect(read("Dune (1984)", { candidates })).toEqual({
      outcome: "malformed",
      reason: "not a candidate",
    });
    expect(read("Tenet (2020)\nJoker (2019)", { candidates })).toMatchObject({ items: ["joker"] });
    expect(read("Dune", { candidates: ["dune-2021", "dune-1984"] })).toMatchObject({
      outcome: "malformed",
    });
  });

  it("reads ids only where the dataset shows them", () => {
    expect(read("4", { show: "ids" })).toMatchObject({ items: ["4"] });
    expect(read("Four [4]", { show: "title+id" })).toMatchObject({ items: ["4"] });
    expect(read("Dune (2021) [dune-1984]", { show: "title+id" })).toMatchObject({
      items: ["dune-1984"],
    });
  });
});
