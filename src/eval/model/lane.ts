// The way to one server with one key: how many requests may be under way, learnt by additive increase, multiplicative
// decrease (Chiu and Jain 1989), as TCP does: halved where the server says 429, one more after each round that went well.

import { setTimeout as sleep } from "node:timers/promises";
import { InterruptedError } from "../../base/errors.ts";

/** A place in the lane; given back with how it went. */
export type Place = {
  leave(how: "ok" | "failed" | "slow-down", waitMs?: number): void;
};

export type Lane = {
  /** Waits for a place. @throws InterruptedError once the signal is aborted. */
  enter(): Promise<Place>;
  /** Requests that may be under way now. */
  limit(): number;
  /** Lets the limit grow up to `most`, if it may not already. */
  widen(most: number): void;
};

/** A lane for at most `width` requests at a time. */
export function makeLane(
  width: number,
  { now, signal }: { now: () => number; signal: AbortSignal },
): Lane {
  const waiting: { admit: (place: Place) => void; refuse: (error: Error) => void }[] = [];
  let most = width;
  let limit = width;
  let underWay = 0;
  let wentWell = 0;
  let era = 0;
  let pausedUntil = 0;
  let timer: NodeJS.Timeout | null = null;

  const makePlace = (): Place => {
    const entered = era;
    underWay++;
    return {
      leave(how, waitMs = 0) {
        underWay--;
        if (how === "ok" && ++wentWell >= limit) {
          limit = Math.min(most, limit + 1);
          wentWell = 0;
        }
        // A burst of refusals to requests of one round is one sign, not many.
        if (how === "slow-down" && entered === era) {
          limit = Math.max(1, Math.floor(limit / 2));
          wentWell = 0;
          era++;
        }
        if (how === "slow-down") pausedUntil = Math.max(pausedUntil, now() + waitMs);
        admitNext();
      },
    };
  };
  const admitNext = (): void => {
    const waitMs = pausedUntil - now();
    if (waitMs > 0 && waiting.length > 0) {
      timer ??= setTimeout(() => {
        timer = null;
        admitNext();
      }, waitMs);
      return;
    }
    while (underWay < limit && waiting.length > 0) waiting.shift()!.admit(makePlace());
  };
  signal.addEventListener("abort", () => {
    if (timer) clearTimeout(timer);
    for (const { refuse } of waiting.splice(0)) refuse(interrupted());
  });
  return {
    limit: () => limit,
    widen(wider) {
      if (wider <= most) return;
      // What 429 has taught stays: a lane that was narrowed grows a place at a time.
      if (limit === most) limit = wider;
      most = wider;
      admitNext();
    },
    enter: () =>
      new Promise((admit, refuse) => {
        if (signal.aborted) return refuse(interrupted());
        waiting.push({ admit, refuse });
        admitNext();
      }),
  };
}

/**
 * One model's view of a lane that several share: what 429 teaches holds for all of them, and this one has at most
 * `most` requests under way.
 */
export function shareLane(
  shared: Lane,
  most: number,
  clock: { now: () => number; signal: AbortSignal },
): Lane {
  shared.widen(most);
  const own = makeLane(most, clock);
  return {
    limit: () => Math.min(own.limit(), shared.limit()),
    widen: (wider) => own.widen(wider),
    async enter() {
      const turn = await own.enter();
      const place = await shared.enter().catch((error: unknown) => {
        turn.leave("failed");
        throw error;
      });
      return {
        leave(how, waitMs) {
          turn.leave("ok");
          place.leave(how, waitMs);
        },
      };
    },
  };
}

/** Waits. @throws InterruptedError once the signal is aborted. */
export async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  await sleep(waitMs, undefined, { signal }).catch(() => {
    throw interrupted();
  });
}

function interrupted(): InterruptedError {
  return new InterruptedError("stopped while asking for predictions", {
    code: "interrupted",
    next: "Run the same command again; it asks only for what is missing.",
  });
}
