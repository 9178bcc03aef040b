// What an audit finding is: a stream of examples goes in, a count with sample ids comes out. State is plain data, so
// that worker threads can each see a range of users and the states be merged in any order.

import type { Split } from "../../log/split/timeline.ts";
import type { Example } from "../task/types.ts";

export type Severity = "error" | "warning" | "note";

/** One example as an audit sees it. */
export type Seen = {
  example: Example;
  split: Split;
  /** UTC seconds of the history rows, parallel to example.history; absent where the log has no time. */
  historyTimes?: ArrayLike<number>;
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
};

export type Finding<State = unknown> = {
  name: string;
  /** What it looks for, one sentence. */
  about: string;
  /** The worst it can say. */
  severity: Severity;
  create(options: AuditOptions): Audit<State>;
};
