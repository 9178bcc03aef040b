// The models that a suite names: its own job and that job's base, other jobs, and models by their own reference.

import { dirname, relative } from "node:path";
import { UsageError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import type { BuildResult } from "../../dataset/build.ts";
import type { Budget } from "../model/budget.ts";
import { modelOfJob, readJobReference } from "../suite/job-reference.ts";
import { isLeased, makeLeasedModel } from "./leased-model.ts";
import { findModelSource, type ReferencePlace } from "../model/index.ts";
import type { ModelSource } from "../model/types.ts";
import { hostedSettingsOf, type Suite, type SuiteSystem } from "../suite/recipe.ts";
import { withTrainSeed } from "../suite/seed-keys.ts";
import { findSuiteJob, findJobById, type TunedJob } from "../suite/tuned-job.ts";

export type ModelFinder = {
  findModel: (system: SuiteSystem & { model: string }) => Promise<ModelSource>;
  /** Steps at which the job of a reference kept its model, ascending. */
  stepsOf: (reference: string) => Promise<number[]>;
  /** The suite's own job, once a system has asked for it. */
  found: () => TunedJob | null;
};

/** Finds models by reference; the suite's own job is looked up at most once a training seed. */
export function makeModelFinder(
  suite: Suite,
  dataset: BuildResult,
  context: Context,
  options: {
    job?: TunedJob;
    sources?: Readonly<Record<string, ModelSource>>;
    budget?: Budget | null;
    maxUsd?: number;
    /** Dollars that a lease may cost; default maxUsd. */
    leaseUsd?: number;
  },
): ModelFinder {
  const shares = { context, budget: options.budget ?? null, lanes: new Map() };
  const jobs = new Map<number | null, TunedJob>(options.job ? [[null, options.job]] : []);
  const near = (path: string): string => relative(context.cwd, path);
  const ownJob = async (seed: number | null): Promise<TunedJob> => {
    const held =
      jobs.get(seed) ?? (await findSuiteJob(withTrainSeed(suite, seed), dataset.dir, context));
    if (held) {
      jobs.set(seed, held);
      return held;
    }
    const [which, set] = seed === null ? ["", ""] : [` with seed ${seed}`, ` --set seed=${seed}`];
    throw new UsageError(`the job of this suite was not tuned yet${which} on this dataset`, {
      code: "eval-job-missing",
      where: suite.path,
      next: `Tune it: rectune tune ${near(suite.jobPath ?? "JOB")}${set}, or do all at once: rectune run ${near(suite.path)}`,
    });
  };
  return {
    found: () => jobs.get(null) ?? [...jobs.values()][0] ?? null,
    async stepsOf(reference) {
      const wanted = readJobReference(reference);
      if (wanted === null) return [];
      const job = wanted.id === null ? await ownJob(null) : await findJobById(wanted.id, context);
      return job.checkpoints.map(({ step }) => step).sort((a, b) => a - b);
    },
    async findModel(system) {
      const { model: reference } = system;
      const given = options.sources?.[reference];
      if (given) return given;
      const place: Omit<ReferencePlace, "dir"> = { ...shares, settings: hostedSettingsOf(system) };
      const wanted = readJobReference(reference);
      if (wanted === null)
        return findModelSource(reference, { ...place, dir: dirname(suite.path) });
      const [seed = null] = system.seeds ?? [];
      const job = wanted.id === null ? await ownJob(seed) : await findJobById(wanted.id, context);
      const { model, names: plain } = modelOfJob(job, wanted.part);
      const names = seed === null ? plain : { ...plain, about: `${plain.about}, seed ${seed}` };
      // A system that names a server means another one than the job's, with another key.
      const own = hostedSettingsOf(system);
      if (own.baseUrl === undefined && wanted.part === "result" && isLeased(job))
        return makeLeasedModel(job, names, own, shares, options.leaseUsd ?? options.maxUsd);
      const settings = own.baseUrl === undefined ? { ...job.at, ...own } : own;
      return findModelSource(model, { ...place, settings, dir: context.cwd, names });
    },
  };
}
