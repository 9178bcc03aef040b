// The lines of a file as bytes, so that a bad encoding can be told from a bad document.

import { readBlocks } from "./read-blocks.ts";

const newline = 0x0a;

/**
 * Lines of a file without their line end, those of one read together: a promise a line would cost more than the line.
 * The last line also comes when the file does not end in a line end. Lines are valid until the next ones are asked for.
 */
export async function* readLineBlocks(path: string): AsyncGenerator<Buffer[]> {
  let held: Buffer[] = [];
  for await (const bytes of readBlocks(path)) {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      const piece = bytes.subarray(start, end);
      lines.push(held.length === 0 ? piece : Buffer.concat([...held, piece]));
      held = [];
      start = end + 1;
    }
    if (start < bytes.length) held.push(Buffer.from(bytes.subarray(start)));
    if (lines.length > 0) yield lines;
  }
  if (held.length > 0) yield [Buffer.concat(held)];
}

/** Lines of a file, one at a time; each is valid until the next. */
export async function* readLines(path: string): AsyncGenerator<Buffer> {
  for await (const lines of readLineBlocks(path)) for (const line of lines) yield line;
}
