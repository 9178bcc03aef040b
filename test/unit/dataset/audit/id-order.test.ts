import { describe, expect, it } from "vitest";
import { rngFor } from "../../../../src/base/rng.ts";
import { runFinding, seenOf } from "./run-finding.ts";

const n = 60;
const shuffled = rngFor(1, "ids").shuffle(Array.from({ length: n }, (_, i) => i));

describe("id-order", () => {
  const byTime = Array.from({ length: n }, (_, i) =>
    seenOf({ item: String(i), time: 1000 + i, user: `u${shuffled[i]}`, row: shuffled[i]! }),
  );

  it("finds ids that follow time: a warning where prompts show them", () => {
    const result = runFinding("id-order", byTime, { idsShown: true });
    expect(result).toMatchObject({ severity: "warning", count: n });
    expect(result.value).toBeCloseTo(1, 12);
    expect(result.message).toContain("time");
    expect(runFinding("id-order", byTime)).toMatchObject({ severity: "note" });
  });

  it("finds ids given user after user, numbers in their order", () => {
    const stream = Array.from({ length: n }, (_, i) =>
      seenOf({
        item: String(i + 5),
        time: shuffled[i]!,
        user: String(8 + Math.floor(i / 4)),
        row: i,
      }),
    );
    const result = runFinding("id-order", stream, { idsShown: true });
    expect(result.severity).toBe("warning");
    expect(result.message).toContain("user after user");
  });

  it("does not fire for ids in no order, nor for few", () => {
    const stream = byTime.map(({ example }, i) =>
      seenOf({ ...example, item: String(shuffled[(i * 7) % n]) }),
    );
    const result = runFinding("id-order", stream, { idsShown: true });
    expect(result.severity).toBe(null);
    expect(Math.abs(result.value!)).toBeLessThan(0.5);
    expect(runFinding("id-order", byTime.slice(0, 29), { idsShown: true }).value).toBe(null);
  });

  it("takes the earliest of an item's targets", () => {
    const late = byTime.map(({ example }) => seenOf({ ...example, time: 9999, user: "z" }));
    expect(runFinding("id-order", [...late, ...byTime]).value).toBeCloseTo(1, 12);
  });
});
