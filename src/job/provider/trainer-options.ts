// What a recipe may say of the Python trainer wherever it runs, and the config that jobs/trainer/train.py reads (its
// version 1). The same config always comes from the same job, so that a second look finds the first one's file.

import { join, resolve } from "node:path";
import { z } from "zod";
import { hashFile, pathKind, writeFileAtomic } from "../../base/files.ts";
import { prettyJson } from "../../base/json.ts";
import type { Context } from "../../base/logger.ts";
import { packageRoot } from "../../base/package-root.ts";
import { exportRows } from "./export-rows.ts";
import type { JobRequest } from "./types.ts";

/** The trainer and the scorer beside it. */
export const trainerPath = join(packageRoot, "jobs/trainer/train.py");

/** Options that both `local` and `slurm` have. */
export const trainerOptions = {
  python: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Interpreter with the trainer's packages; null: RECTUNE_PYTHON, else uv makes one"),
  device: z.enum(["auto", "cpu", "cuda", "mps"]).default("auto"),
  threads: z.int().positive().nullable().default(null).describe("null: as PyTorch chooses"),
  saveSteps: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Steps between checkpoints; null: a tenth of the run"),
  rows: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Train on so many rows, drawn by the seed; null: on all"),
  microBatchSize: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe("Rows at a time in memory; null: the whole batch"),
  beta: z.number().positive().default(0.1).describe("Of dpo: how close to the base model to stay"),
  merge: z.boolean().default(false).describe("Also write base and adapter as one model, in fp32"),
};

const shape = z.object(trainerOptions);
export type TrainerOptions = z.infer<typeof shape>;

/** The trainer's part of a job's options, as the ledger has them. */
export function readTrainerOptions(options: Record<string, unknown>): TrainerOptions {
  return shape.parse(options);
}

/** Whether a model is a path here rather than a name on the Hub. */
export function isModelPath(model: string): boolean {
  return /^[./~]/.test(model) || model.endsWith(".gguf");
}

/** The model as the trainer gets it: paths absolute. */
export function modelOf({ model }: JobRequest, { cwd }: Context): string {
  return isModelPath(model) ? resolve(cwd, model) : model;
}

/** What a job's folder holds for the trainer and from it. */
export function foldersOf({ jobDir }: Pick<JobRequest, "jobDir">) {
  const output = join(jobDir, "output");
  return {
    config: join(jobDir, "config.json"),
    log: join(jobDir, "train.log"),
    data: join(jobDir, "data"),
    output,
    checkpoints: join(output, "checkpoints"),
    result: join(output, "result.json"),
    model: join(output, "model"),
    base: join(output, "base"),
  };
}

/** Makes the rows that the method needs and writes the config; says where it is. The test split is never read. */
export async function writeTrainerConfig(request: JobRequest, context: Context): Promise<string> {
  const { dataset, method, runKey, hyperparameters, seed } = request;
  const { config, data, output } = foldersOf(request);
  const { python: _python, ...options } = readTrainerOptions(request.options);
  const files: { train: string; validation: string | null } = {
    train: join(dataset.dir, "train.jsonl"),
    validation: dataset.rows.validation > 0 ? join(dataset.dir, "validation.jsonl") : null,
  };
  if (method === "dpo") {
    const made = await exportRows(request, "trl-dpo", { to: data, signal: context.signal });
    files.train = made.train.path!;
    files.validation = made.validation?.path ?? null;
  }
  const sha256: Record<string, string> = { train: (await hashFile(files.train)).sha256 };
  if (files.validation) sha256["validation"] = (await hashFile(files.validation)).sha256;
  await writeFileAtomic(
    config,
    prettyJson({
      version: 1,
      runKey,
      model: modelOf(request, context),
      method,
      ...files,
      sha256,
      output,
      hyperparameters,
      seed,
      ...options,
      pushTo: null,
    }),
  );
  return config;
}

/** What plans of the trainer have in common: problems, notes and the number of steps, where it is known. */
export async function lookAtTraining(
  request: JobRequest,
  context: Context,
): Promise<{ problems: string[]; notes: string[]; rows: number; steps: number | null }> {
  const { model, dataset, hyperparameters, method } = request;
  const options = readTrainerOptions(request.options);
  const problems: string[] = [];
  const notes: string[] = [];
  if (isModelPath(model) && (await pathKind(modelOf(request, context))) === "none")
    problems.push(`there is no model at ${modelOf(request, context)}`);
  const { epochs, batchSize, lora, maxTokens } = hyperparameters;
  notes.push(
    lora === null ? "trains all weights" : `trains adapters of rank ${lora.rank}`,
    `rows of more than ${maxTokens} tokens are left out, and counted in the job's log`,
  );
  const rows = Math.min(dataset.rows.train, options.rows ?? Infinity);
  const batch = batchSize === "auto" ? (method === "sft" ? 16 : 8) : batchSize;
  const steps = method === "sft" ? Math.ceil(Math.ceil(rows / batch) * epochs) : null;
  return { problems, notes, rows, steps };
}
