// What a stage of a Hugging Face job means, and what a job has cost: minutes begun times the machine's price. Stages are
// those of huggingface_hub 2.4.0, _jobs_api.py (read 2026-11-24); @huggingface/hub 2.17.5 types others.

import { cleanText } from "./remote-failure.ts";
import type { HubJob } from "./hf-jobs-hub.ts";
import type { Billed, JobStatus } from "./types.ts";

const ended = new Set(["COMPLETED", "CANCELED", "CANCELLED", "ERROR", "DELETED"]);

/** Whether a job is over, however it ended. */
export function isOver({ status }: HubJob): boolean {
  return ended.has(status.stage);
}

/** The job in the words of the ledger; `usdPerMinute` null where no price is known. */
export function statusOf(
  job: HubJob,
  usdPerMinute: number | null,
  secrets: readonly string[],
): JobStatus {
  const { stage, message } = job.status;
  switch (stage) {
    case "COMPLETED":
      return { state: "succeeded", costUsd: costOf(job, usdPerMinute) };
    case "CANCELED":
    case "CANCELLED":
    case "DELETED":
      return { state: "cancelled", costUsd: costOf(job, usdPerMinute) };
    case "ERROR": {
      const reason = cleanText(message ?? "", secrets, 500) || "no reason given; see its logs";
      return { state: "failed", costUsd: costOf(job, usdPerMinute), reason };
    }
    case "SCHEDULING":
      return { state: "queued", progress: null };
    default:
      // RUNNING, UPDATING, and whatever comes to be: a job that is not over may still cost.
      return { state: "running", progress: null };
  }
}

/** Dollars of the minutes that the job ran, begun ones whole; null where the Hub does not tell how long. */
export function costOf(job: HubJob, usdPerMinute: number | null): Billed {
  const seconds = secondsOf(job);
  if (seconds === null || usdPerMinute === null) return null;
  return Number((Math.ceil(seconds / 60) * usdPerMinute).toFixed(6));
}

function secondsOf({ durations, startedAt, finishedAt }: HubJob): number | null {
  if (durations) return durations.runningSecs ?? 0;
  if (startedAt && finishedAt) return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  // A job without a start that says when it ended never ran.
  return startedAt === null && finishedAt ? 0 : null;
}
