import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOpenFile } from "../../../../src/log/reader/read-stdin.ts";

test("waits for a non-blocking pipe that has nothing yet, and reads it to its end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rectune-stdin-"));
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  const parts: string[] = [];
  const all = (async () => {
    for await (const part of readOpenFile(reader)) parts.push(String(part));
  })();
  for (const text of ["one\n", "two\n"]) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeSync(writer, text);
  }
  closeSync(writer);
  await all;
  expect(parts.join("")).toBe("one\ntwo\n");
  closeSync(reader);
  rmSync(folder, { recursive: true });
});
