import { describe, expect, it } from "vitest";
import { ranking } from "../../../../src/dataset/task/ranking.ts";
import { preference } from "../../../../src/dataset/task/preference.ts";
import { answerPart, formOf, placesIn } from "../../../../src/dataset/task/read-answer.ts";
import { readRating } from "../../../../src/dataset/task/rating.ts";
import { catalogOf } from "../small-log.ts";

describe("answerPart", () => {
  it.each([
    ["Tenet (2020)", "Tenet (2020)"],
    ['{"title": "Tenet (2020)"}', "Tenet (2020)"],
    ['```json\n{"title": "Say \\"hi\\""}\n```', 'Say "hi"'],
    ['{"reason": "as in 1984", "rating": 4}', "4"],
    ['{"likes": true}', "yes"],
    ['{"ranking": ["Tenet", "Joker"]}', "Tenet\nJoker"],
    ['{"title": "Tenet (2020)", "reason": "the same Sci', "Tenet (2020)"],
    ["Reason: the same Action as Joker (2019).\nAnswer: Tenet (2020)", "Tenet (2020)"],
    ["이유: 조커와 같은 스릴러예요.\n답: 테넷 (2020)", "테넷 (2020)"],
    ["Tenet (2020)\nReason: Joker (2019)", "Tenet (2020)"],
    ["**Answer:** B", "B"],
    ["Because of Winn-Dixie (2005)", "Because of Winn-Dixie (2005)"],
    ["{not json at all", "{not json at all"],
    ["Reason: nothing else", "Reason: nothing else"],
    ["", ""],
  ])("%j says %j", (text, said) => {
    expect(answerPart(text)).toBe(said);
  });
});

describe("placesIn", () => {
  it.each([
    ["B", "letter", [1]],
    ["(b)", "letter", [1]],
    ["B. Tenet (2020)", "letter", [1]],
    ["B) Tenet", "letter", [1]],
    ["(b) Tenet", "letter", [1]],
    ["b. Tenet", "letter", []],
    ["C, A > B", "letter", [2, 0, 1]],
    ["A Quiet Place (2018)", "letter", []],
    ["I think so", "letter", []],
    ["Z", "letter", []],
    ["3", "index", [2]],
    ["(3)", "index", [2]],
    ["3번", "index", [2]],
    ["3. Tenet (2020)", "index", [2]],
    ["12 Angry Men (1957)", "index", []],
    ["9", "index", []],
    ["2\n1\n2", "index", [1, 0]],
  ] as const)("%j by %s: %j", (text, form, places) => {
    expect(placesIn(text, form, 4)).toEqual(places);
  });
});

it("tells the form of an answer by what its block reads", () => {
  expect(formOf("{{ letter }}")).toBe("letter");
  expect(formOf("No. {{ index }}")).toBe("index");
  expect(formOf('{"title": {{ target.title | tojson }}}')).toBe("title");
});

it("reads a letter only where the wording asks for letters, and falls back to titles there", () => {
  const context = {
    catalog: catalogOf(),
    lang: "en" as const,
    scale: [],
    candidates: ["joker", "tenet"],
  };
  const read = (text: string, form?: "letter"): unknown =>
    ranking.parse(text, form === undefined ? context : { ...context, form });
  expect(read("B", "letter")).toMatchObject({ items: ["tenet"] });
  expect(read("B")).toMatchObject({ outcome: "malformed" });
  expect(read("Joker (2019)", "letter")).toMatchObject({ items: ["joker"] });
  const liked = (text: string): unknown => preference.parse(text, { ...context, form: "letter" });
  expect(liked("B. does not like it")).toMatchObject({ value: 0 });
  expect(liked("A")).toMatchObject({ value: 1 });
  expect(liked("No")).toMatchObject({ value: 0 });
  expect(liked("Absolutely not a letter")).toMatchObject({ outcome: "malformed" });
});

it("reads a rating that stands beside a reason with numbers", () => {
  const text = '{"reason": "they gave 2 to Barbie", "rating": 4}';
  expect(readRating(text, [1, 2, 3, 4, 5])).toMatchObject({ value: 4 });
});
