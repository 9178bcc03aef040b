// Anything that answers prompts. Capabilities are data; `choose` exists where the model gives log-probabilities.

import type { Message } from "../../dataset/task/types.ts";

/** What an answer took. */
export type Used = {
  tokensIn: number;
  tokensOut: number;
  costUsd: number;
  /** Of the request that was answered, without waiting for its turn; absent where nothing was sent. */
  latencyMs?: number;
  /** Until the first piece of the answer; where it was streamed. */
  firstTokenMs?: number;
  /** Requests sent for this answer; absent where nothing is ever sent twice. */
  attempts?: number;
  /** What must be said beside the answer: retries, floors, why it failed. */
  note?: string;
};

export type Completion = Used & {
  text: string;
  /** `length` = cut at maxTokens; `refused` by the model or its filter; `failed` = no answer came, `note` says why. */
  finish: "stop" | "length" | "refused" | "failed";
};

export type Choice = Omit<Used, "tokensOut"> & {
  /** Natural-log probability of each choice as the whole answer, in the order given. */
  logprobs: Float64Array;
  /** The answer as written, by models that write one to be scored; it counts where no choice has a number. */
  written?: Completion;
};

export type ChoicePrompt = { messages: Message[]; choices: string[] };

export type AskOptions = {
  maxTokens: number;
  /** JSON Schema of the answers, where the prompts ask for JSON; models that cannot be held to one leave it. */
  schema?: Readonly<Record<string, unknown>>;
};

export type Model = {
  /** e.g. `micro:d64`. */
  name: string;
  caps: {
    /** Prompts that one call takes best. */
    batch: number;
    /** Calls at a time that keep the model busy; default 1. */
    calls?: number;
  };
  /** One completion a prompt, in order. */
  complete(prompts: Message[][], options: AskOptions): Promise<Completion[]>;
  /** Log-probabilities of the choices of each prompt, in order; absent where the model does not give them. */
  choose?(prompts: ChoicePrompt[], options: AskOptions): Promise<Choice[]>;
  /** Why nothing more should be asked, once that is so: the key is refused, the same failure comes again and again. */
  halted?(): Error | null;
  close(): Promise<void>;
};

/** A model that can be opened: what it is, before anything heavy is loaded. */
export type ModelSource = {
  /** As predictions and reports name it. */
  name: string;
  /** Hash of the weights, or of the server and settings; the same identity gives the same answers. */
  identity: string;
  /** One line for the report. */
  about: string;
  open(options: { threads: number }): Promise<Model>;
};
