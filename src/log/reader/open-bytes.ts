// Bytes of a file of the log, unpacked by what its name says: `.gz` (RFC 1952) and `.zst` (RFC 8878).

import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
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
  const unpack = unpackerOf(path);
  // The callback is the stream's own: an error of either stream surfaces in the loop below.
  const source = unpack === null ? raw : pipeline(raw, unpack, () => {});
  for await (const chunk of source) yield chunk as Buffer;
}

function unpackerOf(path: string) {
  if (/\.gz$/i.test(path)) return createGunzip({ chunkSize: 1 << 18 });
  return packedSuffix.test(path) ? createZstdDecompress({ chunkSize: 1 << 18 }) : null;
}

/** What the first bytes of a file unpack to. */
export function unpackHead(path: string, head: Buffer): Buffer {
  if (/\.gz$/i.test(path)) return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  if (!packedSuffix.test(path)) return head;
  return zstdDecompressSync(head, { finishFlush: constants.ZSTD_e_flush });
}
