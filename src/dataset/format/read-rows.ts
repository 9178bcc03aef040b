// The rows of a file as bytes with the line each begins on: lines of JSON Lines, or elements of one JSON array. Rows come
// in blocks, those of one read together.

import { readBlocks } from "./read-blocks.ts";
import { readLineBlocks } from "./read-lines.ts";

/** `bytes` are valid until the next block. */
export type RawRow = { line: number; bytes: Buffer };

/** A fault of the array itself, at a line. */
export type RawFault = { line: number; code: string; message: string };

/** Lines with their numbers. */
export async function* readLineRows(path: string): AsyncGenerator<RawRow[]> {
  let line = 0;
  for await (const lines of readLineBlocks(path))
    yield lines.map((bytes) => ({ line: ++line, bytes }));
}

const [quote, backslash, comma, newline] = [0x22, 0x5c, 0x2c, 0x0a];
const [open, close, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
// Bytes above this have no meaning inside a text.
const lastInText = backslash;

/**
 * Elements of the array that a file holds; what is no array is told by a fault. An element is cut out by its brackets
 * and quotes alone: whether it is JSON, its reader will tell.
 */
export async function* readArrayRows(path: string): AsyncGenerator<(RawRow | RawFault)[]> {
  const cutter = startCutter();
  for await (const block of readBlocks(path)) {
    const { rows, isOver } = cutter.cut(block);
    if (rows.length > 0) yield rows;
    if (isOver) return;
  }
  const last = cutter.end();
  if (last !== null) yield [last];
}

type Cutter = {
  /** The elements that end in the next bytes; over: nothing more is to be read. */
  cut(bytes: Buffer): { rows: (RawRow | RawFault)[]; isOver: boolean };
  end(): RawFault | null;
};

function startCutter(): Cutter {
  let state: "before" | "inside" | "after" = "before";
  let line = 1;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let parts: Buffer[] = [];
  let startLine = 0;
  let afterComma = false;

  // Where the text that is open goes on behind its quote, or the end of the bytes.
  const skipText = (bytes: Buffer, from: number): number => {
    let at = from;
    let lines = 0;
    if (escaped && at < bytes.length) {
      escaped = false;
      if (bytes[at++] === newline) lines++;
    }
    while (at < bytes.length) {
      const byte = bytes[at++]!;
      if (byte > lastInText) continue;
      if (byte === quote) {
        inText = false;
        break;
      }
      if (byte === newline) lines++;
      if (byte !== backslash) continue;
      if (at === bytes.length) escaped = true;
      else if (bytes[at++] === newline) lines++;
    }
    line += lines;
    return at;
  };

  const cut: Cutter["cut"] = (bytes) => {
    const rows: (RawRow | RawFault)[] = [];
    // Where the element that is being read begins in these bytes; -1 between elements.
    let from = parts.length > 0 ? 0 : -1;
    let at = inText ? skipText(bytes, 0) : 0;
    while (at < bytes.length) {
      const byte = bytes[at++]!;
      if (byte === 0x20) continue;
      if (byte === newline || byte === 0x0d || byte === 0x09) {
        if (byte === newline) line++;
        continue;
      }
      if (state !== "inside") {
        // A byte order mark is found by its own check.
        const mayBeMark = state === "before" && line === 1 && at <= 3;
        if (mayBeMark && (byte === 0xef || byte === 0xbb || byte === 0xbf)) continue;
        if (state === "before" && byte === open) {
          state = "inside";
          continue;
        }
        const what = state === "before" ? "begin with [" : "end after its ]";
        rows.push({ line, code: "not-an-array", message: `the file does not ${what}` });
        return { rows, isOver: true };
      }
      if (depth === 0 && (byte === comma || byte === close)) {
        if (from >= 0) {
          const end = bytes.subarray(from, at - 1);
          rows.push({
            line: startLine,
            bytes: parts.length === 0 ? end : Buffer.concat([...parts, end]),
          });
          parts = [];
          from = -1;
        } else if (byte === comma || afterComma)
          rows.push({ line, code: "not-json", message: "a comma has no row beside it" });
        afterComma = byte === comma;
        if (byte === close) state = "after";
        continue;
      }
      if (from < 0) {
        from = at - 1;
        startLine = line;
        afterComma = false;
      }
      if (byte === quote) {
        inText = true;
        at = skipText(bytes, at);
      } else if (byte === open || byte === openObject) depth++;
      else if (byte === close || byte === closeObject) depth = Math.max(0, depth - 1);
    }
    if (from >= 0) parts.push(Buffer.from(bytes.subarray(from)));
    return { rows, isOver: false };
  };

  const end = (): RawFault | null => {
    if (state === "after") return null;
    return state === "before"
      ? { line: 1, code: "not-an-array", message: "the file does not begin with [" }
      : { line, code: "not-an-array", message: "the array does not end: ] is missing" };
  };
  return { cut, end };
}
