// Worker threads over an async stream of batches: a bounded number in flight, results in the order of the batches,
// whatever the number of threads.

import { Worker } from "node:worker_threads";
import { InterruptedError, RectuneError, UsageError } from "../base/errors.ts";
import { compileCacheDir, threadEntry } from "../base/package-root.ts";
import type { TimelineBatch } from "../log/split/timeline.ts";
import type { RangeResult, RangeSetting } from "./build-range.ts";
import type { RangeOrder, RangeReply } from "./build-worker.ts";

const entry = threadEntry("dataset/build-worker");

// Examples are short-lived; with room for many of them, few are ever copied by the collector.
const maxYoungGenerationSizeMb = 64;

// A thread loads for about as long as it takes to make ten thousand examples.
const leastExamples = 20_000;

/** Threads that have loaded what they need, before the work is there. */
export type RangePool = {
  slots: Slot[];
  /** Starts the others, where there are examples enough to be worth what they load. */
  growFor(examples: number): void;
  close(): Promise<void>;
};

type Slot = {
  worker: Worker;
  /** Who waits for the replies to its batches, in the order they were sent. */
  waiting: ((reply: RangeReply) => void)[];
  /** Why the thread can take no more work. */
  failure: RangeReply | null;
};

/** Starts one thread, which loads while the log is read, of `threads` at most. Whoever starts a pool closes it. */
export function startPool(threads: number): RangePool {
  const slots = [startWorker()];
  return {
    slots,
    growFor(examples) {
      const wanted = Math.min(threads, Math.ceil(examples / leastExamples));
      while (slots.length < wanted) slots.push(startWorker());
    },
    close: async () => void (await Promise.all(slots.map(({ worker }) => worker.terminate()))),
  };
}

/**
 * Gives the result of every batch, in order. At most three batches a thread are held at any time.
 * `spares`: buffers of results that are done with, by split; threads write into them again.
 * @throws the worker's error; InterruptedError when the signal is aborted.
 */
export async function* buildRanges(
  batches: AsyncIterable<TimelineBatch>,
  setting: RangeSetting,
  options: { pool: RangePool; signal: AbortSignal; spares?: ArrayBuffer[][] },
): AsyncGenerator<RangeResult> {
  const { slots } = options.pool;
  for (const { worker } of slots)
    worker.postMessage({ kind: "setting", setting } satisfies RangeOrder);
  // A thread has its next batch at hand when it ends one: this one may be busy with what others made.
  const idle: Slot[] = [...slots, ...slots];
  const waiting: ((slot: Slot) => void)[] = [];
  const release = (slot: Slot): void => {
    const next = waiting.shift();
    if (next) next(slot);
    else idle.push(slot);
  };
  const acquire = (): Promise<Slot> => {
    const slot = idle.shift();
    return slot ? Promise.resolve(slot) : new Promise((resolve) => waiting.push(resolve));
  };
  const run = async (index: number, batch: TimelineBatch): Promise<RangeResult> => {
    const slot = await acquire();
    const reply = await new Promise<RangeReply>((resolve) => {
      if (slot.failure) return resolve(slot.failure);
      slot.waiting.push(resolve);
      const spares = options.spares?.shift() ?? [];
      const request: RangeOrder = { kind: "batch", index, batch, spares };
      slot.worker.postMessage(request, [...buffersOf(batch), ...spares]);
    });
    release(slot);
    if (reply.kind === "done") return reply.result;
    throw errorOf(reply);
  };

  const pending: Promise<RangeResult>[] = [];
  let index = 0;
  for await (const batch of batches) {
    stopIfAborted(options.signal);
    const result = run(index++, batch);
    // Handled when its turn comes; without this an early failure would end the process first.
    result.catch(() => {});
    pending.push(result);
    if (pending.length >= 3 * slots.length) yield await pending.shift()!;
  }
  for (const result of pending) {
    stopIfAborted(options.signal);
    yield await result;
  }
}

let ahead: Worker | null = null;

/** Starts a thread, which the next pool takes: it loads while other things are loaded. Alone it holds no process up. */
export function startThreadAhead(): void {
  const worker = (ahead ??= makeWorker());
  worker.unref();
  // A thread that the pool starts itself will say what is wrong.
  worker.on("error", () => {
    if (ahead === worker) ahead = null;
  });
}

function makeWorker(): Worker {
  return new Worker(entry, {
    workerData: compileCacheDir(),
    resourceLimits: { maxYoungGenerationSizeMb },
  });
}

function startWorker(): Slot {
  const slot: Slot = { worker: ahead ?? makeWorker(), waiting: [], failure: null };
  ahead = null;
  slot.worker.ref();
  const fail = (what: string, stack: string): void => {
    slot.failure ??= { kind: "fault", what, stack };
    for (const settle of slot.waiting.splice(0)) settle(slot.failure);
  };
  slot.worker.on("message", (reply: RangeReply) => slot.waiting.shift()?.(reply));
  slot.worker.on("error", (error) => fail(error.message, error.stack ?? ""));
  slot.worker.on("exit", (code) => fail(`a build thread ended with code ${code}`, ""));
  return slot;
}

function buffersOf(batch: TimelineBatch): ArrayBuffer[] {
  const { offsets, item, time, rating, row, split } = batch;
  return [offsets, item, time, rating, row, split].map((column) => column.buffer as ArrayBuffer);
}

function errorOf(reply: Exclude<RangeReply, { kind: "done" }>): Error {
  if (reply.kind === "usage") return new UsageError(reply.what, reply.detail);
  return new RectuneError(`a build thread failed: ${reply.what}`, {
    code: "build-thread",
    next: "This is a fault of rectune; --debug shows where.",
    cause: reply.stack,
  });
}

function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new InterruptedError("stopped", { code: "interrupted" });
}
