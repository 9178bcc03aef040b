// What answers examples: a model that is prompted, or a baseline that scores. Both look the same to `predict`.

import type { Example } from "../../dataset/task/types.ts";
import type { Prediction, SystemKind } from "../score/types.ts";

/** What was answered, without what `predict` knows itself. */
export type Answer = Pick<
  Prediction,
  "outcome" | "raw" | "items" | "choices" | "value" | "rank" | "tokensIn" | "tokensOut" | "costUsd"
> & {
  /** Of this answer alone; where absent, its share of the batch counts. */
  latencyMs?: number;
  /** Until its first piece; where it was streamed. */
  firstTokenMs?: number;
  /** Requests sent for it; where absent, one. */
  attempts?: number;
  /** Ids of the train examples that stood before the question. */
  shots?: string[];
  note?: string;
};

/** What a written answer was understood to say. */
export type Reading = Pick<Prediction, "outcome" | "items" | "value">;

/** Something that can answer, loaded. */
export type Answerer = {
  /** Examples that one call takes best. */
  batch: number;
  /** Calls at a time that keep it busy; where absent, one. */
  calls?: number;
  /** One answer an example, in order; all of one task. */
  answer(examples: readonly Example[]): Promise<Answer[]>;
  /** Why nothing more should be asked, once that is so. */
  halted?(): Error | null;
  close(): Promise<void>;
};

/** One system of a suite. Opening it is left for when something is missing. */
export type System = {
  name: string;
  kind: SystemKind;
  about: string;
  /** The model's name in predictions. */
  model: string;
  /** Changes whenever the same question could be answered otherwise. */
  identity: string;
  /** Hash of what its questions are made of besides the dataset; a change of it may change questions. */
  texts?: string;
  /** Tasks it answers. */
  tasks: readonly string[];
  /** What is put before the system for one example, besides itself; hashed into `request`. */
  question(example: Example): Promise<unknown>;
  open(): Promise<Answerer>;
  /** Reads a text that was written in answer to an example; absent where answers are not read. */
  read?(example: Example, text: string): Promise<Reading>;
};

/** Whether the order and the words of a prompt can change what a system answers; baselines read none. */
export function readsPrompts({ kind }: Pick<System, "kind">): boolean {
  return kind !== "classic" && kind !== "trivial";
}

/** Candidate ids by score, best first; equal scores keep the order of the candidates. */
export function rankIds(ids: readonly string[], scores: Float64Array): string[] {
  return ids
    .map((id, i) => ({ id, score: scores[i]! }))
    .toSorted((a, b) => b.score - a.score)
    .map(({ id }) => id);
}

/** An answer that a candidate list was scored with. */
export function scoredAnswer(ids: readonly string[], scores: Float64Array): Answer {
  return {
    ...noCost,
    outcome: "ok",
    raw: null,
    items: rankIds(ids, scores),
    choices: Object.fromEntries(ids.map((id, i) => [id, scores[i]!])),
    value: null,
  };
}

export const noCost = { tokensIn: 0, tokensOut: 0, costUsd: 0 };
