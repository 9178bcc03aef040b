import { describe, expect, it, test } from "vitest";
import {
  auditShots,
  type AskedWithShots,
  type ExampleFacts,
} from "../../../src/eval/audit-shots.ts";

const facts = (user: string, time: number | null, split = "train"): ExampleFacts => ({
  id: `rating/${user}/1`,
  user,
  time,
  split,
});

function ask(shot: ExampleFacts | null, target: Partial<ExampleFacts> = {}): AskedWithShots {
  return {
    system: "few-shot",
    example: "rating/u1/9",
    target: { ...facts("u1", 100, "test"), ...target },
    shots: [{ id: shot?.id ?? "rating/gone/1", facts: shot }],
    isProven: true,
  };
}

const severe = (asked: AskedWithShots[]): string[] =>
  Object.entries(auditShots(asked, [])).flatMap(([name, { severity }]) => (severity ? [name] : []));

test.each<[string, AskedWithShots, string[]]>([
  ["an earlier shot of someone else", ask(facts("u2", 99)), []],
  ["a shot of the same moment", ask(facts("u2", 100)), []],
  ["a later shot", ask(facts("u2", 101)), ["shots-later"]],
  ["one of the user asked about", ask(facts("u1", 5)), ["shots-own-user"]],
  ["one of test", ask(facts("u2", 5, "test")), ["shots-not-train"]],
  ["one of validation", ask(facts("u2", 5, "validation")), ["shots-not-train"]],
  ["one that the dataset lacks", ask(null), ["shots-not-train"]],
  [
    "all at once",
    ask(facts("u1", 101, "test")),
    ["shots-later", "shots-own-user", "shots-not-train"],
  ],
  [
    "a question that the dataset lacks",
    { ...ask(facts("u2", 99)), target: null },
    ["shots-question-unknown"],
  ],
  [
    "a request that was another question's",
    { ...ask(facts("u2", 99)), isProven: false },
    ["shots-not-sent"],
  ],
  ["a request that cannot be made again", { ...ask(facts("u2", 99)), isProven: null }, []],
])("%s", (_name, asked, expected) => {
  expect(severe([asked])).toEqual(expected);
});

describe("what it says", () => {
  it("counts shots and names at most five, in order", () => {
    const asked = ["7", "3", "5", "1", "6", "2"].map((n) => ({
      ...ask(facts("u2", 101)),
      example: `rating/u1/${n}`,
    }));
    const later = auditShots([...asked, ask(facts("u2", 1))], [])["shots-later"]!;
    expect(later).toMatchObject({ severity: "error", count: 6 });
    expect(later.message).toBe("6 shots are later than their questions (of 7)");
    expect(later.examples).toHaveLength(5);
    expect(later.examples[0]).toBe("few-shot: rating/u1/1 ← rating/u2/1");
  });

  it("says where there was nothing to judge", () => {
    const report = Object.values(auditShots([], []));
    expect(report.map(({ severity }) => severity)).toEqual(Array(6).fill(null));
    for (const { message } of report) expect(message).toBe("no question was asked with shots");
  });

  it("names questions that have no shots on record, even where no prediction names shots", () => {
    const report = auditShots([], [{ system: "few-shot", example: "rating/u1/9" }]);
    expect(report["shots-unrecorded"]).toMatchObject({
      severity: "error",
      count: 1,
      examples: ["few-shot: rating/u1/9"],
    });
    expect(auditShots([ask(facts("u2", 1))], [])["shots-unrecorded"]!.severity).toBeNull();
  });

  it("notes what an earlier dataset left behind, and what could not be asked again", () => {
    const unknown = { ...ask(facts("u2", 1)), target: null };
    const unproven = { ...ask(facts("u2", 1)), isProven: null };
    const report = auditShots([unknown, unproven, ask(facts("u3", 1))], []);
    expect(report["shots-question-unknown"]).toMatchObject({ severity: "note", count: 1 });
    expect(report["shots-not-sent"]!.message).toMatch(
      /\(2 questions\); 1 of 2 could not be asked again$/,
    );
  });

  it("says how many shots have no time", () => {
    const { message } = auditShots([ask(facts("u2", null)), ask(facts("u2", 1))], [])[
      "shots-later"
    ]!;
    expect(message).toBe(
      "no shot is later than its question (2 shots); 1 of 2 have no time to judge by",
    );
  });
});
