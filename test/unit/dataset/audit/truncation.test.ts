import { describe, expect, it } from "vitest";
import { runFinding, seenOf } from "./run-finding.ts";

const countTokens = (text: string): number => text.length;
const sized = (id: string, prompt: number, answer: number) =>
  seenOf({
    id,
    prompt: [
      { role: "system", content: "s" },
      { role: "user", content: "p".repeat(prompt - 1) },
    ],
    completion: [{ role: "assistant", content: "a".repeat(answer) }],
  });

describe("truncation", () => {
  it("tells prompts that are cut from answers that are", () => {
    const stream = [sized("a", 11, 1), sized("b", 8, 3), sized("c", 8, 2)];
    expect(runFinding("truncation", stream, { maxTokens: 10, countTokens })).toMatchObject({
      severity: "error",
      count: 2,
      examples: ["a", "b"],
      value: 2 / 3,
      message: "of 3 examples 1 prompts and 1 answers are cut at 10 tokens",
    });
  });

  it("does not fire where all fits, and not without a limit", () => {
    const stream = [sized("a", 8, 2)];
    expect(runFinding("truncation", stream, { maxTokens: 10, countTokens })).toMatchObject({
      severity: null,
      value: 0,
    });
    expect(runFinding("truncation", stream)).toMatchObject({ severity: null, value: null });
  });
});
