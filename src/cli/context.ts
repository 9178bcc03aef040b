// The context of an invocation, made from the process: the only place that reads the environment, the working folder
// and signals.

import { availableParallelism } from "node:os";
import { createInterface } from "node:readline/promises";
import { UsageError } from "../base/errors.ts";
import { prettyJson } from "../base/json.ts";
import type { Context, Logger } from "../base/logger.ts";
import type { GlobalFlags, Output } from "./command.ts";

/** Flags as commander parsed them. */
export type RawFlags = {
  json?: boolean;
  set?: string[];
  limit?: number;
  seed?: number;
  threads?: number;
  ifExists?: GlobalFlags["ifExists"];
  stateDir?: string;
  quiet?: boolean;
  verbose?: boolean;
  debug?: boolean;
};

const progressEveryMs = 10_000;

export function makeFlags(raw: RawFlags): GlobalFlags {
  return {
    json: raw.json ?? false,
    set: [...(raw.set ?? []), ...(raw.seed === undefined ? [] : [`seed=${raw.seed}`])],
    limit: raw.limit,
    threads: raw.threads ?? defaultThreads(),
    ifExists: raw.ifExists ?? "ask",
  };
}

export function makeContext(raw: RawFlags): Context {
  const kill = process.env["RECTUNE_TEST_KILL"];
  return {
    fetch: globalThis.fetch,
    env: process.env,
    now: () => Date.now(),
    log: makeLogger(raw),
    signal: listenForStop(),
    cwd: process.cwd(),
    threads: raw.threads ?? defaultThreads(),
    ...(raw.stateDir === undefined ? {} : { stateDir: raw.stateDir }),
    ...(kill === undefined
      ? {}
      : { onPoint: (name) => void (name === kill && process.kill(process.pid, "SIGKILL")) }),
  };
}

export function makeOutput(raw: RawFlags): Output {
  return {
    data: (line) => void process.stdout.write(`${line}\n`),
    json: (document) => void process.stdout.write(prettyJson(document)),
    note: (line) => {
      if (raw.quiet) return;
      clearProgress();
      process.stderr.write(`${line}\n`);
    },
    confirm(question) {
      if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      return terminal
        .question(`${question} [y/N] `)
        .then((answer) => /^(y|yes)$/i.test(answer.trim()))
        .finally(() => terminal.close());
    },
  };
}

/** Prints an error for people: its code, where, what, what next; the stack with --debug alone. */
export function printError(error: unknown, debug: boolean): void {
  clearProgress();
  const known = error instanceof Error ? error : new Error(String(error));
  const { code: held } = known as { code?: unknown };
  const system = (known as NodeJS.ErrnoException).syscall !== undefined;
  const code = typeof held === "string" ? held : "internal";
  const label = paint(`error[${code}]`, "31");
  process.stderr.write(`${label}: ${known.message}\n`);
  if (code === "internal" && !debug)
    process.stderr.write("  This is a fault of rectune; --debug shows where.\n");
  if (code === "interrupted")
    process.stderr.write("  Run the same command again; what is complete is used again.\n");
  if (system && code === "ENOSPC") process.stderr.write("  Free some space, then run it again.\n");
  if (!debug) return;
  for (let cause: unknown = known; cause instanceof Error; cause = cause.cause)
    process.stderr.write(`${cause.stack}\n`);
  if (typeof known.cause === "string") process.stderr.write(`${known.cause}\n`);
}

/** An integer flag. @throws UsageError naming the flag. */
export function integerFlag(name: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new UsageError(`not a whole number from ${least} on: ${text}`, {
      code: "flag-value",
      where: name,
    });
  };
}

function defaultThreads(): number {
  return Math.min(8, availableParallelism());
}

let progressShown = false;

function clearProgress(): void {
  if (progressShown) process.stderr.write("\r\u001b[K");
  progressShown = false;
}

function makeLogger(raw: RawFlags): Logger {
  const loud = raw.verbose === true || raw.debug === true;
  const print = (text: string): void => {
    clearProgress();
    process.stderr.write(`${text}\n`);
  };
  let lastMs = Date.now();
  return {
    debug: (message) => void (loud && print(message)),
    info: (message) => void (!raw.quiet && print(message)),
    warn: (message) => print(`${paint("warning", "33")}: ${message}`),
    progress(message) {
      if (raw.quiet) return;
      if (process.stderr.isTTY) {
        process.stderr.write(`\r\u001b[K${message.slice(0, (process.stderr.columns || 80) - 1)}`);
        progressShown = true;
      } else if (Date.now() - lastMs >= progressEveryMs) {
        lastMs = Date.now();
        print(message);
      }
    },
  };
}

function paint(text: string, colour: string): string {
  const noColour = process.env["NO_COLOR"];
  return process.stderr.isTTY && (noColour === undefined || noColour === "")
    ? `\u001b[${colour}m${text}\u001b[0m`
    : text;
}

function listenForStop(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    clearProgress();
    process.stderr.write("stopping; once more stops at once\n");
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}
