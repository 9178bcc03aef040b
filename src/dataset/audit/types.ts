// What an audit finding is: a stream of examples goes in, a count with sample ids comes out. State is plain data, so
// that worker threads can each see a range of users and the states be merged in any order.

import type { Split } from "../../log/split/timeline.ts";
import type { Example } from "../task/types.ts";

export type Severity = "error" | "warning" | "note";

/**
 * One example as an audit sees it. While building, one object serves all examples: keep values of it, not the object.
 */
export type Seen = {
  /** While building a view: each field is made when it is read, prompt and completion at some cost. */
  example: Example;
  split: Split;
  /** UTC seconds of the history rows, parallel to example.history; absent where the log has no time. */
  historyTimes?: ArrayLike<number>;
  /** What an audit of files looked up beside the example; absent while building. */
  facts?: SeenFacts;
  /** The example in numbers, while building. */
  built?: BuiltFacts;
};

/** Items are catalog indices. */
export type BuiltFacts = {
  item: number;
  history: readonly number[];
  candidates: ArrayLike<number> | null;
  /** Hash of prompt and completion. */
  text: { low: number; high: number };
  /** false: the answer, as it is written, stands nowhere in the prompt. */
  mayShowAnswer: boolean;
};

/** `user` "" in the example means that the file does not tell its users; `item` "" the same of the target. */
export type SeenFacts = {
  /** Liked and disliked items that the prompt shows; null where ratings are not known. */
  shown: { likes: number; dislikes: number } | null;
  /** Whether the target is liked; null where that is not known. */
  liked: boolean | null;
  /** The target's titles, in each language. */
  titles: readonly string[];
  /** Titles of the items that the prompt shows by design: history and candidates. */
  shownTitles: readonly string[];
  /** The target's description, where the catalog has one. */
  text: string | null;
};

/** `severity` null: nothing found. `examples`: at most 5 ids, smallest first. */
export type FindingResult = {
  severity: Severity | null;
  count: number;
  examples: string[];
  value: number | null;
  message: string;
};

export type Audit<State> = {
  see(seen: Seen): void;
  /** Structured-clonable; the audit must not be used after its state was handed over to another thread. */
  state(): State;
  mergeState(state: State): void;
  result(): FindingResult;
};

export type AuditOptions = {
  /** With "keep", a target inside its own history is meant: a note, no error. */
  repeats: "drop-target" | "keep";
  /** `split.by` of the recipe, where it is known. */
  splitBy?: string;
  /** Whether prompts name items by id. */
  idsShown?: boolean;
  /** Interactions of an item in train, where the catalog is at hand. */
  popularityOf?: (item: string) => number;
  /** Texts longer than this are cut by the trainer. */
  maxTokens?: number;
  countTokens?: (text: string) => number;
};

export type Finding<State = unknown> = {
  name: string;
  /** What it looks for, one sentence. */
  about: string;
  /** The worst it can say. */
  severity: Severity;
  /** false: too dear for a build, or it needs `facts`; runs in `rectune audit` alone. */
  inBuild?: boolean;
  create(options: AuditOptions): Audit<State>;
};
