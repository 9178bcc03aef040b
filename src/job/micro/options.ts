// What only the embedded trainer knows: the `options` of a job recipe with provider micro.

import { z } from "zod";

export const microOptionsSchema = z.strictObject({
  /** Training steps; null = as many as `hyperparameters.epochs` asks for. */
  steps: z.int().min(1).nullable().default(null),
  /** Steps of the base model, on shuffled targets. */
  baseSteps: z.int().min(1).default(120),
  /** Share of the batches by task; null = by number of examples. */
  mixture: z.record(z.string(), z.number().min(0)).nullable().default(null),
  /**
   * Loss weight of the titles inside next-item prompts, beside 1 for the completion; 0 = completion only.
   * What `prompt_loss_weight` was in OpenAI's first fine-tuning API and `train_on_inputs` is in Axolotl.
   */
  promptWeight: z.number().min(0).max(1).default(0.3),
  /** Most merges of the byte-pair tokenizer. */
  merges: z.int().min(0).max(8000).default(1200),
  /** Steps between checkpoints. */
  saveEvery: z.int().min(1).default(100),
});
export type MicroOptions = z.infer<typeof microOptionsSchema>;
