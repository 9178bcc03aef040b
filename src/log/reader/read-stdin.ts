// Standard input as a stream. A pipe may be in non-blocking mode (whoever looks at process.stdin puts it there), and then
// a read before the first byte answers EAGAIN (read(2)), which Node's file streams take for a failure.

import { createReadStream, read, type ReadStream } from "node:fs";

const againMs = 5;

type Done = (error: NodeJS.ErrnoException | null, bytes: number, buffer: Uint8Array) => void;

/** Reads an open file to its end; waits where nothing has come yet. The file stays open: it is not ours to close. */
export function readOpenFile(fd: number): ReadStream {
  return createReadStream("", { fd, autoClose: false, fs: { read: readPatiently } });
}

/** Standard input. */
export function readStdin(): ReadStream {
  return readOpenFile(0);
}

function readPatiently(
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
  done: Done,
): void {
  read(fd, buffer, offset, length, position, (error, bytes, held) => {
    if (error?.code !== "EAGAIN") return done(error, bytes, held);
    setTimeout(() => readPatiently(fd, buffer, offset, length, position, done), againMs);
  });
}
