// Times of one column: the first number says the unit (seconds, milliseconds, microseconds), and a number of another
// unit is no time, because a mixed column has no order that anyone meant.

import { parseNumber, parseTime } from "./parse-field.ts";
import type { LogSink } from "./types.ts";

/** As seconds these would be the years 5138 and 3170843. */
const unitBelow = [1e11, 1e14, 1e17];
export const unitNames = ["seconds", "milliseconds", "microseconds"] as const;

/** Reads the times of a column as UTC seconds; null for a text that is none. What it assumed, it notes in the sink. */
export function makeTimeReader(sink: LogSink): (text: string) => number | null {
  let unit: number | null = null;
  return (text) => {
    const value = parseNumber(text);
    let seconds: number | null;
    if (value === null) seconds = parseTime(text);
    else {
      const size = Math.abs(value);
      const seen = unitBelow.findIndex((below) => size < below);
      if (seen < 0) return null;
      unit ??= seen;
      if (seen !== unit) return null;
      seconds = Math.floor(value / 1000 ** unit);
      if (unit > 0) noteUnit(sink, unit, 1);
    }
    if (seconds !== null && seconds < 0)
      sink.note("time-before-1970", "times before 1970, kept as they are");
    return seconds;
  };
}

/** Says that `count` times were read as milliseconds (unit 1) or microseconds (unit 2). */
export function noteUnit(sink: LogSink, unit: number, count: number): void {
  const name = unitNames[unit]!;
  sink.note(`time-${name}`, `times in ${name}, read as such`, count);
}
