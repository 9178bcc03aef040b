// References to what a job made: `job`, `job:ID`, with `/base` (or `:base`) for what it started from, and `@STEP` or
// `@last` for a state of the model during training.

import { UsageError } from "../../base/errors.ts";
import type { TunedJob } from "./tuned-job.ts";

export type JobReference = {
  /** Null: the suite's own job. */
  id: string | null;
  part: "result" | "base" | { step: number | "last" };
};

const form = /^job(?::([^/:@]+))?(?:(:base|\/base)|@(last|\d+))?$/;

/**
 * Null where the reference is not of a job. `where` names the place it was written in.
 * @throws UsageError `model-unknown` where it begins as one and goes on otherwise.
 */
export function readJobReference(reference: string, where = "systems"): JobReference | null {
  if (!/^job(?![A-Za-z0-9_-])/.test(reference)) return null;
  if (reference === "job:base") return { id: null, part: "base" };
  const match = form.exec(reference);
  if (match === null) {
    throw new UsageError(`no model is called "${reference}"`, {
      code: "model-unknown",
      where,
      next: `Known: ${where === "systems" ? "job, job:base, job@STEP, job@last, " : ""}job:ID, job:ID/base, job:ID@STEP, job:ID@last.`,
    });
  }
  const [, id, base, step] = match;
  const part =
    base !== undefined
      ? ("base" as const)
      : step === undefined
        ? ("result" as const)
        : { step: step === "last" ? ("last" as const) : Number(step) };
  return { id: id ?? null, part };
}

/**
 * The model that a reference means, by its own reference, with how reports call it.
 * @throws UsageError `job-checkpoint` where the job kept no such state.
 */
export function modelOfJob(
  job: TunedJob,
  part: JobReference["part"],
  where = "systems",
): { model: string; names: { name: string; about: string } } {
  if (part === "result") return named(job.model, `job:${job.id}`, job.about);
  if (part === "base") return named(job.base, `job:${job.id}/base`, job.baseAbout);
  const { checkpoints } = job;
  const found =
    part.step === "last" ? checkpoints.at(-1) : checkpoints.find(({ step }) => step === part.step);
  if (found) {
    return named(found.model, `job:${job.id}@${found.step}`, `${job.about}, at step ${found.step}`);
  }
  const kept = checkpoints.map(({ step }) => step).join(", ");
  throw new UsageError(
    checkpoints.length === 0
      ? `job ${job.id} kept no checkpoints`
      : `job ${job.id} has no checkpoint of step ${part.step}`,
    {
      code: "job-checkpoint",
      where,
      next: checkpoints.length === 0 ? `Its result is job:${job.id}.` : `It has steps ${kept}.`,
    },
  );
}

function named(
  model: string,
  name: string,
  about: string,
): { model: string; names: { name: string; about: string } } {
  return { model, names: { name, about } };
}
