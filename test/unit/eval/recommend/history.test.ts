// Histories as people type them, and users of the dataset.

import { describe, expect, it } from "vitest";
import { makeGrounder } from "../../../../src/log/catalog/ground.ts";
import { readHistory, readUser } from "../../../../src/eval/recommend/history.ts";
import { catalogOf, films } from "../../dataset/small-log.ts";

const catalog = catalogOf([
  ...films,
  ["good", "The Good, the Bad and the Ugly", null, 1966, []],
  ["solaris-a", "Solaris", null, 1972, []],
  ["solaris-b", "Solaris", null, 2002, []],
]);
const grounder = makeGrounder(catalog, ["en", "ko"], { reach: "wide" });
const setting = { grounder, catalog, scale: [1, 2, 3, 4, 5] };
const read = (text: string) => readHistory(text, setting);
const known = (text: string): (string | number | null)[][] =>
  read(text).items.map(({ index, rating, given }) => [
    index === null ? given : catalog.data.ids[index]!,
    rating,
  ]);

describe("readHistory", () => {
  it.each([
    [
      "다크 나이트=5,조커=4",
      [
        ["dark-knight", 5],
        ["joker", 4],
      ],
    ],
    [
      "The Dark Knight = 4.5 , 매트릭스",
      [
        ["dark-knight", 4.5],
        ["matrix", null],
      ],
    ],
    [
      "Tenet,Joker=3",
      [
        ["tenet", null],
        ["joker", 3],
      ],
    ],
    [
      "The Good, the Bad and the Ugly=5,Tenet=1",
      [
        ["good", 5],
        ["tenet", 1],
      ],
    ],
    [
      "Tenet,The Good, the Bad and the Ugly,Joker",
      [
        ["tenet", null],
        ["good", null],
        ["joker", null],
      ],
    ],
    ["Matrix, The=4", [["matrix", 4]]],
    [
      "Joker=2,Tenet=3,조커=5",
      [
        ["tenet", 3],
        ["joker", 5],
      ],
    ],
  ])("reads %s", (text, items) => {
    expect(known(text)).toEqual(items);
    expect(read(text).ungrounded).toEqual([]);
  });

  it("keeps an unknown title as text and says so", () => {
    const past = read("기생수 극장판=5,Joker=4");
    expect(past.items[0]).toEqual({ given: "기생수 극장판", index: null, rating: 5 });
    expect(past.ungrounded).toEqual([{ given: "기생수 극장판", why: "unknown", mayBe: [] }]);
    expect([...past.seen]).toEqual([catalog.indexOf("joker")]);
  });

  it("holds all that an ambiguous title may be for seen", () => {
    const past = read("Solaris=4");
    expect(past.ungrounded[0]).toMatchObject({ why: "ambiguous", mayBe: ["Solaris", "Solaris"] });
    expect(past.seen.size).toBe(2);
  });

  it.each([
    ["", "no title"],
    [" , ", "no title"],
    ["=5", "no title before it"],
    ["Tenet=9", "the scale is 1 to 5"],
    ["Tenet=0", "the scale is 1 to 5"],
    [`${"x".repeat(301)}=3`, "301 characters"],
    [Array.from({ length: 201 }, (_, i) => `Film ${i}=3`).join(","), "names 201 titles"],
  ])("refuses %.20s", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe("readUser", () => {
  const interactions = {
    users: ["a", "b"],
    user: Int32Array.of(0, 1, 1, 1),
    item: Int32Array.of(3, 0, 1, 2),
    time: new Float64Array(4),
    rating: Float64Array.of(5, 4, Number.NaN, 2),
    row: Float64Array.of(0, 1, 2, 3),
    split: Uint8Array.of(0, 0, 1, 2),
  };

  it("shows the last rows, and holds all for seen", () => {
    const past = readUser("b", interactions, { catalog, window: 2 });
    expect(past.items.map(({ index, rating }) => [index, rating])).toEqual([
      [1, null],
      [2, 2],
    ]);
    expect([...past.seen]).toEqual([0, 1, 2]);
  });

  it("refuses a user that the dataset lacks", () => {
    expect(() => readUser("z", interactions, { catalog, window: 2 })).toThrow('no user "z"');
  });
});
