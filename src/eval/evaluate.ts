// Evaluates a suite: builds its dataset where that is missing or stale, asks every system for the answers that are not
// on disk yet, and writes the report. It never tunes.

import { relative, resolve } from "node:path";
import { rm } from "node:fs/promises";
import { UsageError } from "../base/errors.ts";
import { pathKind } from "../base/files.ts";
import type { Context } from "../base/logger.ts";
import { parseMetricName } from "../base/metric/index.ts";
import type { BuildResult } from "../dataset/build.ts";
import { loadDatasetRecipe, templatesDirOf } from "../dataset/recipe.ts";
import { once, openEvalData, type EvalData } from "./suite/eval-data.ts";
import { buildFolds, joinFolds } from "./suite/folds.ts";
import { findSystems } from "./system/find-systems.ts";
import { makeModelFinder } from "./system/find-models.ts";
import type { TunedJob } from "./suite/tuned-job.ts";
import { suiteTasks, type Suite, type SuiteTask } from "./suite/recipe.ts";
import { predictSystem } from "./predict.ts";
import {
  evalVersion,
  isFresh,
  predictionsPath,
  reportPath,
  type RunState,
} from "./suite/run-folder.ts";
import { evalMetrics, isMeasured, variantOf } from "./score/score.ts";
import { permuteExamples } from "./system/permute.ts";
import { readsPrompts, type System } from "./system/system.ts";
import { makeBudget } from "./model/budget.ts";
import type { ModelSource } from "./model/types.ts";
import type { Prediction, Report } from "./score/types.ts";
import { writeReport } from "./report/write-report.ts";
import { readReport } from "./report/read-report.ts";

export type EvaluateOptions = {
  /** Folder of the results, relative to the context's cwd; default `runs/<suite>`. */
  out?: string;
  /** What to do with results of another state there: default resume, which asks only for what is missing. */
  ifExists?: "resume" | "replace" | "fail";
  /** Users asked at most, in every task. */
  limit?: number;
  /** Dollars that answers may cost in this call; without it spending is not limited. */
  maxUsd?: number;
  /** Dollars that serving a job's model may cost; default maxUsd. Without either, none is served by the hour. */
  leaseUsd?: number;
  /** The suite's own job where the caller has just tuned it. */
  job?: TunedJob;
  /** The dataset where the caller has just built it. */
  dataset?: BuildResult;
  /** Models by reference, in place of those on disk; for tests and for models of the caller. */
  sources?: Readonly<Record<string, ModelSource>>;
};

export type EvaluateResult = {
  report: Report;
  dir: string;
  /** True: nothing was stale, nothing was asked. */
  reused: boolean;
};

/**
 * Evaluates a suite into its folder.
 * @throws UsageError for a suite that does not fit its dataset, or `eval-job-missing` when its job was not tuned yet;
 * InterruptedError when the signal is aborted (the same call goes on from there).
 */
export async function evaluate(
  given: Suite,
  context: Context,
  options: EvaluateOptions = {},
): Promise<EvaluateResult> {
  const suite = limitSuite(given, options.limit);
  const dataset = options.dataset ?? (await buildSuiteDataset(suite, context));
  checkSuite(suite, dataset.manifest);
  const folds = await buildFolds(suite, dataset, buildSuiteDataset, context);
  const { value } = suite;
  const parts = folds.map((fold) => openEvalData(fold.dir, fold.manifest, value));
  const data = joinFolds(parts, value);
  const budget = options.maxUsd === undefined ? null : makeBudget(options.maxUsd);
  const finder = makeModelFinder(suite, dataset, context, { ...options, budget });
  const { findModel, stepsOf } = finder;
  const dir = resolve(context.cwd, options.out ?? `runs/${suite.name}`);
  const { threads } = context;
  const templatesDir = once(() => findTemplates(suite, context));
  const where = { templatesDir, runDir: dir };
  const systems = await findSystems(suite, data, { findModel, stepsOf, threads, ...where });
  const state = stateOf(suite, data, systems, dir, finder.found());
  if (options.ifExists !== "replace" && (await isFresh(dir, state))) {
    return { report: await readReport(reportPath(dir)), dir, reused: true };
  }
  await makeRoom(dir, options.ifExists ?? "resume");

  const examples = await data.examples();
  const permuted = await permuteExamples(examples, data, {
    orders: systems.some(readsPrompts) ? suite.value.permutations : 1,
    seed: suite.value.seed,
    templatesDir,
  });
  const predictions = new Map<string, Prediction[]>();
  for (const system of systems) {
    const file = predictionsPath(dir, system.name);
    const orders = readsPrompts(system) ? permuted : [];
    const result = await predictSystem(system, examples, file, context, orders);
    predictions.set(system.name, result.predictions);
    const reread = result.reread > 0 ? ` (${result.reread} read otherwise by now)` : "";
    const kept = result.kept > 0 ? `, ${result.kept} were there already${reread}` : "";
    const cost = result.costUsd > 0 ? `, $${result.costUsd.toFixed(4)}` : "";
    context.log.info(`${system.name}: ${result.asked} answers${kept}${cost}`);
  }
  const report = await writeReport(dir, state, data, predictions);
  return { report, dir, reused: false };
}

