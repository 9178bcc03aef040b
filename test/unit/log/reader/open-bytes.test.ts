import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBytes, unpackHead, unzstd } from "../../../../src/log/reader/open-bytes.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "rectune-bytes-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

async function unpacked(name: string, bytes: Buffer): Promise<string> {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  const parts: Buffer[] = [];
  for await (const part of openBytes(path)) parts.push(part);
  return Buffer.concat(parts).toString();
}

const texts = ["one\n".repeat(50), "", "two\n".repeat(70_000), "three\n"];
// So many that frames end inside chunks, at their ends and after them.
const many = Array.from({ length: 400 }, (_, i) => `${i}: ${"x".repeat((i * 7919) % 9000)}\n`);

describe.each([
  ["log.gz", gzipSync],
  ["log.zst", zstdCompressSync],
  ["log.zstd", zstdCompressSync],
] as const)("%s", (name, pack) => {
  const packed = (parts: readonly string[]): Buffer =>
    Buffer.concat(parts.map((part) => pack(Buffer.from(part))));

  test("of several members or frames is read to its end", async () => {
    expect(await unpacked(name, packed(texts))).toBe(texts.join(""));
    expect(await unpacked(name, packed(many))).toBe(many.join(""));
  });

  test("that is cut off, or goes on with something else, is an error", async () => {
    const whole = packed(texts);
    await expect(unpacked(name, whole.subarray(0, -5))).rejects.toThrow();
    const foreign = Buffer.concat([whole, Buffer.from("not packed, and longer than a header\n")]);
    // Gzip takes what follows its last member for padding, as gunzip does.
    if (name !== "log.gz") await expect(unpacked(name, foreign)).rejects.toThrow();
  });

  test("gives its first lines from its first bytes", () => {
    const head = unpackHead(name, packed(texts).subarray(0, 120)).toString();
    expect(head.startsWith("one\none\n")).toBe(true);
    expect(texts.join("").startsWith(head)).toBe(true);
  });
});

test("Zstandard in memory is read to its end as well", () => {
  const packed = Buffer.concat(many.map((part) => zstdCompressSync(Buffer.from(part))));
  expect(unzstd(packed).toString()).toBe(many.join(""));
  expect(() => unzstd(packed.subarray(0, -3))).toThrow();
  expect(unzstd(Buffer.alloc(0))).toHaveLength(0);
});
