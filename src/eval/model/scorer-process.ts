// The batch scorer (jobs/trainer/score.py) as a child: prompts go in as JSON lines, answers come back by id. It has a
// process group of its own, so that Ctrl-C ends the eval between batches and not the scorer within one.

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { z } from "zod";
import { RectuneError } from "../../base/errors.ts";
import type { Message } from "../../dataset/task/types.ts";

export type ScorerAsk = { messages: Message[]; choices: string[] | null; maxTokens: number };

const answerShape = z.object({
  id: z.string(),
  text: z.string(),
  finish: z.enum(["stop", "length"]),
  tokensIn: z.int().nonnegative(),
  tokensOut: z.int().nonnegative(),
  logprobs: z.array(z.number()).nullable(),
  latencyMs: z.number().nonnegative(),
});
const failureShape = z.object({ id: z.string(), error: z.string() });
const readyShape = z.looseObject({ event: z.literal("ready") });
const lineShape = z.union([readyShape, failureShape, answerShape]);

/** An answer, or why this prompt got none. */
export type ScorerAnswer = z.infer<typeof answerShape> | { id: string; error: string };

export type Scorer = {
  /** One answer a prompt, in order. @throws RectuneError `scorer-ended` once the process is gone. */
  ask(prompts: readonly ScorerAsk[]): Promise<ScorerAnswer[]>;
  close(): Promise<void>;
};

/** How much of what the process says on stderr is kept for messages. */
const keptLines = 12;
const closeMs = 10_000;

/** Starts a scorer and waits until its model is loaded. @throws RectuneError with its last words when it never is. */
export async function startScorer(
  command: readonly [string, ...string[]],
  { env, model }: { env: Record<string, string>; model: string },
): Promise<Scorer> {
  const [program, ...args] = command;
  const child = spawn(program, args, { env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const words: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.trim() !== "") words.push(line);
    if (words.length > keptLines) words.shift();
  });
  const waiting = new Map<string, (answer: ScorerAnswer) => void>();
  let refuse: (error: Error) => void = () => undefined;
  let failure: Error | null = null;
  const fail = (what: string): void => {
    failure ??= endedError(what, model, words);
    refuse(failure);
  };
  const gone = new Promise<void>((resolve) => {
    child.once("close", (code, signal) => {
      fail(`the scorer ended (${signal ?? `exit ${code}`})`);
      resolve();
    });
    child.once("error", (error) => {
      fail(`the scorer could not be started: ${error.message}`);
      resolve();
    });
  });
  // Written to a process that just died: what matters is told when it closes.
  child.stdin.on("error", () => undefined);
  let told: () => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    told = resolve;
    refuse = reject;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const read = readLine(line);
    if (read === null) return fail(`the scorer said what is no answer: ${line.slice(0, 200)}`);
    if ("event" in read) return told();
    waiting.get(read.id)?.(read);
    waiting.delete(read.id);
  });
  const close = (): Promise<void> => closeChild(child, gone);
  try {
    await ready;
  } catch (error) {
    await close();
    throw error;
  }

  let count = 0;
  return {
    async ask(prompts) {
      if (failure !== null) throw failure;
      const answers = new Promise<ScorerAnswer[]>((resolve, reject) => {
        refuse = reject;
        const asked = prompts.map((prompt) => {
          const id = String(count++);
          const answer = new Promise<ScorerAnswer>((come) => waiting.set(id, come));
          child.stdin.write(`${JSON.stringify({ id, ...prompt })}\n`);
          return answer;
        });
        // An empty line: nothing more comes before these are answered.
        child.stdin.write("\n");
        void Promise.all(asked).then(resolve);
      });
      return answers;
    },
    close,
  };
}

function readLine(line: string): z.infer<typeof lineShape> | null {
  try {
    const parsed = lineShape.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

async function closeChild(
  child: ChildProcessWithoutNullStreams,
  gone: Promise<void>,
): Promise<void> {
  child.stdin.end();
  const timer = setTimeout(() => killGroup(child), closeMs);
  await gone;
  clearTimeout(timer);
}

function killGroup(child: ChildProcessWithoutNullStreams): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // ended by itself meanwhile
  }
}

function endedError(what: string, model: string, words: readonly string[]): RectuneError {
  const said = words.length === 0 ? "" : `; its last words:\n  ${words.join("\n  ")}`;
  return new RectuneError(`${what}${said}`, {
    code: "scorer-ended",
    where: model,
    next: "The answers so far are kept: the same command asks only for what is missing.",
  });
}
