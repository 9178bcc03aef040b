import { expect, test } from "vitest";
import { makeTimeReader } from "../../../../src/log/reader/read-times.ts";
import type { LogSink } from "../../../../src/log/reader/types.ts";

function readAll(texts: string[]): [(number | null)[], string[]] {
  const notes: string[] = [];
  const sink = { note: (code: string) => void notes.push(code) } as unknown as LogSink;
  const read = makeTimeReader(sink);
  return [texts.map(read), notes];
}

test.each([
  [["0", "1609459200", "1.6e9"], [0, 1_609_459_200, 1_600_000_000], []],
  [
    ["1609459200999", "1609459201000"],
    [1_609_459_200, 1_609_459_201],
    ["time-milliseconds", "time-milliseconds"],
  ],
  [["1609459200000001"], [1_609_459_200], ["time-microseconds"]],
  // The first number says the unit; another unit is no time.
  [["1609459200", "1609459200000"], [1_609_459_200, null], []],
  [["1609459200000", "1609459200"], [1_609_459_200, null], ["time-milliseconds"]],
  [
    ["-86400", "1960-01-01"],
    [-86_400, -315_619_200],
    ["time-before-1970", "time-before-1970"],
  ],
  [
    ["2021-01-01", "2021-01-01T09:00:00+09:00", "soon", "NaN", "Infinity", "1e30"],
    [1_609_459_200, 1_609_459_200, null, null, null, null],
    [],
  ],
])("%j", (texts, times, notes) => expect(readAll(texts)).toEqual([times, notes]));
