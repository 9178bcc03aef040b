// A micro model on disk, in Hugging Face's layout: model.safetensors, tokenizer.json, tokenizer_config.json and
// config.json (LlamaForCausalLM). config.json is written last: its presence means that the folder is complete.

import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { prettyJson } from "../../base/json.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { tensorsOf, type Shape } from "./shape.ts";
import {
  chatTemplate,
  endId,
  marks,
  padId,
  readTokenizer,
  type Tokenizer,
  type TokenizerJson,
} from "./tokenizer.ts";

export type MicroModel = { shape: Shape; weights: Float32Array; tokenizer: Tokenizer };

/** The fields of config.json that this room reads back; names as in Hugging Face's LlamaConfig. */
type LlamaConfig = {
  vocab_size: number;
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  intermediate_size: number;
  max_position_embeddings: number;
  rope_theta: number;
  rms_norm_eps: number;
};

export async function writeModel(folder: string, model: MicroModel): Promise<void> {
  const { shape } = model;
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(
    join(folder, "model.safetensors"),
    writeSafetensors(tensorsOf(shape), model.weights),
  );
  await writeFileAtomic(join(folder, "tokenizer.json"), prettyJson(model.tokenizer.toJson()));
  const tokenizerConfig = {
    tokenizer_class: "PreTrainedTokenizerFast",
    model_max_length: shape.context,
    pad_token: marks[padId],
    eos_token: marks[endId],
    clean_up_tokenization_spaces: false,
    chat_template: chatTemplate,
  };
  await writeFileAtomic(join(folder, "tokenizer_config.json"), prettyJson(tokenizerConfig));
  const config = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: shape.vocab,
    hidden_size: shape.width,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.heads,
    head_dim: shape.width / shape.heads,
    intermediate_size: shape.inner,
    max_position_embeddings: shape.context,
    rope_theta: shape.ropeTheta,
    rms_norm_eps: shape.normEps,
    hidden_act: "silu",
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: true,
    pad_token_id: padId,
    eos_token_id: endId,
    bos_token_id: null,
    torch_dtype: "float32",
  };
  await writeFileAtomic(join(folder, "config.json"), prettyJson(config));
}

/** Whether a folder holds a complete model. */
export function isModelFolder(folder: string): boolean {
  return existsSync(join(folder, "config.json"));
}

/** @throws DataError when the folder is not a complete micro model. */
export async function readModel(folder: string): Promise<MicroModel> {
  if (!isModelFolder(folder)) {
    throw new DataError("no complete model here (config.json is missing)", {
      code: "micro-model-missing",
      where: folder,
      next: "Train one with `rectune tune JOB`, or name the folder that holds config.json and model.safetensors.",
    });
  }
  const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as LlamaConfig;
  const shape: Shape = {
    vocab: config.vocab_size,
    width: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    inner: config.intermediate_size,
    context: config.max_position_embeddings,
    ropeTheta: config.rope_theta,
    normEps: config.rms_norm_eps,
  };
  const tokenizer = readTokenizer(
    JSON.parse(await readFile(join(folder, "tokenizer.json"), "utf8")) as TokenizerJson,
  );
  try {
    const bytes = await readFile(join(folder, "model.safetensors"));
    return { shape, weights: readSafetensors(bytes, tensorsOf(shape)), tokenizer };
  } catch (cause) {
    throw new DataError(`the weights cannot be read: ${(cause as Error).message}`, {
      code: "micro-model-broken",
      where: join(folder, "model.safetensors"),
      next: "Delete the folder and run the job again.",
      cause,
    });
  }
}
