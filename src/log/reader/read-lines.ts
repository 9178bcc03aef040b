// Text files as lines with their number and byte offset, streamed. Line ends are LF or CRLF; a UTF-8 byte order mark
// is dropped. Lines that are not valid UTF-8 are handed on, marked, for the reader to reject or to refuse.

import { isUtf8 } from "node:buffer";
import { DataError } from "../../base/errors.ts";
import { openBytes } from "./open-bytes.ts";
import { stopIfAborted } from "./open-duckdb.ts";

export type Encoding = "utf8" | "latin1";

/**
 * Called for each line, in order: text without its LF (a CR is kept) and 1-based number. Where the bytes are not
 * UTF-8, `invalidAt` is the file offset of the first such byte and `text` holds U+FFFD in its place; else null.
 */
export type OnLine = (text: string, line: number, invalidAt: number | null) => void;

const maxLineBytes = 64 * 1024 * 1024;

/**
 * Reads a file (`.gz` and `.zst` are unpacked) line by line.
 * @throws DataError for UTF-16 files and for files without line ends.
 */
export async function readLines(
  file: { name: string; path: string; encoding: Encoding; signal: AbortSignal },
  onLine: OnLine,
): Promise<void> {
  const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
  let line = 0;
  let offset = 0;

  const feedText = (text: string): void => {
    for (let start = 0; start < text.length;) {
      const found = text.indexOf("\n", start);
      const end = found < 0 ? text.length : found;
      onLine(text.slice(start, end), ++line, null);
      start = end + 1;
    }
  };
  const feedBytes = (block: Buffer): void => {
    for (let start = 0; start < block.length;) {
      const found = block.indexOf(10, start);
      const end = found < 0 ? block.length : found;
      const bytes = block.subarray(start, end);
      const text = lossy.decode(bytes);
      const bad = isUtf8(bytes) ? null : Buffer.byteLength(text.slice(0, text.indexOf("\ufffd")));
      onLine(text, ++line, bad === null ? null : offset + start + bad);
      start = end + 1;
    }
  };
  const feed = (block: Buffer): void => {
    stopIfAborted(file.signal);
    if (file.encoding === "latin1") feedText(block.toString("latin1"));
    else if (isUtf8(block)) feedText(block.toString("utf8"));
    else feedBytes(block);
    offset += block.length;
  };

  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  for await (const chunk of openBytes(file.path)) {
    let block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (first && block.length >= 3) {
      first = false;
      refuseUtf16(file.name, block);
      if (file.encoding === "utf8" && block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf) {
        block = block.subarray(3);
        offset = 3;
      }
    }
    const cut = block.lastIndexOf(10) + 1;
    if (cut > 0) feed(block.subarray(0, cut));
    rest = block.subarray(cut);
    if (rest.length > maxLineBytes) {
      throw new DataError("a line is longer than 64 MiB", {
        code: "log-line-too-long",
        where: `${file.name}:${line + 1}`,
        next: "The file does not look like a text log; check log.path and log.format.",
      });
    }
  }
  if (rest.length > 0) feed(rest);
}

function refuseUtf16(name: string, block: Buffer): void {
  const mark = block.readUInt16BE(0);
  if (mark !== 0xfeff && mark !== 0xfffe) return;
  throw new DataError("the file is UTF-16, at byte offset 0", {
    code: "log-encoding",
    where: `${name}:1`,
    next: `Convert it: iconv -f UTF-16 -t UTF-8 ${name} > utf8-${name}`,
  });
}
