// A pool of array engines over worker threads. Rows of a batch are cut into a fixed number of shards whose gradients
// are summed in shard order, so that the result does not depend on the number of threads.

import { Worker } from "node:worker_threads";
import { threadEntry } from "../../base/package-root.ts";
import type { Batch } from "./batch.ts";
import type { EngineReply, EngineRequest } from "./engine-worker.ts";
import { parameterCount, type Shape } from "./shape.ts";

/** Parts a training batch is cut into; also the most threads that help. */
export const shardCount = 2;

export type EnginePool = {
  shape: Shape;
  /** The weights that every engine reads; write only between calls. */
  weights: Float32Array<SharedArrayBuffer>;
  /** Sum of shard gradients in `gradient`; mean loss per learned token. */
  gradient(
    shards: readonly Batch[],
    gradient: Float32Array,
  ): Promise<{ loss: number; tokens: number }>;
  logits(batch: Batch): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
};

export function openEnginePool(shape: Shape, threads: number): EnginePool {
  const count = parameterCount(shape);
  const weights = new Float32Array(new SharedArrayBuffer(count * 4));
  const waiting = new Map<
    number,
    { resolve: (reply: EngineReply) => void; reject: (error: Error) => void }
  >();
  let nextId = 0;
  const entry = threadEntry("job/micro/engine-worker");
  const workers = Array.from({ length: Math.max(1, Math.min(threads, shardCount)) }, () => {
    const worker = new Worker(entry, { workerData: { shape, weights: weights.buffer } });
    worker.on("message", (reply: EngineReply) => {
      const held = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (reply.kind === "failed") held?.reject(new Error(`array engine: ${reply.message}`));
      else held?.resolve(reply);
    });
    worker.on("error", (error) => {
      for (const held of waiting.values()) held.reject(error as Error);
      waiting.clear();
    });
    return worker;
  });
  const shared = Array.from(
    { length: shardCount },
    () => new Float32Array(new SharedArrayBuffer(count * 4)),
  );
  let turn = 0;

  const ask = (worker: Worker, request: EngineRequest): Promise<EngineReply> =>
    new Promise((resolve, reject) => {
      waiting.set(request.id, { resolve, reject });
      worker.postMessage(request);
    });
  return {
    shape,
    weights,
    async gradient(shards, gradient) {
      const replies = await Promise.all(
        shards.map((batch, i) =>
          ask(workers[i % workers.length]!, {
            id: nextId++,
            kind: "gradient",
            batch,
            into: shared[i]!.buffer,
          }),
        ),
      );
      let loss = 0;
      let tokens = 0;
      for (const reply of replies) {
        if (reply.kind !== "gradient") continue;
        loss += reply.loss;
        tokens += reply.weight;
      }
      const scale = 1 / Math.max(1, tokens);
      for (let i = 0; i < count; i++) {
        let sum = 0;
        for (let s = 0; s < shards.length; s++) sum += shared[s]![i]!;
        gradient[i] = sum * scale;
      }
      return { loss: loss * scale, tokens };
    },
    async logits(batch) {
      const reply = await ask(workers[turn++ % workers.length]!, {
        id: nextId++,
        kind: "logits",
        batch,
      });
      if (reply.kind !== "logits") throw new Error("array engine: expected logits");
      return reply.logits;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
