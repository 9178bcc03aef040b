// The formats, by name.

import { alpacaJson } from "./alpaca-json.ts";
import { axolotl } from "./axolotl.ts";
import { arrow, parquet } from "./column-files.ts";
import { instructionJsonl } from "./instruction-jsonl.ts";
import { llamaFactory } from "./llama-factory.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiDpo } from "./openai-dpo.ts";
import { sharegpt } from "./sharegpt.ts";
import { together, togetherDpo } from "./together.ts";
import { trlDpo } from "./trl-dpo.ts";
import { trlKto } from "./trl-kto.ts";
import { trlSft } from "./trl-sft.ts";
import type { Format } from "./types.ts";

export const formats = {
  "instruction-jsonl": instructionJsonl,
  "openai-chat": openaiChat,
  "openai-dpo": openaiDpo,
  together,
  "together-dpo": togetherDpo,
  "trl-sft": trlSft,
  "trl-dpo": trlDpo,
  "trl-kto": trlKto,
  "alpaca-json": alpacaJson,
  sharegpt,
  "llama-factory": llamaFactory,
  axolotl,
  parquet,
  arrow,
} satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;
