// A format: a wire shape that a trainer accepts, one JSON document a line, written from an example and checked again.

import type { Example } from "../task/types.ts";

/** What is wrong with one line of a file. `line` is 1-based; 0 stands for the file as a whole. */
export type FormatFinding = {
  line: number;
  code: string;
  severity: "error" | "note";
  message: string;
};

/** What a service or trainer asks of a file. null where it sets no limit. */
export type FormatLimits = { minRows: number | null; maxBytes: number | null; about: string };

export type Format = {
  name: string;
  /** With the dot. */
  extension: string;
  limits: FormatLimits;
  /** One line without its line end. */
  write(example: Example): string;
  /** Problems of one line, none when it is fine. */
  validate(line: string, lineNumber: number): FormatFinding[];
};
