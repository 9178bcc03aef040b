// Asks a system for its predictions and keeps every answer: what the file holds for the same request is not asked again,
// so that a killed eval goes on where it was, and a changed model or prompt is asked anew. What was written is read again:
// the catalog that it was read by may be another one by now.

import { InterruptedError } from "../base/errors.ts";
import { hashOf } from "../base/ids.ts";
import type { Context } from "../base/logger.ts";
import type { Example } from "../dataset/task/types.ts";
import { openPredictions, type PredictionFile } from "./suite/prediction-file.ts";
import type { Permuted } from "./system/permute.ts";
import type { Answer, Reading, System } from "./system/system.ts";
import type { Prediction } from "./score/types.ts";

export type PredictResult = {
  /** One prediction a question that the system answers, in the order they were given: the examples, then other orders. */
  predictions: Prediction[];
  asked: number;
  kept: number;
  /** Of those kept, answers that read otherwise than before. */
  reread: number;
  /** Dollars that the answers asked now have cost. */
  costUsd: number;
};

/**
 * Predictions of one system for those of `examples` whose task it answers, and then for `permuted`, the same in other
 * orders; new ones are appended to `file`, batch by batch, each on disk before the next is asked.
 * @throws InterruptedError when the signal is aborted; the same call goes on from there. DataError for a broken file.
 */
export async function predictSystem(
  system: System,
  examples: readonly Example[],
  file: string,
  context: Pick<Context, "now" | "signal" | "log" | "onPoint">,
  permuted: readonly Permuted[] = [],
): Promise<PredictResult> {
  const stored = examples.map((example): Permuted => ({ example, perm: 0 }));
  const fitting = [...stored, ...permuted].filter(({ example }) =>
    system.tasks.includes(example.task),
  );
  const output = await openPredictions(file);
  try {
    const held = new Map(output.held.map((prediction) => [keyOf(prediction), prediction]));
    const requests = new Map<string, string>();
    for (const asked of fitting) {
      requests.set(keyOfAsked(asked), await requestOf(system, asked.example));
    }
    const missing = fitting.filter((asked) => {
      const key = keyOfAsked(asked);
      const prediction = held.get(key);
      return prediction?.request !== requests.get(key) || prediction?.outcome === "error";
    });
    const isMissing = new Set(missing);
    const kept = fitting.filter((asked) => !isMissing.has(asked));
    const reread = await readAgain(system, kept, held);
    await output.append(reread);
    for (const prediction of reread) held.set(keyOf(prediction), prediction);
    const costUsd =
      missing.length === 0 ? 0 : await askAll(system, missing, { requests, held, output, context });
    return {
      predictions: fitting.map((asked) => held.get(keyOfAsked(asked))!),
      asked: missing.length,
      kept: kept.length,
      reread: reread.length,
      costUsd,
    };
  } finally {
    await output.close();
  }
}

// A prediction is unique on (example, perm) in the file of its system.
const keyOf = ({ example, perm }: Pick<Prediction, "example" | "perm">): string =>
  `${perm} ${example}`;
const keyOfAsked = ({ example, perm }: Permuted): string => keyOf({ example: example.id, perm });

/** Kept answers with what they say by the catalog as it is now, where that is something else. */
async function readAgain(
  system: System,
  kept: readonly Permuted[],
  held: ReadonlyMap<string, Prediction>,
): Promise<Prediction[]> {
  const changed: Prediction[] = [];
  for (const asked of kept) {
    const before = held.get(keyOfAsked(asked))!;
    const isRead = before.outcome === "ok" || before.outcome === "malformed";
    // What was chosen by its log-probability was not read, though it may have been written too.
    if (!system.read || !isRead || before.raw === null || before.choices !== null) continue;
    const reading = await system.read(asked.example, before.raw);
    if (!isSameReading(reading, before)) changed.push({ ...before, ...reading });
  }
  return changed;
}

