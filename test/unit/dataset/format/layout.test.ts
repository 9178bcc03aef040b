import fc from "fast-check";
import { expect, it } from "vitest";
import { plainLayout, startText, type Layout } from "../../../../src/dataset/format/layout.ts";

function textOf(rows: unknown[], container: "jsonl" | "json-array", layout: Partial<Layout>) {
  const text = startText(container, { ...plainLayout, ...layout });
  return rows.map((row) => text.add(row)).join("") + text.end();
}

const rows = [{ a: "é\u007f영\n", b: [] }, { a: "😀" }];

it("lays lines out one a row", () => {
  expect(textOf(rows, "jsonl", {})).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  expect(textOf(rows, "jsonl", { finalNewline: false })).toBe(
    rows.map((row) => JSON.stringify(row)).join("\n"),
  );
  expect(textOf([], "jsonl", {})).toBe("");
});

it("indents an array as a whole document would be", () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 3 })),
      fc.integer({ min: 1, max: 8 }),
      (list, indent) => {
        const text = textOf(list, "json-array", { indent, finalNewline: false });
        expect(text).toBe(JSON.stringify(list, null, indent));
      },
    ),
  );
});

it("indents rows of texts alone as it does any other", () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.string({ unit: "binary" }))),
      fc.integer({ min: 1, max: 10 }),
      (list, indent) => {
        const text = textOf(list, "json-array", { indent, finalNewline: false });
        expect(text).toBe(JSON.stringify(list, null, indent));
      },
    ),
  );
  expect(textOf([{ a: "x", b: 1 }], "json-array", { indent: 2 })).toBe(
    '[\n  {\n    "a": "x",\n    "b": 1\n  }\n]\n',
  );
});

it("gives an array a row a line where nothing is indented", () => {
  expect(textOf([{ a: 1 }, { b: 2 }], "json-array", {})).toBe('[\n{"a":1},\n{"b":2}\n]\n');
  expect(textOf([], "json-array", {})).toBe("[]\n");
});

it("escapes all beyond ASCII in lower-case hex, the delete character too", () => {
  expect(textOf(rows, "jsonl", { ascii: true, finalNewline: false })).toBe(
    '{"a":"\\u00e9\\u007f\\uc601\\n","b":[]}\n{"a":"\\ud83d\\ude00"}',
  );
});

it("loses nothing by escaping", () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
  fc.assert(
    fc.property(fc.array(fc.array(unit)), (list) => {
      const texts = list.map((units) => units.join(""));
      const text = textOf(texts, "json-array", { ascii: true });
      expect(text).toMatch(/^[\n -~]*$/);
      expect(JSON.parse(text)).toEqual(texts);
    }),
  );
});
