// The states of a job and the edges between them (DESIGN section 6). INTENT is on disk before a socket opens; UNKNOWN
// means that a create may or may not have arrived, and only a look at the provider, or the user, leads out of it.

import type { DedupeClass } from "./provider/types.ts";

export const jobStates = [
  "PLANNED",
  "APPROVED",
  "UPLOADING",
  "UPLOADED",
  "INTENT",
  "SUBMITTED",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "CANCELLED",
  "REJECTED",
  "UNKNOWN",
] as const;
export type JobState = (typeof jobStates)[number];

/** Allowed next states. Before INTENT nothing was sent, so CANCELLED is always open there. */
export const edges: Record<JobState, readonly JobState[]> = {
  PLANNED: ["APPROVED", "CANCELLED"],
  APPROVED: ["UPLOADING", "CANCELLED"],
  UPLOADING: ["UPLOADED", "CANCELLED"],
  UPLOADED: ["INTENT", "CANCELLED"],
  INTENT: ["SUBMITTED", "REJECTED", "UNKNOWN"],
  UNKNOWN: ["SUBMITTED", "REJECTED", "INTENT"],
  SUBMITTED: ["RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"],
  RUNNING: ["SUCCEEDED", "FAILED", "CANCELLED"],
  SUCCEEDED: [],
  FAILED: [],
  CANCELLED: [],
  REJECTED: [],
};

/** Whether a job may go `from` → `to`; a resend (UNKNOWN → INTENT) is open to class A alone. */
export function isEdge(from: JobState, to: JobState, dedupe: DedupeClass): boolean {
  if (from === "UNKNOWN" && to === "INTENT") return dedupe === "A";
  return edges[from].includes(to);
}

/** Whether nothing more can happen to a job. */
export function isTerminal(state: JobState): boolean {
  return edges[state].length === 0;
}

/** States in which a create may have cost money without an answer: they count at full ceiling. */
export const unresolvedStates = ["INTENT", "UNKNOWN"] as const satisfies readonly JobState[];
