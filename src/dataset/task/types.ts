// What a task is: it turns one target interaction into a draft (variables for a wording), and reads an answer back.

import type { z } from "zod";
import type { Rng } from "../../base/rng.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { ItemWeights } from "../../log/baseline/item-weights.ts";
import type { Timeline } from "../../log/split/timeline.ts";
import type { DomainWords } from "../template/load-domains.ts";
import type { AnswerForm } from "./read-answer.ts";
import type { BlockName, Lang, Message } from "../template/wording.ts";

export type { DomainWords, Lang, Message };
export type Source = "log" | "review" | "metadata" | "model";

/** Whether train holds the example's user and item. */
export type Warmth = "warm" | "cold-user" | "cold-item" | "cold";

/** One JSONL line of a dataset; keys always present, in this order (DESIGN section 4). */
export type Example = {
  id: string;
  task: string;
  wording: string;
  prompt: Message[];
  completion: Message[];
  user: string;
  item: string;
  row: number;
  time: number | null;
  rating: number | null;
  history: string[];
  candidates: string[] | null;
  /** Items the answer is preferred over, for preference pairs; never in the prompt. */
  negatives: string[] | null;
  label: string | null;
  source: Source;
  warmth: Warmth;
};

/** `history.show` of the recipe. "ids" and "title+id" also name candidates and answers by id. */
export const shows = ["title", "title+rating", "title+rating+age", "ids", "title+id"] as const;
export type Show = (typeof shows)[number];

/** What some ways of drawing candidates need; plain data, in shared memory where it is large. */
export type CandidateData = {
  /** Time of an item's first interaction by catalog index, NaN where it has none; null where nothing asks for it. */
  firstTime: Float64Array | null;
  /** Fitted baselines by name. */
  weights: Readonly<Record<string, ItemWeights>>;
};

/** Everything a task may look at besides the timeline. */
export type TaskContext = {
  catalog: Catalog;
  lang: Lang;
  words: DomainWords;
  /** Distinct ratings of the log, ascending; empty where the log has none. */
  scale: number[];
  /** What history lines show, and how items are named everywhere. */
  show: Show;
  /** Mean rating of the user's history decides what "liked" means; this is the fallback threshold. */
  likedFrom: number;
  candidateData?: CandidateData | undefined;
};

/** The target and what precedes it. Indices point into `timeline.batch`. */
export type TaskInput = {
  timeline: Timeline;
  /** Row index of the target in the batch. */
  target: number;
  /** Row indices of the shown history, oldest first, never holding the target's item (unless repeats are kept). */
  history: number[];
};

/** Streams keyed by (seed, purpose, user): a task draws candidates from `negatives` and their order from `order`. */
export type TaskStreams = { negatives: Rng; order: Rng };

/** What a wording renders. `make` gives {skip: reason} where a target makes no example of the task (counted by reason). */
export type Draft = {
  variables: Record<string, unknown>;
  /** Catalog indices. */
  candidates: Int32Array | number[] | null;
  /** Catalog indices; absent where the recipe asks for none. */
  negatives?: Int32Array | number[];
  label: string | null;
  source: Source;
};

/** A parsed answer. `items` are catalog ids, best first. */
export type Outcome =
  | { outcome: "ok"; items: string[]; value: number | null }
  | { outcome: "malformed"; reason: string };

/** What an answer is read against. `candidates` are catalog ids. */
export type ParseContext = {
  catalog: Catalog;
  lang: Lang;
  scale: number[];
  candidates: string[] | null;
  /** How the dataset names items; ids in answers count only where prompts show them. Default: titles. */
  show?: Show;
  /** How the wording's answer names what it chose (`formOf` its answer block). Default: title. */
  form?: AnswerForm;
};

export type Task = {
  name: "rating" | "next-item" | "ranking" | "preference" | "explanation";
  /** Variables a wording may use: `prompt` ones anywhere, `answer` ones only in the answer block. */
  variables: { prompt: readonly string[]; answer: readonly string[] };
  /** Blocks a wording of this task must fill. */
  blocks: readonly BlockName[];
  /** The task's piece of the recipe; `make` gets what it parsed. */
  options: z.ZodType<TaskOptions>;
  make(
    input: TaskInput,
    context: TaskContext,
    options: TaskOptions,
    streams: TaskStreams,
  ): Draft | { skip: string };
  /** Reads a model's free text. */
  parse(text: string, context: ParseContext): Outcome;
  /** How a model is asked: choose among the candidates, among the scale's values, yes or no, or write text. */
  ask: "choose-candidate" | "choose-rating" | "choose-yes-no" | "choose-item" | "write";
};

/** The task's own piece of the recipe, e.g. {type: ranking, candidates: {from, n, truth}}. */
export type TaskOptions = { type: string; [key: string]: unknown };