/** Builds the dataset of a suite, or finds it built. */
export async function buildSuiteDataset(suite: Suite, context: Context): Promise<BuildResult> {
  const recipe = await loadDatasetRecipe(suite.datasetPath, suite.datasetOverrides, context.cwd);
  const { buildDataset } = await import("../dataset/build.ts");
  const built = await buildDataset(recipe, context, {});
  context.log.info(
    built.reused ? `dataset ${recipe.name}: reused` : `dataset ${recipe.name}: built`,
  );
  return built;
}

/** The folder of wordings that the dataset's recipe names. */
async function findTemplates(suite: Suite, { cwd }: Context): Promise<string | null> {
  return templatesDirOf(await loadDatasetRecipe(suite.datasetPath, suite.datasetOverrides, cwd));
}

function limitSuite(suite: Suite, limit: number | undefined): Suite {
  if (limit === undefined) return suite;
  const capped = suiteTasks.map((task) => [
    task,
    Math.min(limit, suite.value.limit[task] ?? limit),
  ]);
  const limits = Object.fromEntries(capped) as Record<SuiteTask, number>;
  return { ...suite, value: { ...suite.value, limit: limits } };
}

/** Refuses what would fail only after every system was asked. */
function checkSuite({ value, path }: Suite, manifest: BuildResult["manifest"]): void {
  const { tasks: made } = manifest.recipe as {
    tasks?: { type: string; candidates?: { from: string; n: number } }[];
  };
  const asked = value.tasks.filter((task) => (manifest.counts.examples.test[task] ?? 0) > 0);
  const lacking = value.tasks.filter((task) => !asked.includes(task));
  const held = Object.entries(manifest.counts.examples.test).filter(([, count]) => count > 0);
  if (asked.length === 0) {
    throw new UsageError(`the dataset has no test examples of ${lacking.join(", ")}`, {
      code: "eval-tasks",
      where: `${path}, tasks`,
      next:
        held.length > 0
          ? `It has ${held.map(([task]) => task).join(", ")}. Ask these, or add the task to the dataset's recipe.`
          : "Its test split is empty; the dataset's card says what the split leaves.",
    });
  }
  const own = made?.find(({ type }) => type === "ranking")?.candidates;
  if (
    own &&
    asked.includes("ranking") &&
    (own.from !== value.candidates.from || own.n !== value.candidates.n)
  ) {
    throw new UsageError(
      `the suite ranks ${value.candidates.n} candidates, but the dataset was made with ${own.n}`,
      {
        code: "eval-candidates",
        where: path,
        next: `Set candidates: {from: ${own.from}, n: ${own.n}} in the suite, or the ranking task of the dataset likewise.`,
      },
    );
  }
  const variant = variantOf({ ...value.candidates, truth: "forced" });
  for (const { metric: name } of value.primary) {
    const parsed = parseMetricName(name, evalMetrics);
    const { metric } = parsed;
    const fits = isMeasured(parsed, asked, variant);
    if (fits && !(metric.kind === "value" && metric.finish)) continue;
    const known = [
      ...(asked.includes("ranking") ? [`ndcg@10/${variant}`, `hr@1/${variant}`] : []),
      ...(asked.includes("next-item") ? ["ndcg@10/full"] : []),
      ...(asked.includes("rating") ? ["mae", "rmse-rows", "accuracy"] : []),
      ...(asked.includes("preference") ? ["auc", "log-loss"] : []),
      ...(asked.includes("explanation") ? ["names-true-reason", "false-reason"] : []),
    ];
    throw new UsageError(`${name} cannot be a primary metric here`, {
      code: "eval-metric",
      where: `${path}, primary`,
      next: `This suite measures ${known.join(", ")}.${lacking.length > 0 ? ` The dataset has no test examples of ${lacking.join(", ")}.` : ""}`,
    });
  }
}

function stateOf(
  suite: Suite,
  { dir: datasetDir, manifest, parts }: EvalData,
  systems: readonly System[],
  dir: string,
  job: TunedJob | null,
): RunState {
  return {
    kind: "rectune-eval",
    evalVersion,
    suite: suite.name,
    value: suite.value,
    dataset: {
      name: manifest.name,
      hash: manifest.hash,
      dir: relative(dir, datasetDir),
      ...(parts.length > 1 ? { folds: parts.map((part) => relative(dir, part.dir)) } : {}),
    },
    systems: systems.map(({ name, kind, about, model, identity, texts }) => {
      return { name, kind, about, model, identity, ...(texts !== undefined && { texts }) };
    }),
    job: job?.id ?? null,
    notes: job?.note ? [job.note] : [],
  };
}

async function makeRoom(dir: string, ifExists: "resume" | "replace" | "fail"): Promise<void> {
  if ((await pathKind(dir)) === "none" || ifExists === "resume") return;
  if (ifExists === "fail") {
    throw new UsageError("there are other results in this folder", {
      code: "eval-exists",
      where: dir,
      next: "Add --if-exists resume or replace, or name another folder with -o.",
    });
  }
  await rm(resolve(dir, "predictions"), { recursive: true, force: true });
}
