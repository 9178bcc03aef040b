// The predictions of one system: an append-only JSONL file. An answer is in the file before anything is made of it; the
// line that a crash cut short is taken off when the file is opened again.

import { writeSync } from "node:fs";
import { mkdir, open, readFile, truncate, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError } from "../../base/errors.ts";
import type { Prediction } from "../score/types.ts";

export type PredictionFile = {
  /** Lines the file held when it was opened, in order. */
  held: Prediction[];
  /** Writes the lines at once, so that a killed process has written them; settles when they are on disk. */
  append(predictions: readonly Prediction[]): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens a file for more lines, and cuts off a broken last one.
 * @throws DataError `prediction-broken` at file:line for a broken line that others follow.
 */
export async function openPredictions(path: string): Promise<PredictionFile> {
  await mkdir(dirname(path), { recursive: true });
  const { predictions, validBytes, bytes } = await readWhole(path);
  if (validBytes < bytes) await truncate(path, validBytes);
  const handle: FileHandle = await open(path, "a");
  let syncing: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  // Answers that come while the disk is busy are synced together.
  const sync = (): Promise<void> => {
    next ??= syncing
      .catch(() => {})
      .then(() => {
        next = null;
        return (syncing = handle.sync());
      });
    return next;
  };
  return {
    held: predictions,
    async append(lines) {
      if (lines.length === 0) return;
      writeWhole(handle.fd, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      await sync();
    },
    async close() {
      await (next ?? syncing).catch(() => {});
      await handle.close();
    },
  };
}

function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
}

/**
 * The complete lines of a file, or of its first `most` bytes; none where it does not exist.
 * @throws DataError `prediction-broken`.
 */
export async function readPredictions(path: string, most?: number): Promise<Prediction[]> {
  return (await readWhole(path, most)).predictions;
}

async function readWhole(
  path: string,
  most?: number,
): Promise<{ predictions: Prediction[]; validBytes: number; bytes: number }> {
  let content: Buffer;
  try {
    content = (await readFile(path)).subarray(0, most);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { predictions: [], validBytes: 0, bytes: 0 };
  }
  const predictions: Prediction[] = [];
  let start = 0;
  for (let line = 1; start < content.length; line++) {
    const end = content.indexOf(0x0a, start);
    const prediction = end < 0 ? null : parseLine(content.toString("utf8", start, end));
    if (prediction === null) {
      if (end >= 0 && end < content.length - 1) {
        throw new DataError("this line is no prediction", {
          code: "prediction-broken",
          where: `${path}:${line}`,
          next: "Delete the file; the next eval asks for its predictions again.",
        });
      }
      break;
    }
    predictions.push(prediction);
    start = end + 1;
  }
  return { predictions, validBytes: start, bytes: content.length };
}

function parseLine(line: string): Prediction | null {
  try {
    const value = JSON.parse(line) as Partial<Prediction> | null;
    const isPrediction =
      typeof value?.example === "string" &&
      typeof value.request === "string" &&
      typeof value.outcome === "string" &&
      Array.isArray(value.items) &&
      (value.shots === undefined || isIds(value.shots));
    return isPrediction ? (value as Prediction) : null;
  } catch {
    return null;
  }
}

function isIds(value: unknown): boolean {
  return Array.isArray(value) && value.every((id) => typeof id === "string");
}
