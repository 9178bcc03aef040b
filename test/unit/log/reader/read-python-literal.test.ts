import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPythonLiteral } from "../../../../src/log/reader/read-python-literal.ts";

/** As Python's repr() writes plain data, with the quote it picks. */
function repr(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([k, v]) => `${repr(k)}: ${repr(v)}`)
      .join(", ")}}`;
  const text = value as string;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll(quote, `\\${quote}`);
  return quote + body + quote;
}

describe("readPythonLiteral", () => {
  test.each([
    ["{'a': 1, u'b': [True, None, (1.5, -2)], }", { a: 1, b: [true, null, [1.5, -2]] }],
    [`{"it's": 'a "b"'}`, { "it's": 'a "b"' }],
    [String.raw`'\x41\u00e9\U0001f600\t\q'`, "Aé😀\t\\q"],
    ["{}", {}],
    ["12L", 12],
  ])("%s", (text, value) => expect(readPythonLiteral(text)).toEqual(value));

  test.each(["{'a': }", "'open", "{'a' 1}", "[1", "1 2", "", "import os", String.raw`'\xZZ'`])(
    "refuses %s",
    (text) => expect(() => readPythonLiteral(text)).toThrow(SyntaxError),
  );

  test("reads what repr writes", () => {
    const data = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: "binary" }).map((s) => s.replaceAll("\0", "")),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(data, (value) => {
        expect(readPythonLiteral(repr(value))).toEqual(value);
      }),
    );
  });
});
