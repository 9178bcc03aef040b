// The public library: what a program calls instead of the command line. Nothing else of the package is promised.

export { buildDataset as build } from "./dataset/build.ts";
export type { BuildOptions, BuildResult, IfExists } from "./dataset/build.ts";
export { loadDatasetRecipe } from "./dataset/recipe.ts";
export type { DatasetRecipe } from "./dataset/recipe.ts";
export type { DatasetManifest } from "./dataset/manifest.ts";
export type { Example } from "./dataset/task/types.ts";
export { tune } from "./job/tune.ts";
export type { TuneOptions } from "./job/tune.ts";
export type { SubmitOutcome } from "./job/submit.ts";
export { loadJobRecipe } from "./job/recipe.ts";
export type { JobRecipe } from "./job/recipe.ts";
export { compareRuns as compare } from "./eval/compare-runs.ts";
export type { RunComparison } from "./eval/compare-runs.ts";
export { evaluate } from "./eval/evaluate.ts";
export type { EvaluateOptions, EvaluateResult } from "./eval/evaluate.ts";
export { loadSuite } from "./eval/suite/recipe.ts";
export type { Suite } from "./eval/suite/recipe.ts";
export type { Comparison, Prediction, Report } from "./eval/score/types.ts";
export type { Model, ModelSource } from "./eval/model/types.ts";
export { recommend } from "./eval/recommend/run.ts";
export type { RecommendOptions, RecommendReport } from "./eval/recommend/run.ts";
export { runSuite as run } from "./run.ts";
export type { RunOptions } from "./run.ts";
export { plainContext } from "./base/logger.ts";
export type { Context, Logger } from "./base/logger.ts";
export { RectuneError } from "./base/errors.ts";
