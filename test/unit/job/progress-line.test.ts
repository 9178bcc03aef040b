import { describe, expect, test } from "vitest";
import { formatCount, formatDuration, makeProgressLine } from "../../../src/job/progress-line.ts";

describe("makeProgressLine", () => {
  test("tells step, loss, pace and the time left at this run's own pace", () => {
    let now = 0;
    const line = makeProgressLine(() => now);
    const tune = {
      phase: "tune",
      steps: 900,
      loss: 2.311,
      rate: 0.1,
      tokensPerSecond: 31_204,
    } as const;
    expect(line({ ...tune, step: 400 })).toBe("tune 400/900 loss 2.31 · 31k tokens/s");
    now = 2000;
    expect(line({ ...tune, step: 420 })).toBe("tune 420/900 loss 2.31 · 31k tokens/s · ETA 48 s");
    expect(line({ ...tune, phase: "base", step: 1 })).not.toContain("ETA");
  });

  test("leaves out what a provider does not tell", () => {
    const line = makeProgressLine(() => 0);
    expect(
      line({ phase: "tune", step: 1, steps: 2, loss: null, rate: null, tokensPerSecond: null }),
    ).toBe("tune 1/2");
  });

  test("tells the step alone, and no time left, where no total is known", () => {
    let now = 0;
    const line = makeProgressLine(() => now);
    const tune = { phase: "tune", steps: 0, loss: 1, rate: null, tokensPerSecond: null } as const;
    expect(line({ ...tune, step: 0, loss: null })).toBe("tune 0");
    now = 10_000;
    expect(line({ ...tune, step: 2 })).toBe("tune 2 loss 1.00");
  });
});

test("formatCount keeps two digits", () => {
  expect(
    [0, 949.6, 1000, 9949, 9960, 31_204, 999_499, 999_500, 12_300_000].map(formatCount),
  ).toEqual(["0", "950", "1.0k", "9.9k", "10k", "31k", "999k", "1.0M", "12M"]);
});

test("formatDuration speaks in seconds, minutes, hours", () => {
  expect([400, 59_400, 60_000, 200_000, 7_500_000].map(formatDuration)).toEqual([
    "0 s",
    "59 s",
    "1 min 0 s",
    "3 min 20 s",
    "2 h 5 min",
  ]);
});
