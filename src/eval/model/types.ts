// Anything that answers prompts. Capabilities are data; `choose` exists where the model gives log-probabilities.

import type { Message } from "../../dataset/task/types.ts";

export type Completion = {
  text: string;
  /** `length` = cut at maxTokens. */
  finish: "stop" | "length";
  tokensIn: number;
  tokensOut: number;
  latencyMs: number;
  costUsd: number;
};

export type Choice = {
  /** Natural-log probability of each choice as the whole answer, in the order given. */
  logprobs: Float64Array;
  tokensIn: number;
  latencyMs: number;
  costUsd: number;
};

export type Model = {
  /** e.g. `micro:DIR`. */
  name: string;
  caps: { choose: boolean; batch: number };
  complete(prompts: Message[][], options: { maxTokens: number; signal: AbortSignal }): Promise<Completion[]>;
  choose?(prompts: { messages: Message[]; choices: string[] }[], options: { signal: AbortSignal }): Promise<Choice[]>;
};
