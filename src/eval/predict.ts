// Asks a system for its predictions and keeps every answer: what the file holds for the same request is not asked again,
// so that a killed eval goes on where it was, and a changed model or prompt is asked anew.

import { InterruptedError } from "../base/errors.ts";
import { hashOf } from "../base/ids.ts";
import type { Context } from "../base/logger.ts";
import type { Example } from "../dataset/task/types.ts";
import { openPredictions } from "./prediction-file.ts";
import type { System } from "./system.ts";
import type { Prediction } from "./types.ts";

export type PredictResult = {
  /** One prediction an example that the system answers, in the order of the examples. */
  predictions: Prediction[];
  asked: number;
  kept: number;
};

/**
 * Predictions of one system for those of `examples` whose task it answers; new ones are appended to `file`, batch by
 * batch, each on disk before the next is asked.
 * @throws InterruptedError when the signal is aborted; the same call goes on from there. DataError for a broken file.
 */
export async function predictSystem(
  system: System,
  examples: readonly Example[],
  file: string,
  context: Pick<Context, "now" | "signal" | "log" | "onPoint">,
): Promise<PredictResult> {
  const fitting = examples.filter((example) => system.tasks.includes(example.task));
  const output = await openPredictions(file);
  try {
    const held = new Map(output.held.map((prediction) => [prediction.example, prediction]));
    const requests = new Map<string, string>();
    for (const example of fitting) requests.set(example.id, await requestOf(system, example));
    const missing = fitting.filter((example) => {
      const prediction = held.get(example.id);
      return prediction?.request !== requests.get(example.id) || prediction?.outcome === "error";
    });
    const answerer = missing.length > 0 ? await system.open() : null;
    try {
      let done = 0;
      for (const batch of batchesOf(missing, answerer?.batch ?? 1)) {
        stopIfAborted(context.signal);
        const from = context.now();
        const answers = await answerer!.answer(batch);
        const latencyMs = (context.now() - from) / batch.length;
        const predictions = batch.map((example, i): Prediction => {
          const { tokensIn, tokensOut, costUsd, ...said } = answers[i]!;
          const request = requests.get(example.id)!;
          const before = held.get(example.id);
          return {
            example: example.id,
            system: system.name,
            perm: 0,
            request,
            ...said,
            tokensIn,
            tokensOut,
            latencyMs: Math.round(latencyMs * 1000) / 1000,
            costUsd,
            model: system.model,
            at: context.now(),
            attempt: before?.request === request ? before.attempt + 1 : 1,
          };
        });
        await output.append(predictions);
        context.onPoint?.("predict:batch");
        for (const prediction of predictions) held.set(prediction.example, prediction);
        done += batch.length;
        const task = batch[0]!.task;
        context.log.progress(`${system.name}: ${done}/${missing.length} answers (${task})`);
      }
    } finally {
      await answerer?.close();
    }
    return {
      predictions: fitting.map((example) => held.get(example.id)!),
      asked: missing.length,
      kept: fitting.length - missing.length,
    };
  } finally {
    await output.close();
  }
}

/** Hash of what is asked: the model's identity and the question. */
export async function requestOf(system: System, example: Example): Promise<string> {
  return hashOf({ identity: system.identity, question: await system.question(example) });
}

/** Batches of one task each, in the order of the examples. */
function* batchesOf(examples: readonly Example[], size: number): Generator<Example[]> {
  for (const task of new Set(examples.map((example) => example.task))) {
    const same = examples.filter((example) => example.task === task);
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
