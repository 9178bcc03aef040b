// A folder of its own for one opened log: where DuckDB spills, where the tables of a large log lie, and where standard
// input is kept so that it can be hashed and read more than once. It is gone when the log is closed.

import { rmSync } from "node:fs";
import { mkdtemp, open, rename, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packedSuffix, packingOf, unpackHead } from "./open-bytes.ts";
import { readStart } from "../../base/files.ts";
import { stopIfAborted } from "./open-duckdb.ts";
import type { LogFile } from "./types.ts";

export type SpillRoom = { path: string; close(): void };

/** Makes the folder, in `parent` or where the system keeps temporary files. */
export async function openRoom(parent: string = tmpdir()): Promise<SpillRoom> {
  const path = await mkdtemp(join(parent, "rectune-"));
  return { path, close: () => rmSync(path, { recursive: true, force: true }) };
}

/** Copies a stream into the room, as the file `-`; what it is packed with is told by its first bytes. */
export async function spoolInput(
  input: AsyncIterable<Uint8Array>,
  room: SpillRoom,
  signal: AbortSignal,
): Promise<LogFile> {
  const plain = join(room.path, "input");
  const handle = await open(plain, "w");
  try {
    for await (const block of input) {
      stopIfAborted(signal);
      await handle.writeFile(block);
    }
  } finally {
    await handle.close();
  }
  const start = await readStart(plain, 4096);
  const path = plain + packingOf(start);
  if (path !== plain) await rename(plain, path);
  return { name: "-", path, head: unpackHead(path, start).toString("latin1") };
}

/** What packed text commonly grows by. */
const packedFactor = 6;

/** About how many bytes the files hold, unpacked. */
export async function sizeOf(files: readonly LogFile[]): Promise<number> {
  let bytes = 0;
  for (const { path } of files) {
    const held = await stat(path).catch(() => null);
    bytes += (held?.size ?? 0) * (packedSuffix.test(path) ? packedFactor : 1);
  }
  return bytes;
}
