// What the Python trainer says: JSON objects, one a line, among whatever its libraries print. Read from the log that a
// job writes, from where the last look ended.

import { open } from "node:fs/promises";
import { z } from "zod";
import { readKeyedFile } from "./keyed-file.ts";
import { packagesAdvice } from "./local-child.ts";
import type { Progress } from "./types.ts";

const number = z.number().nullish().catch(null);
const stepShape = z.looseObject({
  event: z.enum(["start", "progress"]),
  step: z.int().nonnegative(),
  steps: z.int().nonnegative(),
  loss: number,
  rate: number,
  tokensPerSecond: number,
});
const doneShape = z.looseObject({
  event: z.literal("done"),
  steps: number,
  tokens: number,
  pushed: z.looseObject({ repo: z.string(), revision: z.string() }).nullish().catch(null),
});
const errorShape = z.looseObject({ event: z.literal("error"), message: z.string() });

export type TrainerEvent =
  | { kind: "start" | "progress"; progress: Progress }
  | { kind: "error"; message: string };

/** The event in a line of the log, null for any other line. */
export function readEvent(line: string): TrainerEvent | null {
  const value = parseObject(line);
  const error = errorShape.safeParse(value);
  if (error.success) return { kind: "error", message: error.data.message };
  const parsed = stepShape.safeParse(value);
  if (!parsed.success) return null;
  const { event, step, steps, loss, rate, tokensPerSecond } = parsed.data;
  return {
    kind: event,
    progress: {
      phase: "tune",
      step,
      steps,
      loss: loss ?? null,
      rate: rate ?? null,
      tokensPerSecond: tokensPerSecond ?? null,
    },
  };
}

/** The progress that a line tells, null for any other line. */
export function progressOf(line: string): Progress | null {
  const event = readEvent(line);
  return event?.kind === "progress" ? event.progress : null;
}

/** Why the trainer stopped, where a line tells it. */
export function errorOf(line: string): string | null {
  const event = readEvent(line);
  return event?.kind === "error" ? event.message : null;
}

/** What the trainer's last line tells of its result. */
export type Done = {
  steps: number | null;
  tokens: number | null;
  pushed: { repo: string; revision: string } | null;
};

/** The result that a line tells, null for any other line. */
export function doneOf(line: string): Done | null {
  const parsed = doneShape.safeParse(parseObject(line));
  if (!parsed.success) return null;
  const { steps, tokens, pushed } = parsed.data;
  return { steps: steps ?? null, tokens: tokens ?? null, pushed: pushed ?? null };
}

/** The JSON object that a line is, null where it is none. */
export function parseObject(message: string): unknown {
  if (!message.startsWith("{")) return null;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return null;
  }
}

/** A growing log, read a piece at a time; a line that is not whole yet waits for its end. */
export function makeLogReader(path: string): { freshLines(): Promise<string[]> } {
  let at = 0;
  let rest = Buffer.alloc(0);
  return {
    async freshLines() {
      const fresh = await readFrom(path, at);
      at += fresh.length;
      const held = Buffer.concat([rest, fresh]);
      const end = held.lastIndexOf(10) + 1;
      rest = held.subarray(end);
      return end === 0 ? [] : held.toString("utf8", 0, end - 1).split("\n");
    },
  };
}

/** Steps that were not told by an earlier call. A run taken up from a checkpoint tells some again; so does this. */
export function makeStepReader(path: string): () => Promise<Progress[]> {
  const log = makeLogReader(path);
  return async () =>
    (await log.freshLines()).flatMap((line) => {
      const event = readEvent(line);
      return event && event.kind !== "error" && event.progress.step > 0 ? [event.progress] : [];
    });
}

/** The last progress of a log, and the error that ended it with its last lines. */
export async function readLogEnd(
  path: string,
): Promise<{ progress: Progress | null; error: string | null; lines: string[] }> {
  const text = (await readFrom(path, 0)).toString("utf8");
  const lines = text.split(/\r?\n|\r/).filter((line) => line.trim() !== "");
  const events = lines.map(readEvent);
  const last = events.findLast((event) => event !== null && event.kind !== "error");
  const error = events.findLast((event) => event?.kind === "error");
  return {
    progress: last?.progress ?? null,
    error: error?.kind === "error" ? error.message : null,
    lines: lines.filter((_, i) => events[i] === null).slice(-lastLines),
  };
}
const lastLines = 8;

/** Why a run without a result ended, for people. */
export async function reasonOf(path: string): Promise<string> {
  const { error, lines, progress } = await readLogEnd(path);
  const at = progress ? ` at step ${progress.step} of ${progress.steps}` : "";
  const said = error ?? `the trainer ended${at} without a word: killed, or out of memory`;
  const advice = /No module named/.test(said) ? [`  ${packagesAdvice}`] : [];
  return [said, ...advice, ...lines.map((line) => `  ${line}`), `  (${path})`].join("\n");
}

async function readFrom(path: string, offset: number): Promise<Buffer> {
  let handle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const resultShape = z.looseObject({
  runKey: z.string(),
  steps: z.int().nonnegative(),
  tokens: z.int().nonnegative(),
});
export type TrainerResult = z.infer<typeof resultShape>;

/** result.json of a finished run, null where it did not finish. @throws DataError for a file that is none. */
export function readTrainerResult(path: string, runKey: string): Promise<TrainerResult | null> {
  const accept = (value: unknown): TrainerResult | null =>
    resultShape.safeParse(value).data ?? null;
  return readKeyedFile(path, runKey, "result", accept);
}
