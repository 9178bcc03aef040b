// The worker thread of a build: takes batches of timelines, gives back the bytes of their examples.

import { parentPort, workerData } from "node:worker_threads";
import { RectuneError, type ErrorDetail } from "../base/errors.ts";
import { shareCompileCache } from "../base/package-root.ts";
import type { TimelineBatch } from "../log/split/timeline.ts";
import type { RangeResult, RangeSetting } from "./build-range.ts";

/** Main thread to worker: the setting once, then batches. */
export type RangeOrder =
  | { kind: "setting"; setting: RangeSetting }
  | { kind: "batch"; index: number; batch: TimelineBatch; spares: ArrayBuffer[] };
/** Worker to main thread. Errors cross as plain data: a clone would lose their class. */
export type RangeReply =
  | { kind: "done"; index: number; result: RangeResult }
  | { kind: "usage"; what: string; detail: ErrorDetail }
  | { kind: "fault"; what: string; stack: string };

const port = parentPort;
if (port) {
  shareCompileCache(workerData);
  const { makeRangeBuilder } = await import("./build-range.ts");
  let build: ReturnType<typeof makeRangeBuilder>;
  port.on("message", (order: RangeOrder) => {
    if (order.kind === "setting") {
      build = makeRangeBuilder(order.setting);
      return;
    }
    const reply = answer(order.index, () => build(order.batch, order.spares));
    const transfer =
      reply.kind === "done"
        ? Object.values(reply.result.bytes).map((bytes) => bytes.buffer as ArrayBuffer)
        : [];
    port.postMessage(reply, transfer);
  });
}

function answer(index: number, build: () => RangeResult): RangeReply {
  try {
    return { kind: "done", index, result: build() };
  } catch (error) {
    if (error instanceof RectuneError) {
      const { code, where, next } = error;
      const detail = { code, ...(where ? { where } : {}), ...(next ? { next } : {}) };
      return { kind: "usage", what: plainMessage(error), detail };
    }
    const { message, stack } = error as Error;
    return { kind: "fault", what: message, stack: stack ?? "" };
  }
}

/** The message without the place before and the advice behind it, which its fields carry. */
function plainMessage({ message, where, next }: RectuneError): string {
  const from = where ? where.length + 2 : 0;
  const to = next ? message.length - next.length - 3 : message.length;
  return message.slice(from, to);
}
