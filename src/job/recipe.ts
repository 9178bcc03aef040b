// The job recipe: a YAML file that says which dataset tunes which model where, and what it may cost. The `options` are
// checked by the schema of the provider that the recipe names.

import { dirname, resolve } from "node:path";
import { z } from "zod";
import { parseOverride, readYaml, type Override } from "../base/yaml.ts";
import { providers } from "./provider/index.ts";
import { type Hyperparameters, type Method, methods, type Provider } from "./provider/types.ts";

const auto = z.literal("auto");

const hyperparametersSchema = z.strictObject({
  epochs: z.number().positive().max(100).default(3).describe("Passes over the training examples"),
  learningRate: z.union([auto, z.number().positive().max(1)]).default("auto"),
  batchSize: z.union([auto, z.int().positive()]).default("auto").describe("Examples a step"),
  lora: z
    .strictObject({ rank: z.int().positive(), alpha: z.number().positive() })
    .nullable()
    .default(null)
    .describe("Low-rank adapters instead of all weights; null: as the provider does by itself"),
  maxTokens: z.int().min(16).default(512).describe("Longest example, in tokens"),
});

const names = Object.keys(providers) as [string, ...string[]];

const shape = {
  version: z.literal(1).describe("Version of the recipe's shape"),
  dataset: z
    .string()
    .min(1)
    .describe("Dataset recipe or a built dataset's folder, relative to this file"),
  provider: z.enum(names).describe("Where the job runs"),
  model: z.string().min(1).describe("The base model's name at that provider"),
  method: z.enum(methods).default("sft"),
  hyperparameters: hyperparametersSchema.prefault({}),
  seed: z
    .int()
    .nonnegative()
    .max(2 ** 31 - 1)
    .default(1),
  maxUsd: z
    .number()
    .nonnegative()
    .default(0)
    .describe("Dollars that one run may cost at most; --max-usd overrides it"),
};

/** The recipe's schema for one provider: its name, and its own options. */
export function recipeSchemaOf(provider: Provider) {
  return z.strictObject({
    ...shape,
    provider: z.literal(provider.name),
    options: provider.options.prefault({}).describe("What only this provider knows"),
  });
}

/** All providers' recipes; the JSON Schema that editors use is made from it. */
export const jobRecipeSchema = z.discriminatedUnion(
  "provider",
  Object.values(providers).map(recipeSchemaOf) as [ReturnType<typeof recipeSchemaOf>],
);

/** A checked recipe with its defaults filled in, the file it came from and the dataset's path made absolute. */
export type JobRecipe = {
  version: 1;
  dataset: string;
  provider: string;
  model: string;
  method: Method;
  hyperparameters: Hyperparameters;
  seed: number;
  maxUsd: number;
  options: Record<string, unknown>;
  path: string;
  dir: string;
};

const looseSchema = z.looseObject({ provider: shape.provider });

/**
 * Reads a job recipe. `overrides` are texts `key.path=value`, laid over the file before it is checked; a dataset path in
 * them is relative to `cwd`, in the file to its folder.
 * @throws UsageError at file:line:col, or naming the flag.
 */
export async function loadJobRecipe(
  path: string,
  overrides: readonly string[] = [],
  cwd = ".",
): Promise<JobRecipe> {
  const file = resolve(cwd, path);
  const dir = dirname(file);
  const laid = overrides.map(parseOverride).map((override) => rebase(override, cwd));
  const { value: named } = await readYaml(file, looseSchema, laid);
  const { value } = await readYaml(file, recipeSchemaOf(providers[named.provider]!), laid);
  return { ...value, dataset: resolve(dir, value.dataset), path: file, dir };
}

function rebase(override: Override, cwd: string): Override {
  const isDataset = override.path.join(".") === "dataset" && typeof override.value === "string";
  return isDataset ? { ...override, value: resolve(cwd, override.value as string) } : override;
}
