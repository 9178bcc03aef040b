// The rows of a file as bytes with the line each begins on: lines of JSON Lines, or elements of one JSON array.

import { createReadStream } from "node:fs";
import { readLines } from "./read-lines.ts";

export type RawRow = { line: number; bytes: Buffer };

/** A fault of the array itself, at a line. */
export type RawFault = { line: number; code: string; message: string };

/** Lines with their numbers. */
export async function* readLineRows(path: string): AsyncGenerator<RawRow> {
  let line = 0;
  for await (const bytes of readLines(path)) yield { line: ++line, bytes };
}

const space = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [quote, backslash, comma, newline] = [0x22, 0x5c, 0x2c, 0x0a];
const [open, close] = [0x5b, 0x5d];

/**
 * Elements of the array that a file holds, streamed; what is no array is told by a fault. An element is cut out by its
 * brackets and quotes alone: whether it is JSON, its reader will tell.
 */
export async function* readArrayRows(path: string): AsyncGenerator<RawRow | RawFault> {
  let state: "before" | "inside" | "after" = "before";
  let line = 1;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let parts: Buffer[] = [];
  let startLine = 0;
  let afterComma = false;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    const bytes = chunk as Buffer;
    // Where the element that is being read begins in this chunk; -1 between elements.
    let from = parts.length > 0 ? 0 : -1;
    const take = (to: number): RawRow => {
      const element = Buffer.concat([...parts, bytes.subarray(from, to)]);
      parts = [];
      from = -1;
      return { line: startLine, bytes: element };
    };
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === newline) line++;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inText = false;
        continue;
      }
      if (space.has(byte)) continue;
      // A byte order mark is found by its own check.
      if (
        state === "before" &&
        line === 1 &&
        i < 3 &&
        (byte === 0xef || byte === 0xbb || byte === 0xbf)
      )
        continue;
      if (state !== "inside") {
        if (state === "before" && byte === open) {
          state = "inside";
          continue;
        }
        const what = state === "before" ? "begin with [" : "end after its ]";
        yield { line, code: "not-an-array", message: `the file does not ${what}` };
        return;
      }
      if (depth === 0 && (byte === comma || byte === close)) {
        if (from >= 0 || parts.length > 0) yield take(i);
        else if (byte === comma || afterComma)
          yield { line, code: "not-json", message: "a comma has no row beside it" };
        afterComma = byte === comma;
        if (byte === close) state = "after";
        continue;
      }
      if (from < 0 && parts.length === 0) {
        from = i;
        startLine = line;
        afterComma = false;
      }
      if (byte === quote) inText = true;
      else if (byte === open || byte === 0x7b) depth++;
      else if (byte === close || byte === 0x7d) depth = Math.max(0, depth - 1);
    }
    if (from >= 0) parts.push(bytes.subarray(from));
  }
  if (state === "before")
    yield { line: 1, code: "not-an-array", message: "the file does not begin with [" };
  if (state === "inside")
    yield { line, code: "not-an-array", message: "the array does not end: ] is missing" };
}
