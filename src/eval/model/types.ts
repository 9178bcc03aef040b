// Anything that answers prompts. Capabilities are data; `choose` exists where the model gives log-probabilities.

import type { Message } from "../../dataset/task/types.ts";

export type Completion = {
  text: string;
  /** `length` = cut at maxTokens. */
  finish: "stop" | "length";
  tokensIn: number;
  tokensOut: number;
  costUsd: number;
};

export type Choice = {
  /** Natural-log probability of each choice as the whole answer, in the order given. */
  logprobs: Float64Array;
  tokensIn: number;
  costUsd: number;
};

export type ChoicePrompt = { messages: Message[]; choices: string[] };

export type Model = {
  /** e.g. `micro:d64`. */
  name: string;
  caps: {
    /** Prompts that one call takes best. */
    batch: number;
  };
  /** One completion a prompt, in order. */
  complete(prompts: Message[][], options: { maxTokens: number }): Promise<Completion[]>;
  /** Log-probabilities of the choices of each prompt, in order; absent where the model does not give them. */
  choose?(prompts: ChoicePrompt[]): Promise<Choice[]>;
  close(): Promise<void>;
};

/** A model that can be opened: what it is, before anything heavy is loaded. */
export type ModelSource = {
  /** As predictions and reports name it. */
  name: string;
  /** Hash of the weights; the same identity gives the same answers. */
  identity: string;
  /** One line for the report. */
  about: string;
  open(options: { threads: number }): Promise<Model>;
};
