// Rows of preference formats: one for each rejected answer of an example.

import type { Example } from "../task/types.ts";
import type { Row, WriteSetting, Written } from "./types.ts";

/** A row for each rejected answer, or the reason there is none. */
export function writePairs(
  example: Example,
  { answers, pairs }: WriteSetting,
  rowOf: (rejected: string) => Row,
): Written {
  const others = answers.othersOf(example, pairs);
  return "skip" in others ? others : { rows: others.texts.map(rowOf) };
}
