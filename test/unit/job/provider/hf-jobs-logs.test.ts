// The cursor over a log whose connections break: for any breaks, each line once and in order; and what the trainer's lines
// tell, whatever else stands in a log.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LogCursor, type LogLine } from "../../../../src/job/provider/hf-jobs-logs.ts";
import { doneOf, errorOf, progressOf } from "../../../../src/job/provider/trainer-events.ts";

/** A log with lines that repeat and share their time. */
const logs = fc
  .array(fc.record({ message: fc.constantFrom("a", "b", "c"), step: fc.nat(2) }), { maxLength: 30 })
  .map((lines) => {
    let ms = 1_700_000_000_000;
    return lines.map(({ message, step }): LogLine => ({
      message,
      timestamp: new Date((ms += step)),
    }));
  });

function readAll(connections: readonly (readonly LogLine[])[]): LogLine[] {
  const cursor = new LogCursor();
  return connections.flatMap((lines) => lines.filter(cursor.connect()));
}

describe("a log cursor", () => {
  test("tells each line once, wherever its connections break", () => {
    fc.assert(
      fc.property(logs, fc.array(fc.nat(30), { maxLength: 6 }), (lines, breaks) => {
        const connections = [...breaks.map((at) => lines.slice(0, at)), lines];
        expect(readAll(connections)).toEqual(lines);
      }),
    );
  });

  test("tells no line twice where the beginning of the log is gone", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(20), (first, cut, more) => {
        const lines = Array.from({ length: 1 + first + more }, (_, i): LogLine => ({
          message: `line ${i}`,
          timestamp: new Date(1_700_000_000_000 + i * 10),
        }));
        const seen = lines.slice(0, first + 1);
        const told = readAll([seen, lines.slice(Math.min(cut, first + 1))]);
        expect(told).toEqual(lines);
      }),
    );
  });
});

describe("a line", () => {
  test("tells progress only where the trainer wrote it so", () => {
    const line = {
      event: "progress",
      step: 10,
      steps: 40,
      loss: 1.5,
      rate: 1e-4,
      tokensPerSecond: 9,
    };
    expect(progressOf(JSON.stringify(line))).toEqual({
      phase: "tune",
      step: 10,
      steps: 40,
      loss: 1.5,
      rate: 1e-4,
      tokensPerSecond: 9,
    });
    expect(progressOf(JSON.stringify({ ...line, loss: null }))).toMatchObject({ loss: null });
    expect(progressOf(JSON.stringify({ ...line, loss: "NaN" }))).toMatchObject({ loss: null });
    for (const other of ["", "10/40", "{", "{}", "[1]", '{"event":"progress","step":-1,"steps":4}'])
      expect(progressOf(other)).toBeNull();
  });

  test("tells the result, or why there is none", () => {
    const pushed = { repo: "ana/x", revision: "a".repeat(40) };
    expect(doneOf(JSON.stringify({ event: "done", steps: 4, tokens: 9, pushed }))).toEqual({
      steps: 4,
      tokens: 9,
      pushed,
    });
    expect(doneOf('{"event":"done"}')).toEqual({ steps: null, tokens: null, pushed: null });
    expect(doneOf('{"event":"progress"}')).toBeNull();
    expect(errorOf('{"event":"error","message":"no room"}')).toBe("no room");
    expect(errorOf("error")).toBeNull();
  });

  test("of any text breaks nothing", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const read of [progressOf, doneOf, errorOf])
          for (const line of [text, `{${text}`]) read(line);
      }),
    );
  });
});
