// Writes train, validation and test: the batches' results in their order, appended as they come, and their counts,
// audits and samples summed.

import type { Context } from "../base/logger.ts";
import { splits, type Split, type TimelineBatch } from "../log/split/timeline.ts";
import { startAudit, type AuditReport } from "./audit/run-audit.ts";
import { samplesPerTask, type RangeSetting } from "./build-range.ts";
import type { OutputFolder, OutputStream } from "./output-folder.ts";
import { buildRanges, type RangePool } from "./range-pool.ts";
import type { Example } from "./task/types.ts";

export type MadeExamples = {
  /** By split and task. */
  examples: Record<Split, Record<string, number>>;
  /** By task and reason. */
  skipped: Record<string, Record<string, number>>;
  audit: AuditReport;
  /** The first examples of each task. */
  samples: Record<string, Example[]>;
};

export async function writeExamples(
  batches: AsyncIterable<TimelineBatch>,
  options: {
    folder: OutputFolder;
    setting: RangeSetting;
    users: number;
    pool: RangePool;
    context: Context;
  },
): Promise<MadeExamples> {
  const { folder, setting, context } = options;
  const names = setting.tasks.map((task) => task.type);
  const zeros = (): Record<string, number> => Object.fromEntries(names.map((name) => [name, 0]));
  const made: Omit<MadeExamples, "audit"> = {
    examples: { train: zeros(), validation: zeros(), test: zeros() },
    skipped: {},
    samples: {},
  };
  const audit = startAudit({ repeats: setting.repeats });
  const streams = {
    train: await folder.open("train.jsonl"),
    validation: await folder.open("validation.jsonl"),
    test: await folder.open("test.jsonl"),
  };
  let users = 0;
  const counted = countUsers(batches, (n) => (users += n));
  const spares: ArrayBuffer[][] = [];
  const how = { pool: options.pool, signal: context.signal, spares };
  let index = 0;
  let written: Promise<unknown> = Promise.resolve();
  for await (const range of buildRanges(counted, setting, how)) {
    // Written while the next range is made and summed; one write at a time, so that memory stays bounded.
    await written;
    written = appendAll(streams, range.bytes).then(() =>
      spares.push(splits.map((split) => range.bytes[split].buffer as ArrayBuffer)),
    );
    written.catch(() => {});
    for (const split of splits) addCounts(made.examples[split], range.examples[split]);
    for (const [task, reasons] of Object.entries(range.skipped))
      addCounts((made.skipped[task] ??= {}), reasons);
    for (const [task, examples] of Object.entries(range.samples)) {
      const held = (made.samples[task] ??= []);
      held.push(...examples.slice(0, Math.max(0, samplesPerTask - held.length)));
    }
    audit.mergeState(range.audit);
    context.log.progress(`examples: ${users} of ${options.users} users`);
    context.onPoint?.(`build:range-${index++}`);
  }
  await written;
  for (const split of splits) await streams[split].close();
  return { ...made, skipped: sortKeys(made.skipped), audit: audit.result() };
}

function appendAll(
  streams: Record<Split, OutputStream>,
  bytes: Record<Split, Uint8Array>,
): Promise<unknown> {
  return Promise.all(splits.map((split) => streams[split].append(bytes[split])));
}

async function* countUsers(
  batches: AsyncIterable<TimelineBatch>,
  count: (users: number) => void,
): AsyncGenerator<TimelineBatch> {
  for await (const batch of batches) {
    const { length } = batch.users;
    yield batch;
    count(length);
  }
}

function addCounts(to: Record<string, number>, from: Readonly<Record<string, number>>): void {
  for (const [key, n] of Object.entries(from)) to[key] = (to[key] ?? 0) + n;
}

// Reasons appear in the order of the log; a manifest lists them by name.
function sortKeys(
  counts: Record<string, Record<string, number>>,
): Record<string, Record<string, number>> {
  const sorted = <T>(record: Record<string, T>): [string, T][] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted(counts).map(([task, reasons]) => [task, Object.fromEntries(sorted(reasons))]),
  );
}