function isSameReading(a: Reading, b: Reading): boolean {
  const textOf = ({ outcome, items, value }: Reading): string =>
    JSON.stringify([outcome, items, value]);
  return textOf(a) === textOf(b);
}

type Asking = {
  /** Both by `keyOf`. */
  requests: ReadonlyMap<string, string>;
  held: Map<string, Prediction>;
  output: PredictionFile;
  context: Pick<Context, "now" | "signal" | "log" | "onPoint">;
};

/** Asks for the missing answers, as many calls at a time as the system takes; the first error ends it, once the calls under way have come back and are written. */
async function askAll(
  system: System,
  missing: readonly Permuted[],
  { requests, held, output, context }: Asking,
): Promise<number> {
  const answerer = await system.open();
  const batches = batchesOf(missing, answerer.batch);
  let done = 0;
  let costUsd = 0;
  let failure: { error: unknown } | null = null;

  const askBatch = async (batch: readonly Permuted[]): Promise<void> => {
    const from = context.now();
    const answers = await answerer.answer(batch.map(({ example }) => example));
    const sharedMs = (context.now() - from) / batch.length;
    const predictions = batch.map((asked, i): Prediction => {
      const request = requests.get(keyOfAsked(asked))!;
      const before = held.get(keyOfAsked(asked));
      const earlier = before?.request === request ? before.attempt : 0;
      return makePrediction(system, asked, answers[i]!, {
        request,
        sharedMs,
        at: context.now(),
        earlier,
      });
    });
    await output.append(predictions);
    context.onPoint?.("predict:batch");
    for (const prediction of predictions) {
      held.set(keyOf(prediction), prediction);
      costUsd += prediction.costUsd;
    }
    done += batch.length;
    const spent = costUsd > 0 ? `, $${costUsd.toFixed(4)}` : "";
    const { task } = batch[0]!.example;
    context.log.progress(`${system.name}: ${done}/${missing.length} answers (${task})${spent}`);
  };
  const work = async (): Promise<void> => {
    while (failure === null) {
      const { value: batch, done: isLast } = batches.next();
      if (isLast) return;
      try {
        stopIfAborted(context.signal);
        await askBatch(batch);
        const halted = answerer.halted?.();
        if (halted) throw halted;
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: answerer.calls ?? 1 }, work));
  } finally {
    await answerer.close();
  }
  // Assigned in a closure, which the compiler does not follow.
  const first = failure as { error: unknown } | null;
  if (first !== null) throw first.error;
  return costUsd;
}

function makePrediction(
  system: System,
  { example, perm }: Permuted,
  answer: Answer,
  asked: { request: string; sharedMs: number; at: number; earlier: number },
): Prediction {
  const { tokensIn, tokensOut, costUsd, latencyMs, attempts, note, ...said } = answer;
  return {
    example: example.id,
    system: system.name,
    perm,
    request: asked.request,
    ...said,
    tokensIn,
    tokensOut,
    latencyMs: Math.round((latencyMs ?? asked.sharedMs) * 1000) / 1000,
    costUsd,
    model: system.model,
    at: asked.at,
    attempt: asked.earlier + (attempts ?? 1),
    ...(note === undefined ? {} : { note }),
  };
}

/** Hash of what is asked: the model's identity and the question. */
export async function requestOf(system: System, example: Example): Promise<string> {
  return hashRequest(system.identity, await system.question(example));
}

/** The hash that a prediction keeps of a question and of the identity of the system that was asked. */
export function hashRequest(identity: string, question: unknown): string {
  return hashOf({ identity, question });
}

/** Batches of one task each, in the order given. */
function* batchesOf(asked: readonly Permuted[], size: number): Generator<Permuted[]> {
  for (const task of new Set(asked.map(({ example }) => example.task))) {
    const same = asked.filter(({ example }) => example.task === task);
    for (let start = 0; start < same.length; start += size) yield same.slice(start, start + size);
  }
}

function stopIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new InterruptedError("stopped while asking for predictions", {
    code: "interrupted",
    next: "Run the same command again; it asks only for what is missing.",
  });
}
