// What a disk needs for bytes that are there already: one write and one fsync a file.

import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/** Writes a file and makes it durable. */
export function writeRaw(path: string, content: Uint8Array): void {
  const file = openSync(path, "w");
  for (let at = 0; at < content.length;) at += writeSync(file, content, at);
  fsyncSync(file);
  closeSync(file);
}

/** Makes a written file durable. */
export function syncFile(path: string): void {
  const file = openSync(path, "r+");
  fsyncSync(file);
  closeSync(file);
}
