// The logger and the context that every library call takes; the library itself never prints and never reads globals.

import type { Rng } from "./rng.ts";

export type Logger = {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** Progress of a long step; shown in place on a TTY, else at most one line every 10 s. */
  progress(message: string): void;
};

/** What the outside world lends to a library call. */
export type Context = {
  fetch: typeof fetch;
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Logger;
  signal: AbortSignal;
  /** Folder that relative state (`.rectune/`, `runs/`) is found from. */
  cwd: string;
  /** `.rectune` folder to use instead of the nearest one upward from cwd. */
  stateDir?: string;
  /** Worker threads for building and training; defaults to the machine's cores, at most 8. */
  threads: number;
  /** Called at named points of durable work; crash tests end the process there. */
  onPoint?: (name: string) => void;
  /** Waits, or returns early when the signal aborts; default is the machine's clock. Tests have a clock of their own. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Who this process is and which others live; default is the machine's table. Tests play several processes in one. */
  processes?: { self: string; isAlive: (name: string) => boolean };
};

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, progress() {} };

/** A context for library users and tests: no environment, silent, never aborted. */
export function plainContext(overrides: Partial<Context> = {}): Context {
  return {
    fetch: globalThis.fetch,
    env: {},
    now: () => Date.now(),
    log: silentLogger,
    signal: new AbortController().signal,
    cwd: ".",
    threads: 2,
    ...overrides,
  };
}

export type { Rng };
