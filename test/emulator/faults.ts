// What goes wrong with a request, by a script: each entry waits for its request, and is used up by it.

/** before: nothing happened; accept: it happened and the answer is lost or wrong. */
export const faultKinds = [
  "error-before",
  "conflict",
  "rate-limit",
  "drop-before",
  "accept-drop",
  "accept-hang",
  "error-after",
  "conflict-after",
  "truncated",
  "twice",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Fault = {
  /** Method and path as the emulator routes it, e.g. "POST /fine_tuning/jobs". */
  on: string;
  kind: FaultKind;
  /** Matching requests that pass first; default 0. */
  after?: number;
  /** Requests that it strikes; default 1. */
  times?: number;
};

export type FaultScript = {
  /** The fault of a request, used up by it; null for none. */
  take(route: string): FaultKind | null;
  replace(faults: readonly Fault[]): void;
  /** Faults that still wait. */
  left(): Fault[];
};

/** A script; entries for one route strike in order. */
export function makeFaults(faults: readonly Fault[] = []): FaultScript {
  let waiting: Required<Fault>[] = [];
  const replace = (next: readonly Fault[]): void => {
    waiting = next.map((fault) => ({ after: 0, times: 1, ...fault }));
  };
  replace(faults);
  return {
    replace,
    left: () => waiting,
    take(route) {
      const fault = waiting.find(({ on }) => on === route);
      if (!fault) return null;
      if (fault.after > 0) {
        fault.after--;
        return null;
      }
      if (--fault.times <= 0) waiting = waiting.filter((held) => held !== fault);
      return fault.kind;
    },
  };
}

/** Reads `KIND@METHOD /path`, with `*N` for N times and `+N` to let N pass: "accept-drop@POST /fine_tuning/jobs". */
export function parseFault(text: string): Fault | null {
  const match = /^([a-z-]+)(?:\*(\d+))?(?:\+(\d+))?@([A-Z]+ \/\S+)$/.exec(text);
  const kind = faultKinds.find((held) => held === match?.[1]);
  if (!match || !kind) return null;
  return { on: match[4]!, kind, times: Number(match[2] ?? 1), after: Number(match[3] ?? 0) };
}
