import { gzipSync } from "node:zlib";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDelimited } from "../../../../src/log/reader/read-delimited.ts";
import type { DelimitedFile } from "../../../../src/log/reader/read-delimited.ts";
import { errorOf, withFiles } from "../open-texts.ts";

type Read = { records: [number, string[]][]; bad: [string, number, string, number | null][] };

function read(content: string | Uint8Array, overrides: Partial<DelimitedFile> = {}): Promise<Read> {
  const name = overrides.name ?? "a.csv";
  return withFiles({ [name]: content }, async (dir) => {
    const out: Read = { records: [], bad: [] };
    await readDelimited(
      {
        name,
        path: join(dir, name),
        separator: ",",
        quoting: "rfc4180",
        encoding: "utf8",
        signal: new AbortController().signal,
        ...overrides,
      },
      (fields, line) => out.records.push([line, fields]),
      (reason, line, text, invalidAt) => out.bad.push([reason, line, text, invalidAt]),
    );
    return out;
  });
}

describe("readDelimited", () => {
  test("reads quotes, doubled quotes, line ends inside quotes, CRLF and a byte order mark", async () => {
    const text = '\ufeffa,"b ""x"", c"\r\n"two\r\nlines",d\r\n\r\n,\r\nlast,"';
    const { records, bad } = await read(`${text}end"`);
    expect(records).toEqual([
      [1, ["a", 'b "x", c']],
      [2, ["two\r\nlines", "d"]],
      [5, ["", ""]],
      [6, ["last", "end"]],
    ]);
    expect(bad).toEqual([]);
  });

  test("gives up the line of an open quote only, and reads on after it", async () => {
    const { records, bad } = await read('a,b\n1,"open\n2,x\n3,y\n');
    expect(bad).toEqual([["bad-quotes", 2, '1,"open', null]]);
    expect(records.map(([line]) => line)).toEqual([1, 3, 4]);
  });

  test("rejects text after a closing quote, and keeps a quote inside an unquoted field", async () => {
    const { records, bad } = await read('"a"b,c\n5" disk,x\n');
    expect(bad).toEqual([["bad-quotes", 1, '"a"b,c', null]]);
    expect(records).toEqual([[2, ['5" disk', "x"]]]);
  });

  test("names the byte where a line stops being UTF-8", async () => {
    const bytes = Buffer.concat([
      Buffer.from("가,b\nx,"),
      Buffer.from([0xe9, 0x0a]),
      Buffer.from("y,z"),
    ]);
    const { records, bad } = await read(bytes);
    expect(bad).toEqual([["invalid-utf8", 2, "x,\ufffd", 8]]);
    expect(records).toEqual([
      [1, ["가", "b"]],
      [3, ["y", "z"]],
    ]);
  });

  test("refuses UTF-16", async () => {
    const error = await errorOf(read(Buffer.from("\ufeffa,b\n1,2\n", "utf16le")));
    expect(error).toMatchObject({ code: "log-encoding", exitCode: 3 });
    expect(error.message).toContain("iconv -f UTF-16");
  });

  test("unpacks .gz", async () => {
    const { records } = await read(gzipSync("a,b\n1,2\n"), { name: "a.csv.gz" });
    expect(records).toEqual([
      [1, ["a", "b"]],
      [2, ["1", "2"]],
    ]);
  });

  test("reads ISO-8859-1 without quoting", async () => {
    const { records } = await read(Buffer.from('1|Mis"érables\n', "latin1"), {
      separator: "|",
      quoting: "none",
      encoding: "latin1",
    });
    expect(records).toEqual([[1, ["1", 'Mis"érables']]]);
  });

  test("gives back any table written as RFC 4180 says", async () => {
    const field = fc.string({
      unit: fc.constantFrom("a", "가", '"', ",", "\n", "\r", " ", "é", "🎬"),
    });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom("\n", "\r\n"), async (rows, end) => {
        const text = rows
          .map((row) => row.map((f) => `"${f.replaceAll('"', '""')}"`).join(",") + end)
          .join("");
        const { records, bad } = await read(text);
        expect(records.map(([, fields]) => fields)).toEqual(rows);
        expect(bad).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
