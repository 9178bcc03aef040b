import { describe, expect, it } from "vitest";
import { noFacts, runFinding, seenOf } from "./run-finding.ts";

const facts = { ...noFacts, titles: ["Blade Runner", "블레이드 러너"] };
const asking = (content: string, shownTitles: string[] = []) =>
  seenOf(
    { id: "a", item: "blade-runner", prompt: [{ role: "user", content }] },
    { facts: { ...facts, shownTitles } },
  );

describe("target-in-prompt", () => {
  it.each(["seen: blade-runner, next:", "he loves Blade Runner", "블레이드 러너 5"])(
    "finds the target in: %s",
    (content) => {
      expect(runFinding("target-in-prompt", [asking(content), seenOf()])).toMatchObject({
        severity: "warning",
        count: 1,
        examples: ["a"],
      });
      expect(runFinding("target-in-prompt", [asking(content)], { repeats: "keep" }).severity).toBe(
        "note",
      );
    },
  );

  it("does not take part of a longer word, or of a title in the history, for the target", () => {
    const stream = [
      asking("Blade Runners"),
      asking("Blade Runner 2049 (2017) 5", ["Blade Runner 2049"]),
    ];
    expect(runFinding("target-in-prompt", stream)).toMatchObject({ severity: null, count: 0 });
  });

  it("leaves tasks alone that name their item, and short names", () => {
    const named = asking("Blade Runner?");
    const stream = [
      { ...named, example: { ...named.example, task: "rating" } },
      seenOf({ item: "it", prompt: [{ role: "user", content: "is it on?" }] }),
    ];
    expect(runFinding("target-in-prompt", stream).count).toBe(0);
  });
});
