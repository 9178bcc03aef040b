import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instructionJsonl } from "../../../../src/dataset/format/instruction-jsonl.ts";
import { openaiChat } from "../../../../src/dataset/format/openai-chat.ts";
import { alpacaJson } from "../../../../src/dataset/format/alpaca-json.ts";
import { together } from "../../../../src/dataset/format/together.ts";
import type { Format } from "../../../../src/dataset/format/types.ts";
import {
  validateFile,
  type ValidateOptions,
} from "../../../../src/dataset/format/validate-file.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "rectune-format-"))));
afterAll(() => rm(folder, { recursive: true }));

async function check(
  content: string | Uint8Array,
  format: Format = instructionJsonl,
  options: ValidateOptions = {},
) {
  const path = join(folder, "file.jsonl");
  await writeFile(path, content);
  const result = await validateFile(path, format, options);
  return { ...result, codes: result.findings.map((finding) => `${finding.line} ${finding.code}`) };
}

const line = (n: number): string => JSON.stringify({ instruction: `q${n}`, response: "a" });

describe("validateFile", () => {
  it("finds nothing in a good file, with or without a last line end", async () => {
    expect(await check(`${line(1)}\n${line(2)}\n`)).toMatchObject({
      rows: 2,
      errors: 0,
      codes: [],
    });
    expect(await check(`${line(1)}\n${line(2)}`)).toMatchObject({ rows: 2, errors: 0, codes: [] });
    expect(await check(`${line(1)}\r\n${line(2)}\r\n`)).toMatchObject({ rows: 2, errors: 0 });
  });

  it("numbers what it finds by line", async () => {
    const text = `\uFEFF${line(1)}\n\n{"instruction":"q"}\n${line(1)}\n{oops\n`;
    const { codes, rows, errors, notes } = await check(text);
    expect(codes).toEqual([
      "1 byte-order-mark",
      "2 blank-line",
      "3 missing-key",
      "4 duplicate-line",
      "5 not-json",
    ]);
    expect({ rows, errors, notes }).toEqual({ rows: 4, errors: 4, notes: 1 });
  });

  it("knows a row again by its text, whatever space or mark stands around it", async () => {
    const text = `\uFEFF${line(1)}\n ${line(1)}\r\n${line(2)}\t\n${line(2)}`;
    expect((await check(text)).codes).toEqual([
      "1 byte-order-mark",
      "2 duplicate-line",
      "4 duplicate-line",
    ]);
  });

  it("tells a bad encoding from a bad document", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${line(1)}\n{"instruction":"`),
      Buffer.from([0xe9]),
      Buffer.from('"}\n'),
    ]);
    expect((await check(bytes)).codes).toEqual(["2 not-utf8"]);
  });

  it("reads lines and characters that cross its read size", async () => {
    const long = JSON.stringify({ instruction: "영화".repeat(150_000), response: "a" });
    expect(await check(`${long}\n${line(1)}\n`)).toMatchObject({ rows: 2, errors: 0 });
  });

  it("checks the limits of the format, or of a profile", async () => {
    const row = (i: number): string =>
      JSON.stringify({
        messages: [
          { role: "user", content: "q" },
          { role: "assistant", content: `t${i}` },
        ],
      });
    const rows = Array.from({ length: 10 }, (_, i) => row(i));
    const nine = rows.slice(1).join("\n");
    expect((await check(nine, openaiChat)).codes).toEqual(["0 too-few-rows"]);
    expect((await check(rows.join("\n"), openaiChat)).codes).toEqual([]);
    const { fireworks, nebius } = openaiChat.profiles!;
    expect((await check(nine, openaiChat, { limits: fireworks! })).codes).toEqual([]);
    expect(
      (await check(rows.slice(8).join("\n"), openaiChat, { limits: fireworks! })).codes,
    ).toEqual(["0 too-few-rows"]);
    expect((await check(row(1), openaiChat, { limits: nebius! })).codes).toEqual([]);
    const small = { minRows: null, maxRows: 1, maxBytes: 10, about: "tiny" };
    expect(
      (await check(`${line(1)}\n${line(2)}`, instructionJsonl, { limits: small })).codes,
    ).toEqual(["0 too-many-rows", "0 too-big"]);
    expect((await check("")).codes).toEqual(["0 no-rows"]);
  });

  it("counts past what it lists, and always lists what concerns the file", async () => {
    const { codes, errors } = await check("{\n".repeat(50), openaiChat, { maxFindings: 3 });
    expect(codes.filter((code) => code.endsWith("not-json")).length).toBeLessThanOrEqual(3);
    expect(errors).toBe(50);
    expect((await check("\n\n\n\n", openaiChat, { maxFindings: 2 })).codes).toEqual([
      "1 blank-line",
      "2 blank-line",
      "0 no-rows",
    ]);
  });

  it("finds rows of another shape than the first, where a file holds one alone", async () => {
    const rows = [{ text: "a" }, { text: "b" }, { prompt: "a", completion: "b" }];
    const text = rows.map((row) => JSON.stringify(row)).join("\n");
    expect((await check(text, together)).codes).toEqual(["3 mixed-formats"]);
  });

  it("measures rows in tokens; of a pair, the longer branch", async () => {
    const counter = { about: "letters", count: (text: string) => text.length };
    const options = { tokens: { counter, max: 3 } };
    expect((await check(line(1), instructionJsonl, options)).codes).toEqual([]);
    expect((await check(line(10), instructionJsonl, options)).codes).toEqual(["1 too-long"]);
    const { findings } = await check(line(10), instructionJsonl, options);
    expect(findings[0]!.message).toMatch(/^4 tokens, .*letters/);
  });

  it("reads a file of one array, with the line each row begins on", async () => {
    const rows = [
      { instruction: "a, [b] {", output: 'c "d' },
      { instruction: "", output: "x" },
    ];
    expect((await check(JSON.stringify(rows), alpacaJson)).codes).toEqual(["1 empty-content"]);
    expect((await check(JSON.stringify(rows, null, 4), alpacaJson)).codes).toEqual([
      "6 empty-content",
    ]);
    expect((await check(`\uFEFF${JSON.stringify(rows.slice(0, 1))}`, alpacaJson)).codes).toEqual([
      "1 byte-order-mark",
    ]);
    expect((await check("[]", alpacaJson)).codes).toEqual(["0 no-rows"]);
    expect((await check('{"a": 1}', alpacaJson)).codes[0]).toBe("1 not-an-array");
    expect((await check("[1,\n2]", alpacaJson)).codes).toEqual([
      "1 not-an-object",
      "2 not-an-object",
    ]);
  });
});
