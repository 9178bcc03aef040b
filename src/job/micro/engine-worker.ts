// Worker-thread side of the engine pool: one array engine each, weights and gradients in shared memory.

import { parentPort, workerData } from "node:worker_threads";
import type { Batch } from "./batch.ts";
import { makeEngine } from "./engine.ts";
import type { Shape } from "./shape.ts";

export type EngineRequest =
  | { id: number; kind: "gradient"; batch: Batch; into: SharedArrayBuffer }
  | { id: number; kind: "logits"; batch: Batch };

export type EngineReply =
  | { id: number; kind: "gradient"; loss: number; weight: number }
  | { id: number; kind: "logits"; logits: Float32Array<ArrayBuffer> }
  | { id: number; kind: "failed"; message: string };

const { shape, weights } = workerData as { shape: Shape; weights: SharedArrayBuffer };
const flat = new Float32Array(weights);
const engine = makeEngine(shape);

async function answer(request: EngineRequest): Promise<EngineReply> {
  try {
    if (request.kind === "gradient") {
      const result = await engine.gradient(flat, request.batch, new Float32Array(request.into));
      return { id: request.id, kind: "gradient", ...result };
    }
    const logits = new Float32Array(await engine.logits(flat, request.batch));
    return { id: request.id, kind: "logits", logits };
  } catch (error) {
    return {
      id: request.id,
      kind: "failed",
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

let queue: Promise<void> = Promise.resolve();
parentPort!.on("message", (request: EngineRequest) => {
  queue = queue.then(async () => {
    const reply = await answer(request);
    parentPort!.postMessage(reply, reply.kind === "logits" ? [reply.logits.buffer] : []);
  });
});
