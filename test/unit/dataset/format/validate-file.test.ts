import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instructionJsonl } from "../../../../src/dataset/format/instruction-jsonl.ts";
import { openaiChat } from "../../../../src/dataset/format/openai-chat.ts";
import { validateFile } from "../../../../src/dataset/format/validate-file.ts";
import { exampleOf } from "../small-log.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "rectune-format-"))));
afterAll(() => rm(folder, { recursive: true }));

async function check(content: string | Uint8Array, format = instructionJsonl, maxFindings = 1000) {
  const path = join(folder, "file.jsonl");
  await writeFile(path, content);
  const result = await validateFile(path, format, { maxFindings });
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

  it("checks the limits of the format", async () => {
    const rows = Array.from({ length: 9 }, (_, i) =>
      openaiChat.write(exampleOf({ completion: [{ role: "assistant", content: `t${i}` }] })),
    );
    expect((await check(rows.join("\n"), openaiChat)).codes).toEqual(["0 too-few-rows"]);
    const ten = [...rows, openaiChat.write(exampleOf())];
    expect((await check(ten.join("\n"), openaiChat)).codes).toEqual([]);
    const small = { ...instructionJsonl, limits: { minRows: null, maxBytes: 10, about: "tiny" } };
    expect((await check(line(1), small)).codes).toEqual(["0 too-big"]);
    expect((await check("")).codes).toEqual(["0 no-rows"]);
  });

  it("counts past what it lists, and always lists what concerns the file", async () => {
    const { codes, errors } = await check("{\n".repeat(50), openaiChat, 3);
    expect(codes.filter((code) => code.endsWith("not-json")).length).toBeLessThanOrEqual(3);
    expect(errors).toBe(50);
    expect((await check("\n\n\n\n", openaiChat, 2)).codes).toEqual([
      "1 blank-line",
      "2 blank-line",
      "0 no-rows",
    ]);
  });
});
