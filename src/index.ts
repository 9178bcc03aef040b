// The public library: what a program calls instead of the command line. Nothing else of the package is promised.

export { buildDataset as build } from "./dataset/build.ts";
export type { BuildOptions, BuildResult, IfExists } from "./dataset/build.ts";
export { loadDatasetRecipe } from "./dataset/recipe.ts";
export type { DatasetRecipe } from "./dataset/recipe.ts";
export type { DatasetManifest } from "./dataset/manifest.ts";
export type { Example } from "./dataset/task/types.ts";
export { plainContext } from "./base/logger.ts";
export type { Context, Logger } from "./base/logger.ts";
export { RectuneError } from "./base/errors.ts";
