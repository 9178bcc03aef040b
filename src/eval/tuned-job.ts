// What an evaluation needs of a finished job, found without tuning anything.

import { UsageError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import type { BuildResult } from "../dataset/build.ts";
import type { Suite } from "./recipe.ts";

/** A finished job: its models by reference, e.g. `micro:DIR`. */
export type TunedJob = {
  id: string;
  model: string;
  base: string;
  /** Lines of the report about the tuned model and its base. */
  about: string;
  baseAbout: string;
  /** What must be said beside the numbers; null where the base is what it seems. */
  note: string | null;
};

/** What kind of base the embedded trainer starts from; no report may leave it out. */
export const microBaseNote =
  "base = the same net trained ≤ 20 s on the same wording and catalog with shuffled targets: it knows format and popularity, nothing of the user";

/** The finished job of a suite on a dataset, or null. */
export async function findSuiteJob(
  _suite: Suite,
  _dataset: BuildResult,
  _context: Context,
): Promise<TunedJob | null> {
  return null;
}

/** A finished job by its id. @throws UsageError `job-unknown`. */
export async function findJobById(id: string, _context: Context): Promise<TunedJob> {
  throw new UsageError(`no finished job is called "${id}"`, {
    code: "job-unknown",
    where: "systems",
    next: "rectune jobs ls shows the jobs.",
  });
}
