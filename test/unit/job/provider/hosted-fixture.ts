// What tests of hosted providers share: a dataset of a few ranking examples, a recipe for it, and timings that do not wait.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../../../../src/base/logger.ts";
import type { DatasetRef, JobRequest, Provider } from "../../../../src/job/provider/types.ts";
import type { JobRecipe } from "../../../../src/job/recipe.ts";
import { makeRecipe } from "../fixture.ts";

/** Waits of no length, so that a look follows the last one at once. */
export const noWaits = { lookAgainMs: [0, 0], pollEveryMs: 0 } as const;

/** A dataset folder with so many training examples and two to validate; titles in two scripts. */
export function makeHostedDataset(dir: string, rows = 12): DatasetRef {
  const folder = join(dir, "data");
  mkdirSync(folder, { recursive: true });
  const lines = (from: number, count: number): string =>
    Array.from({ length: count }, (_, i) => `${JSON.stringify(exampleOf(from + i))}\n`).join("");
  const train = lines(0, rows);
  const validation = lines(rows, 2);
  writeFileSync(join(folder, "train.jsonl"), train);
  writeFileSync(join(folder, "validation.jsonl"), validation);
  return {
    name: "tiny",
    dir: folder,
    sha256: "d".repeat(64),
    langs: ["en"],
    rows: { train: rows, validation: 2 },
    bytes: { train: Buffer.byteLength(train), validation: Buffer.byteLength(validation) },
  };
}

function exampleOf(n: number): unknown {
  return {
    id: `next-item/u${n}/${n}`,
    task: "next-item",
    wording: "next-item/en/plain@1",
    prompt: [
      { role: "system", content: "You recommend films." },
      { role: "user", content: `I saw film ${n}, 영화 ${n}. What next?` },
    ],
    completion: [{ role: "assistant", content: `Film ${n + 1}` }],
    user: `u${n}`,
    item: `i${n + 1}`,
    row: n,
    time: 1000 + n,
    rating: 4,
    history: [`i${n}`],
    candidates: null,
    label: null,
    source: "log",
  };
}

/** A recipe of a hosted provider; `options` are filled in as its schema does. */
export function hostedRecipe(
  dir: string,
  provider: Provider,
  overrides: Partial<JobRecipe> = {},
): JobRecipe {
  const options = provider.options.parse({
    pricePerMillionTokens: 1,
    timeoutSeconds: 2,
    ...overrides.options,
  });
  return makeRecipe(dir, {
    provider: provider.name,
    model: "open-llama",
    hyperparameters: {
      epochs: 2,
      learningRate: "auto",
      batchSize: "auto",
      lora: null,
      maxTokens: 512,
    },
    ...overrides,
    options,
  });
}

/** A recipe as its provider sees it, outside the engine. */
export async function hostedRequest(
  dir: string,
  provider: Provider,
  recipe: JobRecipe,
  context: Context,
  rows = 12,
): Promise<JobRequest> {
  const { hyperparameters, options, seed, method, model } = recipe;
  return {
    name: "tiny",
    dataset: makeHostedDataset(dir, rows),
    hyperparameters,
    options,
    seed,
    runKey: "ab".repeat(32),
    account: await provider.account(context, options),
    model,
    method,
    jobDir: join(dir, "job"),
    stateDir: join(dir, ".rectune"),
  };
}
