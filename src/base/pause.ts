// Waiting that can be cut short, by a clock that a context may lend.

import { setTimeout as wait } from "node:timers/promises";
import type { Context } from "./logger.ts";

/** Waits by the context's clock, or returns early when its signal aborts. */
export async function pause(
  ms: number,
  { signal, sleep }: Pick<Context, "signal" | "sleep">,
): Promise<void> {
  if (sleep) return sleep(ms, signal);
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
