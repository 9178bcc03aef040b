// A request that is not given up at the first failure: it takes its turn in the lane and its share of the budget, waits
// as the server asks, and is sent again at most so many times. The same failure again and again stops the asking.

import { RemoteError, type RectuneError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { rngFor } from "../../base/rng.ts";
import type { Budget } from "./budget.ts";
import { readChatAnswer, type ChatAnswer, type SendChat, type WireBody } from "./chat.ts";
import { CallFailure, failureOfNetwork, longestWaitMs, type Failure } from "./failure.ts";
import { pause, type Lane } from "./lane.ts";

export type CallOptions = {
  send: SendChat;
  lane: Lane;
  budget: Budget | null;
  retries: number;
  sameErrors: number;
  timeoutMs: number;
  /** The first wait between tries; doubled each time. */
  backoffMs: number;
  /** What the server is called in errors. */
  server: string;
  context: Pick<Context, "now" | "signal">;
  /** Takes secrets out of a text. */
  hide: (text: string) => string;
};

/** One request to make. */
export type CallRequest = {
  /** The body as it should be sent now; asked for before each try. */
  body: () => WireBody;
  /** Most dollars that one try can cost. */
  mostUsd: number;
  costOf: (answer: ChatAnswer) => number;
  /** Whether the body is another after this failure, so that a refused one may be sent again. */
  adapt: (failure: Failure, sent: WireBody) => boolean;
  /** Keys the jitter of the waits. */
  key: string;
};

export type CallResult = {
  /** Null where every try failed. */
  answer: ChatAnswer | null;
  /** Failures on the way, in order. */
  failures: Failure[];
  attempts: number;
  latencyMs: number;
  /** Until the first piece of text; where the answer was streamed. */
  firstTokenMs?: number;
};

export type Caller = {
  /** @throws InterruptedError, RefusedError of the budget, and what `halted` gives once it gives something. */
  call(request: CallRequest): Promise<CallResult>;
  halted(): RectuneError | null;
};

/** 429 says that nothing was done; it is sat out longer than failures are. */
const slowDowns = 20;
const longestBackoffMs = 30_000;

/** A caller for one model. */
export function makeCaller(options: CallOptions): Caller {
  const { retries, sameErrors, backoffMs, server, context, hide } = options;
  let stopped: RectuneError | null = null;
  let last = { kind: "", count: 0 };

  const giveUp = (failure: Failure): void => {
    last = { kind: failure.kind, count: last.kind === failure.kind ? last.count + 1 : 1 };
    if (failure.action === "stop") stopped ??= stopError(server, failure, 1, hide);
    else if (last.count >= sameErrors) stopped ??= stopError(server, failure, last.count, hide);
  };

  async function call(request: CallRequest): Promise<CallResult> {
    const failures: Failure[] = [];
    const tries = { failed: 0, slowed: 0, adapted: 0 };
    for (let attempts = 1; ; attempts++) {
      const result = await tryOnce(options, request, () => stopped);
      if ("answer" in result) {
        last = { kind: "", count: 0 };
        return { ...result, failures, attempts };
      }
      const { failure, sent } = result;
      failures.push(failure);
      if (failure.action === "give-up" && tries.adapted++ < 4 && request.adapt(failure, sent)) {
        failures.pop();
        continue;
      }
      const isSlowDown = failure.action === "slow-down";
      const canRetry =
        isSlowDown || failure.action === "retry"
          ? isSlowDown
            ? tries.slowed++ < slowDowns
            : tries.failed++ < retries
          : false;
      if (!canRetry) {
        giveUp(failure);
        return { answer: null, failures, attempts, latencyMs: result.latencyMs };
      }
      const step = Math.min(longestBackoffMs, backoffMs * 2 ** (tries.failed + tries.slowed - 1));
      // Between half the step and the whole, so that those who failed together do not come back together.
      const jitter = 0.5 + rngFor("backoff", request.key, attempts).next() / 2;
      const asked = Math.min(failure.retryAfterMs ?? 0, longestWaitMs);
      await pause(Math.max(asked, step * jitter), context.signal);
    }
  }
  return { call, halted: () => stopped };
}

type Try = { latencyMs: number; firstTokenMs?: number } & (
  | { answer: ChatAnswer }
  | { failure: Failure; sent: WireBody }
);

async function tryOnce(
  { send, lane, budget, timeoutMs, context }: CallOptions,
  request: CallRequest,
  halted: () => RectuneError | null,
): Promise<Try> {
  const place = await lane.enter();
  const pay = await holdOf(budget, request.mostUsd).catch((error: unknown) => {
    place.leave("failed");
    throw error;
  });
  const stop = halted();
  if (stop) {
    place.leave("failed");
    pay(0);
    throw stop;
  }
  const sent = request.body();
  const from = context.now();
  // Ctrl-C does not cut off what is under way: it is paid for, and its answer is kept.
  const timeout = AbortSignal.timeout(timeoutMs);
  let firstTokenMs: number | undefined;
  const onToken = (): void => {
    firstTokenMs ??= context.now() - from;
  };
  try {
    const answer = readChatAnswer(await send(sent, timeout, onToken));
    place.leave("ok");
    pay(request.costOf(answer));
    const streamed = firstTokenMs === undefined ? {} : { firstTokenMs };
    return { answer, latencyMs: context.now() - from, ...streamed };
  } catch (error) {
    const failure =
      error instanceof CallFailure && !timeout.aborted
        ? error.failure
        : failureOfNetwork(error, timeout.aborted);
    place.leave(failure.action === "slow-down" ? "slow-down" : "failed", failure.retryAfterMs ?? 0);
    pay(failure.mayCost ? request.mostUsd : 0);
    return { failure, sent, latencyMs: context.now() - from };
  }
}

async function holdOf(budget: Budget | null, mostUsd: number): Promise<(paidUsd: number) => void> {
  return budget === null ? () => {} : budget.hold(mostUsd);
}

function stopError(
  server: string,
  { kind, message }: Failure,
  count: number,
  hide: (text: string) => string,
): RemoteError {
  const said = hide(message);
  const what = count > 1 ? `${count} requests in a row failed alike: ${said}` : said;
  const isAuth = /^http-40[13]/.test(kind);
  return new RemoteError(what, {
    code: isAuth ? "model-refused" : "model-failing",
    where: server,
    next: isAuth
      ? "Check the key and what it may use; then run the same command again: it asks only for what is missing."
      : "Once the server is well, run the same command again: it asks only for what is missing or failed.",
  });
}
