// A run of the Python trainer that writes its log on this machine or one that shares its disk: followed and shown by it.

import type { Context } from "../../base/logger.ts";
import { followJob } from "./follow-job.ts";
import { makeLogReader, makeStepReader } from "./trainer-events.ts";
import { foldersOf } from "./trainer-options.ts";
import type { JobRequest, JobStatus, Progress } from "./types.ts";

/** Follows a run until it ends or the signal aborts; steps are those of its log. */
export function followTraining(
  request: JobRequest,
  looks: { status(): Promise<JobStatus>; pollEveryMs: number },
  context: Context,
  onProgress: (progress: Progress) => void,
): Promise<JobStatus> {
  const freshSteps = makeStepReader(foldersOf(request).log);
  return followJob({ ...looks, freshSteps }, context, onProgress);
}

/** The whole lines of a run's log. */
export async function* readTrainingLog(request: JobRequest): AsyncGenerator<string> {
  yield* await makeLogReader(foldersOf(request).log).freshLines();
}
