import { describe, expect, it } from "vitest";
import { noFacts, runFinding, seenOf } from "./run-finding.ts";

const text = "A thief who steals secrets from dreams takes one last job";
const asking = (content: string, task = "next-item") =>
  seenOf({ id: "a", task, prompt: [{ role: "user", content }] }, { facts: { ...noFacts, text } });

describe("user-text-from-target", () => {
  it("finds a profile that repeats the description of the target", () => {
    const profile = asking("The viewer likes a THIEF who steals secrets from dreams. Next:");
    expect(runFinding("user-text-from-target", [profile, seenOf()])).toMatchObject({
      severity: "error",
      count: 1,
      examples: ["a"],
      value: 0.5,
    });
  });

  it("finds a prompt that repeats the review it asks for", () => {
    const completion = [
      { role: "assistant" as const, content: "The slow build held me until the very end." },
    ];
    const prompt = [
      { role: "user" as const, content: "Often writes: slow build held me until the. Why?" },
    ];
    const review = { id: "a", task: "explanation", source: "review" as const, completion, prompt };
    expect(runFinding("user-text-from-target", [seenOf(review)])).toMatchObject({ count: 1 });
    // An explanation made from metadata is made of the prompt's own words.
    expect(
      runFinding("user-text-from-target", [seenOf({ ...review, source: "metadata" })]).count,
    ).toBe(0);
  });

  it("does not take a long title, which its description says too, for a leak", () => {
    const title = "The Long and Winding Road to the Sea";
    const facts = { ...noFacts, text: `${title}. A road film.`, titles: [title] };
    const shown = { id: "a", task: "ranking", prompt: [{ role: "user" as const, content: title }] };
    expect(runFinding("user-text-from-target", [seenOf(shown, { facts })]).count).toBe(0);
    const told = [{ role: "user" as const, content: `${title}. A road film.` }];
    const both = seenOf({ ...shown, prompt: told }, { facts });
    expect(runFinding("user-text-from-target", [both]).count).toBe(1);
  });

  it("does not fire for fewer words in a row, nor where the item is shown by design", () => {
    const stream = [asking("a thief who steals secrets often"), asking(text, "rating")];
    expect(runFinding("user-text-from-target", stream)).toMatchObject({ severity: null, count: 0 });
  });
});
