// A dataset folder in the making: files are written beside the final place, hashed as they are written, made durable,
// and put in place at once.

import { createHash, type Hash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hashFile, recoverFolder, replaceFolder, syncFolder } from "../base/files.ts";
import type { OutputFile } from "./manifest.ts";

export type OutputFolder = {
  /** Where files are written until `finish`. */
  path: string;
  outputs: Record<string, OutputFile>;
  /** A file that grows; `close` makes it durable and notes its hash. */
  open(name: string): Promise<OutputStream>;
  write(name: string, content: string): Promise<void>;
  /** Notes files that another hand wrote, and makes them durable. */
  adopt(names: readonly string[]): Promise<void>;
  /** Puts the folder in place of `dir`. */
  finish(onPoint?: (name: string) => void): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
};

export type OutputStream = { append(bytes: Uint8Array): Promise<void>; close(): Promise<void> };

const flushBytes = 1 << 25;

/** Starts a folder that will stand at `dir`; brings back what a killed run left half replaced. */
export async function startFolder(dir: string): Promise<OutputFolder> {
  await mkdir(dirname(dir), { recursive: true });
  await recoverFolder(dir);
  await removeStale(dir);
  const path = `${dir}.partial-${process.pid}`;
  await rm(path, { recursive: true, force: true });
  await mkdir(path);
  const outputs: Record<string, OutputFile> = {};
  const handles = new Set<FileHandle>();
  const openStream = async (name: string): Promise<OutputStream> => {
    const handle = await open(join(path, name), "w");
    handles.add(handle);
    const hash: Hash = createHash("sha256");
    let bytes = 0;
    let flushedAt = 0;
    let flush: Promise<unknown> = Promise.resolve();
    let isFlushing = false;
    // The disk takes up what is written while more is made; the last sync then finds little left to do.
    const flushEarly = (): void => {
      if (isFlushing || bytes - flushedAt < flushBytes) return;
      isFlushing = true;
      flushedAt = bytes;
      flush = handle.datasync().then(
        () => (isFlushing = false),
        // The sync before the close tells what is wrong.
        () => {},
      );
    };
    return {
      async append(block) {
        if (block.length === 0) return;
        const written = writeAll(handle, block);
        hash.update(block);
        bytes += block.length;
        await written;
        flushEarly();
      },
      async close() {
        await flush;
        await handle.sync();
        await handle.close();
        handles.delete(handle);
        outputs[name] = { sha256: hash.digest("hex"), bytes };
      },
    };
  };
  return {
    path,
    outputs,
    open: openStream,
    async write(name, content) {
      const stream = await openStream(name);
      await stream.append(Buffer.from(content));
      await stream.close();
    },
    async adopt(names) {
      for (const name of names) {
        outputs[name] = await hashFile(join(path, name));
        const handle = await open(join(path, name), "r+");
        await handle.sync().finally(() => handle.close());
      }
    },
    async finish(onPoint) {
      await syncFolder(path);
      await replaceFolder(path, dir, onPoint);
    },
    async discard() {
      for (const handle of handles) await handle.close().catch(() => {});
      await rm(path, { recursive: true, force: true });
    },
  };
}

// One call a block: writeFile would cut it into many.
async function writeAll(handle: FileHandle, block: Uint8Array): Promise<void> {
  for (let at = 0; at < block.length;) {
    const { bytesWritten } = await handle.write(block, at, block.length - at);
    at += bytesWritten;
  }
}

/** Removes partial folders of processes that are gone. */
async function removeStale(dir: string): Promise<void> {
  const prefix = `${basename(dir)}.partial-`;
  for (const name of await readdir(dirname(dir))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    if (Number.isInteger(pid) && pid > 0 && !isAlive(pid))
      await rm(join(dirname(dir), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a path holds anything: a file, or a folder that is not empty. */
export async function isTaken(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  return readdir(path).then(
    (names) => names.length > 0,
    () => true,
  );
}
