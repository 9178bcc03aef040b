// Bytes of a file of the log, unpacked by what its name says: `.gz` (RFC 1952) and `.zst` (RFC 8878).

import { createReadStream } from "node:fs";
import { pipeline, type Writable } from "node:stream";
import {
  constants,
  createGunzip,
  createZstdDecompress,
  gunzipSync,
  zstdDecompressSync,
} from "node:zlib";

export const packedSuffix = /\.(gz|zst|zstd)$/i;

/** What bytes are packed with, as the suffix that says so; "" for neither. */
export function packingOf(start: Buffer): ".gz" | ".zst" | "" {
  if (start.length >= 2 && start.readUInt16BE(0) === 0x1f8b) return ".gz";
  return start.length >= 4 && start.readUInt32BE(0) === 0x28b52ffd ? ".zst" : "";
}

/** Streams the unpacked bytes of a file. Throws zlib's errors for a file that is cut off or damaged. */
export async function* openBytes(path: string): AsyncGenerator<Buffer> {
  const raw = createReadStream(path, { highWaterMark: 1 << 20 });
  if (/\.gz$/i.test(path)) {
    // The callback is the stream's own: an error of either stream surfaces in the loop below.
    const unpacked = pipeline(raw, createGunzip({ chunkSize: 1 << 18 }), () => {});
    for await (const chunk of unpacked) yield chunk as Buffer;
  } else if (packedSuffix.test(path)) yield* unpackFrames(raw);
  else for await (const chunk of raw) yield chunk as Buffer;
}

/** Zstandard of one frame or several, as `cat a.zst b.zst` makes them: Node's own stream ends where one ends in a write. */
async function* unpackFrames(raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = raw[Symbol.asyncIterator]();
  let rest: Buffer | null = await nextOf(chunks);
  while (rest !== null) {
    const unpack = createZstdDecompress({ chunkSize: 1 << 18 });
    const first: Buffer = rest;
    const feed = async (): Promise<Buffer | null> => {
      for (let chunk: Buffer | null = first; chunk !== null; chunk = await nextOf(chunks)) {
        const before = unpack.bytesWritten;
        await writeTo(unpack, chunk);
        const taken = unpack.bytesWritten - before;
        if (taken < chunk.length) return chunk.subarray(taken);
      }
      unpack.end();
      return null;
    };
    const fed = feed();
    fed.catch((error: unknown) => unpack.destroy(error as Error));
    for await (const chunk of unpack) yield chunk as Buffer;
    rest = await fed;
  }
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  const next = await chunks.next();
  return next.done === true ? null : next.value;
}

function writeTo(stream: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

/** Unpacks Zstandard of one frame or several; with `isHead` the last may be cut off. */
export function unzstd(bytes: Buffer, isHead = false): Buffer {
  const parts: Buffer[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const options = isHead ? { finishFlush: constants.ZSTD_e_flush } : {};
    // With `info` the engine comes along, which knows how far its frame went.
    const { buffer, engine } = zstdDecompressSync(rest, { ...options, info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    parts.push(buffer);
    if (engine.bytesWritten === 0) break;
    rest = rest.subarray(engine.bytesWritten);
  }
  return Buffer.concat(parts);
}

/** What the first bytes of a file unpack to. */
export function unpackHead(path: string, head: Buffer): Buffer {
  if (/\.gz$/i.test(path)) return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  if (!packedSuffix.test(path)) return head;
  return unzstd(head, true);
}
