// Token sequences and the batches drawn from them. The whole plan follows from the seed, so that a resumed run draws
// what an uninterrupted one would have drawn.

import { rngFor } from "../../base/rng.ts";
import { endId, padId } from "./tokenizer.ts";

/** A prompt with its answer. `learned` are the positions of the tokens to be predicted, ascending, with their weight. */
export type Sequence = { tokens: Int32Array; learned: Int32Array; weight: Float32Array };

/** Named sequences, e.g. one group a task; `share` is the wanted share of batches. */
export type SequenceGroup = { name: string; share: number; sequences: Sequence[] };

/** Rows of equal padded length, as typed arrays: tokens rows×length; the rest rows×reads. */
export type Batch = {
  rows: number;
  length: number;
  reads: number;
  tokens: Int32Array<ArrayBuffer>;
  /** Position whose output predicts the target. */
  readAt: Int32Array<ArrayBuffer>;
  target: Int32Array<ArrayBuffer>;
  /** Weight of the target in the loss; 0 on padding. */
  weight: Float32Array<ArrayBuffer>;
};

/** Sequences of like length: one compiled pass serves them all. */
type Bucket = { length: number; reads: number; sequences: Sequence[]; share: number };

export type BatchPlan = {
  buckets: Bucket[];
  bucketOf: Int32Array;
  pickOf: Int32Array;
  batch: number;
};

const lengthStep = 16;
const smallestBucketShare = 0.4;

/**
 * Turns a prompt and an answer into a sequence: the answer and its end mark are learned with weight 1, and those prompt
 * tokens that `alsoLearn` names with `promptWeight`.
 */
export function makeSequence(
  prompt: readonly number[],
  answer: readonly number[],
  alsoLearn: { from: number; weight: number } | null = null,
): Sequence {
  const tokens = new Int32Array(prompt.length + answer.length + 1);
  tokens.set(prompt);
  tokens.set(answer, prompt.length);
  tokens[tokens.length - 1] = endId;
  const learned: number[] = [];
  if (alsoLearn) {
    for (let i = 1; i < prompt.length; i++) if (prompt[i]! >= alsoLearn.from) learned.push(i);
  }
  const inPrompt = learned.length;
  for (let i = prompt.length; i < tokens.length; i++) learned.push(i);
  const weight = Float32Array.from(learned, (_, i) => (i < inPrompt ? alsoLearn!.weight : 1));
  return { tokens, learned: Int32Array.from(learned), weight };
}

/** A prompt alone, read after its last token. */
export function promptSequence(prompt: readonly number[]): Sequence {
  const tokens = Int32Array.from([...prompt, endId]);
  return { tokens, learned: Int32Array.of(prompt.length), weight: Float32Array.of(1) };
}

/** Draws every batch of a run beforehand: `steps` batches of `batch` sequences. */
export function planBatches(
  groups: readonly SequenceGroup[],
  options: { steps: number; batch: number; seed: number; purpose: string },
): BatchPlan {
  const buckets = groups.flatMap(bucketsOf);
  const total = buckets.reduce((sum, bucket) => sum + bucket.share, 0);
  const rng = rngFor(options.seed, options.purpose, "batches");
  const orders = buckets.map((bucket, index) =>
    endlessOrder(bucket.sequences.length, options, index),
  );
  const bucketOf = new Int32Array(options.steps);
  const pickOf = new Int32Array(options.steps * options.batch);
  for (let step = 0; step < options.steps; step++) {
    let at = rng.next() * total;
    let chosen = 0;
    while (chosen < buckets.length - 1 && (at -= buckets[chosen]!.share) >= 0) chosen++;
    bucketOf[step] = chosen;
    for (let i = 0; i < options.batch; i++) pickOf[step * options.batch + i] = orders[chosen]!();
  }
  return { buckets, bucketOf, pickOf, batch: options.batch };
}

function endlessOrder(
  size: number,
  options: { seed: number; purpose: string },
  index: number,
): () => number {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  let epoch = -1;
  let at = size;
  return () => {
    if (at === size) {
      rngFor(options.seed, options.purpose, "order", index, ++epoch).shuffle(order);
      at = 0;
    }
    return order[at++]!;
  };
}

function bucketsOf(group: SequenceGroup): Bucket[] {
  const byShape = new Map<number, Sequence[]>();
  for (const sequence of group.sequences) {
    const length = Math.ceil((sequence.tokens.length - 1) / lengthStep) * lengthStep;
    const held = byShape.get(length);
    if (held) held.push(sequence);
    else byShape.set(length, [sequence]);
  }
  const buckets: Bucket[] = [];
  let waiting: Sequence[] = [];
  for (const [length, sequences] of [...byShape].sort(([a], [b]) => a - b)) {
    waiting = [...waiting, ...sequences];
    const isLast = length === Math.max(...byShape.keys());
    if (!isLast && waiting.length < smallestBucketShare * group.sequences.length) continue;
    const reads = waiting.reduce((most, s) => Math.max(most, s.learned.length), 0);
    const share = (group.share * waiting.length) / group.sequences.length;
    buckets.push({
      length,
      reads: reads <= 2 ? 2 : Math.ceil(reads / 8) * 8,
      sequences: waiting,
      share,
    });
    waiting = [];
  }
  return buckets;
}

/** Rows [from, to) of a step's batch. */
export function batchOf(plan: BatchPlan, step: number, from: number, to: number): Batch {
  const bucket = plan.buckets[plan.bucketOf[step]!]!;
  const picked: Sequence[] = [];
  for (let i = from; i < to; i++)
    picked.push(bucket.sequences[plan.pickOf[step * plan.batch + i]!]!);
  return padBatch(picked, bucket.length, bucket.reads);
}

/** Pads sequences to one shape; the output at position p - 1 predicts the token at p. */
export function padBatch(sequences: readonly Sequence[], length: number, reads: number): Batch {
  const rows = sequences.length;
  const batch: Batch = {
    rows,
    length,
    reads,
    tokens: new Int32Array(rows * length).fill(padId),
    readAt: new Int32Array(rows * reads),
    target: new Int32Array(rows * reads),
    weight: new Float32Array(rows * reads),
  };
  sequences.forEach(({ tokens, learned, weight }, row) => {
    batch.tokens.set(tokens.subarray(0, Math.min(tokens.length - 1, length)), row * length);
    learned.forEach((position, i) => {
      batch.readAt[row * reads + i] = position - 1;
      batch.target[row * reads + i] = tokens[position]!;
      batch.weight[row * reads + i] = weight[i]!;
    });
  });
  return batch;
}
