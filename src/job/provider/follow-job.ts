// Follows a hosted job by polling: its state, and every step that its events tell, each once and in order. A few failed
// looks are sat out; the job itself goes on whatever happens here.

import { RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { pause } from "../../base/pause.ts";
import type { JobStatus, Progress } from "./types.ts";

/** Looks in a row that may fail. */
const patience = 5;

export type Followed = {
  status(): Promise<JobStatus>;
  /** Steps that were not told by an earlier call, oldest first. */
  freshSteps(): Promise<Progress[]>;
  pollEveryMs: number;
};

/** Follows until the job ends, or the signal aborts: then the last status is one of a job under way. */
export async function followJob(
  followed: Followed,
  context: Context,
  onProgress: (progress: Progress) => void,
): Promise<JobStatus> {
  let told = false;
  const tell = (progress: Progress): void => {
    told = true;
    onProgress(progress);
  };
  for (let failures = 0; ;) {
    if (context.signal.aborted) return { state: "running", progress: null };
    try {
      const status = await followed.status();
      if (status.state !== "queued") for (const step of await followed.freshSteps()) tell(step);
      failures = 0;
      if (status.state !== "queued" && status.state !== "running") return status;
      // The ledger learns from progress that the job runs; a provider may tell none for long.
      if (status.state === "running" && !told) tell(status.progress ?? notYet);
    } catch (error) {
      if (context.signal.aborted) continue;
      if (!(error instanceof RemoteError) || ++failures >= patience) throw error;
      context.log.debug(`look ${failures} of ${patience} failed: ${error.message}`);
    }
    await pause(followed.pollEveryMs * Math.max(1, failures), context);
  }
}

/** Progress of a job that runs and has told none. */
export const notYet: Progress = {
  phase: "tune",
  step: 0,
  steps: 0,
  loss: null,
  rate: null,
  tokensPerSecond: null,
};
