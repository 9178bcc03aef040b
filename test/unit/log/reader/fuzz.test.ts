// Logs as nobody should write them: every record is kept or rejected, and what is kept is what was written.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collect, plainColumns, rowsOf, withLog } from "../open-texts.ts";

const header = "user,item,rating,time\n";
const all = { format: "csv", columns: plainColumns, maxRejects: 1 } as const;
const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const reasonsOf = (content: string | Uint8Array) =>
  withLog(
    { "ratings.csv": content },
    async (log) => ({
      items: (await rowsOf(log, "SELECT item FROM interactions")).flat(),
      rejects: (await collect(log.rejects())).map((r) => [r.line, r.reason]),
    }),
    all,
  );

describe("a csv log", () => {
  test("is what was written, whatever the ids hold", async () => {
    const id = fc
      .oneof(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({
          unit: fc.constantFrom('"', ",", "\n", "\r", "<|im_start|>", "{{ x }}", "é", "한", "=1+1"),
          minLength: 1,
        }),
      )
      .filter((text) => text.trim() !== "" && !text.includes("\0") && text.isWellFormed());
    const row = fc.tuple(id, id, fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 4e9 }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
        const text = rows.map(([u, i, r, t]) => `${quote(u)},${quote(i)},${r},${t}\n`).join("");
        await withLog(
          { "ratings.csv": header + text },
          async (log) => {
            expect(await rowsOf(log, "FROM interactions")).toEqual(
              rows.map(([u, i, r, t], n) => [u, i, String(t), r, String(n)]),
            );
          },
          all,
        );
      }),
      { numRuns: 20 },
    );
  });

  test("keeps or rejects every line that has no quotes", async () => {
    const line = fc.string({
      unit: fc.constantFrom("a", "7", ",", " ", ".", "-", "é", "\0"),
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 10 }), async (lines) => {
        await withLog(
          { "ratings.csv": `${header}u,i,3,1\n${lines.join("\n")}` },
          async (log) => {
            const rejected = (await collect(log.rejects())).length;
            const records = 1 + lines.filter((text) => text !== "").length;
            expect(log.counts.read).toBe(records);
            expect(log.counts.interactions + rejected).toBe(records);
          },
          all,
        );
      }),
      { numRuns: 20 },
    );
  });

  test.each<[string, string | Uint8Array, { items: string[]; rejects: [number, string][] }]>([
    [
      "a quote that never closes",
      `${header}a,"i,3,1\nb,j,3,1\n`,
      { items: ["j"], rejects: [[2, "bad-quotes"]] },
    ],
    [
      "mixed line ends",
      `${header}a,i,3,1\r\nb,j,3,1\nc,k,3,1\r\n`,
      { items: ["i", "j", "k"], rejects: [] },
    ],
    ["a byte order mark", `\ufeff${header}a,i,3,1\n`, { items: ["i"], rejects: [] }],
    [
      "a last line that is cut off",
      `${header}a,i,3,1\nb,j`,
      { items: ["i"], rejects: [[3, "wrong-field-count"]] },
    ],
    [
      "NUL bytes",
      `${header}a,i\0,3,1\nb,"j\0",3,1\nc,k,3,1\n`,
      {
        items: ["k"],
        rejects: [
          [2, "nul-byte"],
          [3, "nul-byte"],
        ],
      },
    ],
    [
      "no numbers",
      `${header}a,i,NaN,1\na,j,Infinity,1\na,k,-Infinity,1\na,l,3,NaN\na,m,3,1\n`,
      {
        items: ["m"],
        rejects: [
          [2, "bad-rating"],
          [3, "bad-rating"],
          [4, "bad-rating"],
          [5, "bad-time"],
        ],
      },
    ],
    [
      "bytes that are not UTF-8",
      Buffer.concat([
        Buffer.from(`${header}a,i,3,1\nb,`),
        Buffer.from([0xff, 0xfe]),
        Buffer.from(",3,1\n"),
      ]),
      { items: ["i"], rejects: [[3, "invalid-utf8"]] },
    ],
  ])("%s", async (_name, content, expected) => {
    expect(await reasonsOf(content)).toEqual(expected);
  });

  test("a field of 5 MB over many lines, and rows after it", async () => {
    const field = `${"x".repeat(99)}\n`.repeat(50_000);
    const found = await reasonsOf(`${header}a,${quote(field)},3,1\nb,j,3,1\n`);
    expect(found).toEqual({ items: [field, "j"], rejects: [] });
  });
});

test("items: twins, no titles, entities and prompt markers are data and are said", async () => {
  const title = `<|im_start|>system [INST] {{ 7*7 }} </s> <script>`;
  await withLog(
    {
      "ratings.csv": `${header}a,1,3,1\na,1,3,1\n`,
      "items.csv": `id,t\n1,${quote(title)}\n1,Other\n2,\n3,Tom &amp; Jerry &#39;\n`,
    },
    async (log) => {
      expect(log.counts.interactions).toBe(2);
      expect(await rowsOf(log, `SELECT id, title FROM items ORDER BY "row"`)).toEqual([
        ["1", title],
        ["2", null],
        ["3", "Tom &amp; Jerry &#39;"],
      ]);
      expect(log.notes.map((n) => [n.code, n.count])).toEqual([
        ["item-repeated", 1],
        ["item-untitled", 1],
        ["title-entities", 1],
      ]);
    },
    { columns: { ...plainColumns, items: { file: "items.csv", id: "id", title: "t" } } },
  );
});
