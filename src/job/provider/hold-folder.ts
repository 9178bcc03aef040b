// A lock on a job's folder that dies with its holder: an exclusive transaction on an empty SQLite file, which the kernel
// releases when the process ends, however it ends. Beside it stands who holds it, for messages.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { processName } from "./process-id.ts";

/** Takes the lock, or returns null when another process (or another caller in this one) has it. */
export function holdFolder(dir: string): Disposable | null {
  mkdirSync(dir, { recursive: true });
  const lock = new DatabaseSync(join(dir, "lock"), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === 5) return null;
    throw error;
  }
  const holder = join(dir, "holder.json");
  writeFileSync(holder, `${JSON.stringify({ process: processName() })}\n`);
  return {
    [Symbol.dispose]() {
      rmSync(holder, { force: true });
      lock.close();
    },
  };
}

/** The process that holds the folder, or null; only as good as a message needs. */
export function holderOf(dir: string): string | null {
  try {
    return (JSON.parse(readFileSync(join(dir, "holder.json"), "utf8")) as { process: string })
      .process;
  } catch {
    return null;
  }
}
