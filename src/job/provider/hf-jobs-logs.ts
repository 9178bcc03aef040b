// The log of a Hugging Face job as a stream that survives its connections: the package's `streamJobLogs` ends silently when
// one breaks and starts again from the first line, so lines that were seen are left out here.

import { RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { pause } from "../../base/pause.ts";
import type { Hub } from "./hf-jobs-hub.ts";
import { parseObject } from "./trainer-events.ts";

export type LogLine = { message: string; timestamp: Date };

/** Remembers what was told over all connections of one job's log. */
export class LogCursor {
  private told = 0;
  private first: string | null = null;
  private lastMs = Number.NEGATIVE_INFINITY;

  /** A filter for one connection: whether its next line is new. */
  connect(): (line: LogLine) => boolean {
    const before = this.told;
    const { lastMs } = this;
    let index = -1;
    let isReplay = true;
    return ({ message, timestamp }) => {
      index++;
      const id = `${timestamp.getTime()} ${message}`;
      this.first ??= id;
      if (index === 0) isReplay = id === this.first;
      // The log is sent from its start, so lines are known by their place; where its start was cut off, by their time.
      if (isReplay ? index < before : before > 0 && timestamp.getTime() <= lastMs) return false;
      this.told++;
      this.lastMs = Math.max(this.lastMs, timestamp.getTime() || this.lastMs);
      return true;
    };
  }
}

export type LogSetting = {
  /** Silence after which a connection counts as dead; the Hub sends a sign of life every 30 s. */
  idleMs: number;
};

/**
 * The new lines of one connection. It ends when the job does, when the connection breaks, stays silent, or the signal
 * aborts; which of them is for the job's status to tell.
 */
export async function* readConnection(
  { hub, hubUrl, token }: Hub,
  namespace: string,
  jobId: string,
  cursor: LogCursor,
  context: Context,
  { idleMs }: LogSetting,
): AsyncGenerator<LogLine> {
  const idle = new AbortController();
  const signal = AbortSignal.any([context.signal, idle.signal]);
  let timer = setTimeout(() => idle.abort(), idleMs);
  const stir = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => idle.abort(), idleMs);
  };
  const isNew = cursor.connect();
  try {
    const lines = hub.streamJobLogs({
      namespace,
      jobId,
      hubUrl,
      accessToken: token ?? "",
      fetch: (url, init) => context.fetch(url, { ...init, signal }),
    });
    let held: LogLine | null = null;
    for await (const line of lines) {
      stir();
      if (held !== null && isNew(held)) yield held;
      held = null;
      // What breaks off in the middle of an event is given out by the package as if it were a line.
      if (isCut(line)) held = line;
      else if (isNew(line)) yield line;
    }
  } catch (error) {
    // No answer, a broken connection, silence: the next look at the job decides. A refusal does not pass by itself.
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === 401 || statusCode === 403) {
      throw new RemoteError(`hf-jobs does not show the log of ${jobId} (HTTP ${statusCode})`, {
        code: "provider-auth",
        next: "Check the token and what it may do.",
      });
    }
    context.log.debug(`log of ${jobId}: ${String(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

function isCut({ message }: LogLine): boolean {
  return typeof message !== "string" || (message.startsWith("{") && parseObject(message) === null);
}

/**
 * All lines of a job's log, each once, until `isOver` says that the job has ended and its log was read to the end.
 * @throws RemoteError from `isOver`.
 */
export async function* readLog(
  hub: Hub,
  namespace: string,
  jobId: string,
  isOver: () => Promise<boolean>,
  context: Context,
  setting: LogSetting & { againMs: number },
): AsyncGenerator<LogLine> {
  const cursor = new LogCursor();
  for (let wasOver = false; !context.signal.aborted;) {
    yield* readConnection(hub, namespace, jobId, cursor, context, setting);
    // Once more after the end: its last lines may have come with it.
    if (wasOver) return;
    wasOver = await isOver();
    if (!wasOver) await pause(setting.againMs, context);
  }
}
