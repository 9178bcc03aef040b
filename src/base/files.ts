// Files that are complete or absent: write beside, fsync, rename.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { existsSync } from "node:fs";

let writes = 0;

/** Writes a whole file so that a crash leaves the old content or the new, never a part. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Two writers of one path in one process must not share the file beside.
  const beside = `${path}.${process.pid}-${writes++}.tmp`;
  const handle = await open(beside, "w");
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, path);
  await syncFolder(dirname(path));
}

/** The first bytes of a file, at most so many. */
export async function readStart(path: string, bytes: number): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await handle.read(buffer, 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Makes renames inside a folder durable; a no-op where the platform cannot open folders. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, "r");
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (
      !["EISDIR", "EPERM", "EINVAL", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")
    )
      throw error;
  }
}

/**
 * Puts the finished folder `from` in place of `to`. The old folder is moved aside first and removed last, so that at
 * any moment the complete old folder, or the complete new one, can be found by `recoverFolder`. `onPoint` is called
 * between the renames, for crash tests.
 */
export async function replaceFolder(
  from: string,
  to: string,
  onPoint?: (name: string) => void,
): Promise<void> {
  const aside = `${to}.old`;
  await rm(aside, { recursive: true, force: true });
  if (existsSync(to)) await rename(to, aside);
  onPoint?.("replace:aside");
  await rename(from, to);
  onPoint?.("replace:moved");
  await syncFolder(dirname(to));
  await rm(aside, { recursive: true, force: true });
}

/** Undoes a `replaceFolder` that was killed between its two renames: brings the old folder back. */
export async function recoverFolder(to: string): Promise<void> {
  const aside = `${to}.old`;
  if (existsSync(aside) && !existsSync(to)) await rename(aside, to);
  else if (existsSync(aside)) await rm(aside, { recursive: true, force: true });
}

/** SHA-256 in hex and size in bytes of a file, or of its first `most` bytes, streamed. */
export async function hashFile(
  path: string,
  most = Infinity,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  // A stream cannot be told to end before its first byte.
  if (most === 0) return { sha256: hash.digest("hex"), bytes };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, end: most - 1 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** Whether the path names a file (`file`), a folder (`folder`) or nothing (`none`). */
export async function pathKind(path: string): Promise<"file" | "folder" | "none"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch {
    return "none";
  }
}

/** The state folder: the nearest `.rectune` from `start` upward, else `.rectune` in `start`. */
export function findStateDir(start: string): string {
  let folder = resolve(start);
  for (;;) {
    const candidate = join(folder, ".rectune");
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) return join(resolve(start), ".rectune");
    folder = parent;
  }
}
