import { describe, expect, test } from "vitest";
import { parseNumber, parseTime } from "../../../../src/log/reader/parse-field.ts";

describe("parseNumber", () => {
  test.each([
    ["3", 3],
    ["4.5", 4.5],
    ["-1e2", -100],
    [".5", 0.5],
  ])("%s", (text, value) => expect(parseNumber(text)).toBe(value));

  test.each(["NaN", "Infinity", "0x10", "", "3,5", "1_000", "5 stars", "1e999"])(
    "refuses %j",
    (text) => expect(parseNumber(text)).toBeNull(),
  );
});

describe("parseTime", () => {
  test.each([
    ["881250949", 881250949],
    ["881250949.9", 881250949],
    ["1609459200000", 1609459200],
    ["2021-01-01", 1609459200],
    ["2021-01-01 00:00:01", 1609459201],
    ["2021-01-01T09:00:00+09:00", 1609459200],
    ["2024-02-29", 1709164800],
    ["2000-02-29T00:00", 951782400],
  ])("%s", (text, seconds) => expect(parseTime(text)).toBe(seconds));

  test.each(
    [
      ["", "yesterday", "2021-13-01", "01/02/2021", "NaN", "1e30"],
      [
        "2024-02-30",
        "2024-02-31 10:00",
        "2023-02-29",
        "2100-02-29",
        "2024-04-31T00:00:00Z",
        "2024-00-10",
      ],
    ].flat(),
  )("refuses %j", (text) => expect(parseTime(text)).toBeNull());
});
