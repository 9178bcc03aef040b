// A format: a shape that a trainer accepts. It turns an example into rows, says what is wrong with a row that anybody
// wrote, and states the limits of who reads it; how rows become a file is the container's business.

import type { Example } from "../task/types.ts";
import type { Answers } from "./answers.ts";

/** What is wrong with one row of a file. `line` is 1-based; 0 stands for the file as a whole. */
export type FormatFinding = {
  line: number;
  code: string;
  severity: "error" | "note";
  message: string;
};

/** What a service or trainer asks of a file. null where it sets no limit. */
export type FormatLimits = {
  minRows: number | null;
  maxRows: number | null;
  maxBytes: number | null;
  about: string;
};

export type Row = Record<string, unknown>;

/** Takes one complaint about a row. */
export type Report = (code: string, message: string) => void;

/** Rows of an example, or why it makes none and what would change that. */
export type Written = { rows: Row[] } | { skip: string; next?: string };

/** What a format may use beside the example. */
export type WriteSetting = {
  /** What the model could have answered instead. */
  answers: Answers;
  /** Rejected answers of one chosen answer, at most. */
  pairs: number;
};

/** jsonl: a row a line; json-array: one array a file; parquet and arrow: columns of the examples themselves. */
export type Container = "jsonl" | "json-array" | "parquet" | "arrow";

/** A file of an export, as its side files name it. */
export type ExportFile = { split: string; path: string; rows: number };

export type Format = {
  name: string;
  container: Container;
  limits: FormatLimits;
  /** Limits of services that read the same shape, by `--profile`. */
  profiles?: Readonly<Record<string, FormatLimits>>;
  /** Whether `write` asks the setting for other answers. */
  needsAnswers?: true;
  write(example: Example, setting: WriteSetting): Written;
  /** Reports what a reader would refuse in a row. */
  check(row: Row, report: Report): void;
  /** The variant of the shape a row has, where a file must hold one alone. */
  variantOf?(row: Row): string;
  /** Files beside the data, by name. */
  sideFiles?(dataset: string, files: readonly ExportFile[]): Record<string, string>;
};

export const noLimits: FormatLimits = {
  minRows: null,
  maxRows: null,
  maxBytes: null,
  about: "no limit of its own",
};
