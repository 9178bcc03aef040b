// The embedded model as a model of an evaluation: a folder with model.safetensors, identified by the hash of its weights.

import { join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { hashFile, pathKind } from "../../base/files.ts";
import type { ModelSource } from "./types.ts";

const weightsName = "model.safetensors";

/**
 * The model in a folder; its weights are hashed now and loaded by `open`.
 * @throws UsageError `model-missing` where the folder holds no model.
 */
export async function findMicroModel(
  dir: string,
  names: { name: string; about: string },
): Promise<ModelSource> {
  const weights = join(dir, weightsName);
  if ((await pathKind(weights)) !== "file") {
    throw new UsageError(`there is no model in this folder: ${weightsName} is missing`, {
      code: "model-missing",
      where: dir,
      next: "A model folder is made by rectune tune; its path ends in /model.",
    });
  }
  const { sha256 } = await hashFile(weights);
  return {
    ...names,
    identity: sha256,
    async open({ threads }) {
      // The array engine loads only where something is asked.
      const { openMicroModel } = await import("../../job/micro/open-model.ts");
      const model = await openMicroModel(dir, { threads });
      return {
        name: names.name,
        caps: { batch: 64 },
        async complete(prompts, options) {
          const texts = await model.generate(prompts, options);
          return texts.map((text) => ({ ...text, costUsd: 0 }));
        },
        async choose(prompts) {
          const scored = await model.scoreChoices(prompts);
          return scored.map((choice) => ({ ...choice, costUsd: 0 }));
        },
        close: () => model.close(),
      };
    },
  };
}
