// Shots: finished examples of other users that a prompt may show before its own question. They come from train, from
// users other than the one asked about, and from no later a time than the target's, so that a prompt never tells what
// happened after it.

import { open } from "node:fs/promises";
import { DataError } from "../base/errors.ts";
import { rngFor } from "../base/rng.ts";
import { readLines } from "./format/read-lines.ts";
import type { Example } from "./task/types.ts";

export const shotPicks = ["random", "similar", "recent"] as const;
export type ShotPick = (typeof shotPicks)[number];

/** A train example that may be shown, and where its line stands in the file. */
export type ShotRow = {
  id: string;
  user: string;
  /** UTC seconds; null where the log has no time. */
  time: number | null;
  history: string[];
  offset: number;
  bytes: number;
};

/** Train examples by wording id, each list in the order of time and then of ids. */
export type ShotPool = { file: string; rows: ReadonlyMap<string, readonly ShotRow[]> };

/** Reads where the examples of the tasks stand in a file; the lines themselves stay there. */
export async function loadShotPool(file: string, tasks: readonly string[]): Promise<ShotPool> {
  const rows = new Map<string, ShotRow[]>();
  let next = 0;
  for await (const line of readLines(file)) {
    const offset = next;
    next += line.length + 1;
    const text = line.toString("utf8");
    // A line begins with its id, which begins with its task: those of other tasks need no parsing.
    if (!tasks.some((task) => text.startsWith(`{"id":"${task}/`))) continue;
    const { id, user, time, history, wording } = JSON.parse(text) as Example;
    const own = rows.get(wording);
    const row = { id, user, time, history, offset, bytes: line.length };
    if (own) own.push(row);
    else rows.set(wording, [row]);
  }
  for (const own of rows.values()) own.sort(compareShots);
  return { file, rows };
}

/** The order of a pool: time, then id. */
export function compareShots(a: ShotRow, b: ShotRow): number {
  const [at, bt] = [timeOf(a), timeOf(b)];
  // Without times both are -∞, whose difference is no number.
  if (at !== bt) return at < bt ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Reads rows of a pool as examples. */
export async function readShots(pool: ShotPool, rows: readonly ShotRow[]): Promise<Example[]> {
  const handle = await open(pool.file);
  try {
    return await Promise.all(
      rows.map(async ({ offset, bytes }) => {
        const { buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset);
        return JSON.parse(buffer.toString("utf8")) as Example;
      }),
    );
  } finally {
    await handle.close();
  }
}

/** What is asked, as far as shots depend on it. */
export type ShotTarget = Pick<Example, "id" | "user" | "time" | "history">;

/**
 * Makes the choice of `k` shots among rows in the order of time: at most one of each user, none of the target's own, none
 * later than the target; fewer where there are no more. `random` is keyed by (seed, "shots", user). `similar` ranks by the
 * items shared with the target's history, rare ones counting more: Σ ln(1 + N/n(item)) / √|history|. `recent` takes the
 * last before the target. Equal ones: the later first.
 */
export function makeShotChooser(
  rows: readonly ShotRow[],
  { k, pick, seed }: { k: number; pick: ShotPick; seed: number },
): (target: ShotTarget) => ShotRow[] {
  const index = pick === "similar" ? indexItems(rows) : null;
  return (target) => {
    const end = countUntil(rows, target.time);
    const order =
      index !== null
        ? bySimilarity(rows, index, target, end)
        : pick === "recent"
          ? countDown(end)
          : drawn(end, rngFor(seed, "shots", target.user));
    const users = new Set([target.user]);
    const chosen: ShotRow[] = [];
    for (const at of order) {
      if (chosen.length >= k) break;
      const row = rows[at]!;
      if (users.has(row.user)) continue;
      users.add(row.user);
      chosen.push(row);
    }
    return chosen;
  };
}

/** @throws DataError for a shot of the target's own user, or of a later time than the target's. */
export function checkShots(target: ShotTarget, shots: readonly Example[]): void {
  for (const shot of shots) {
    const isOwn = shot.user === target.user;
    const isLater = shot.time !== null && target.time !== null && shot.time > target.time;
    if (!isOwn && !isLater) continue;
    throw new DataError(
      `the shot ${shot.id} of ${target.id} is ${isOwn ? "of the same user" : "later than its target"}`,
      {
        code: isOwn ? "shot-of-same-user" : "shot-from-later",
        where: target.id,
        next: "Build the dataset again: train.jsonl has changed since.",
      },
    );
  }
}

function timeOf({ time }: ShotRow): number {
  return time ?? Number.NEGATIVE_INFINITY;
}

/** Rows from the start that are not later than `time`; all where the target has none. */
function countUntil(rows: readonly ShotRow[], time: number | null): number {
  if (time === null) return rows.length;
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf(rows[middle]!) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function* countDown(end: number): Generator<number> {
  for (let at = end - 1; at >= 0; at--) yield at;
}

// Few of many are wanted: draws with repetition first, and the whole order only where those did not do.
function* drawn(end: number, rng: ReturnType<typeof rngFor>): Generator<number> {
  if (end === 0) return;
  for (let draw = 0; draw < 64; draw++) yield rng.int(end);
  yield* rng.shuffle(Array.from({ length: end }, (_, at) => at));
}

/** Rows that show an item, in order. */
function indexItems(rows: readonly ShotRow[]): Map<string, number[]> {
  const index = new Map<string, number[]>();
  for (const [at, { history }] of rows.entries()) {
    for (const item of new Set(history)) {
      const held = index.get(item);
      if (held) held.push(at);
      else index.set(item, [at]);
    }
  }
  return index;
}

function bySimilarity(
  rows: readonly ShotRow[],
  index: ReadonlyMap<string, readonly number[]>,
  target: ShotTarget,
  end: number,
): number[] {
  const scores = new Map<number, number>();
  for (const item of new Set(target.history)) {
    const holding = index.get(item) ?? [];
    const weight = Math.log(1 + rows.length / holding.length);
    for (const at of holding) {
      if (at >= end) break;
      scores.set(at, (scores.get(at) ?? 0) + weight);
    }
  }
  return Array.from(scores, ([at, score]) => ({
    at,
    score: score / Math.sqrt(rows[at]!.history.length),
  }))
    .sort((a, b) => b.score - a.score || b.at - a.at)
    .map(({ at }) => at);
}
