import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TokenChoice } from "../../../../src/eval/model/chat.ts";
import { scoreChoices } from "../../../../src/eval/model/score-choices.ts";

/** A token with probabilities: [token, p, {other: p}]. */
const at = (token: string, p: number, others: Record<string, number> = {}): TokenChoice => ({
  token,
  logprob: Math.log(p),
  top: [[token, p] as const, ...Object.entries(others)].map(([t, q]) => ({
    token: t,
    logprob: Math.log(q),
  })),
});

function probabilities(choices: string[], tokens: TokenChoice[]): number[] | null {
  const scored = scoreChoices(choices, tokens);
  return (
    scored && Array.from(scored.logprobs, (logprob) => Math.round(Math.exp(logprob) * 1e5) / 1e5)
  );
}

describe("scoreChoices", () => {
  test("numbers are one token each", () => {
    const scored = scoreChoices(["1", "2", "3", "4", "5"], [at("4", 0.5, { "5": 0.3, "3": 0.1 })])!;
    expect(Array.from(scored.logprobs, Math.exp)).toEqual(
      [0.1, 0.1, 0.1, 0.5, 0.3].map((p) => expect.closeTo(p, 5)),
    );
    expect(scored).toMatchObject({ outside: 2, k: 3 });
    expect(scored.floor).toBeCloseTo(Math.log(0.1), 5);
    expect(scored.floor).toBeLessThan(scored.logprobs[2]!);
  });

  test("titles that begin alike are told apart where they part", () => {
    const choices = ["The Thing (1982)", "The Matrix (1999)", "Alien (1979)", "Antz (1998)"];
    const tokens = [
      at("The", 0.6, { A: 0.2 }),
      at(" Matrix", 0.7, { " Thing": 0.25 }),
      at(" (1999)", 1),
    ];
    // "A" leads to two titles; which of them is not known.
    expect(probabilities(choices, tokens)).toEqual([0.15, 0.42, 0.1, 0.1]);
  });

  test("a choice that no likely token begins is below what the likely ones got", () => {
    const scored = scoreChoices(
      ["Heat", "Alien", "Zodiac"],
      [at("Alien", 0.7, { He: 0.2, "\n": 0.01 })],
    )!;
    expect(scored.outside).toBe(1);
    expect(scored.logprobs[2]).toBeCloseTo(Math.log(0.01), 5);
  });

  test("quotes, emphasis and space before a title do not matter", () => {
    const tokens = [at(' "', 0.5, { Heat: 0.2 }), at("Alien", 0.9, { Heat: 0.1 }), at('"', 1)];
    expect(probabilities(["Heat", "Alien"], tokens)).toEqual([0.25, 0.45]);
    expect(
      probabilities(['"Great Performances" Cats', "Heat"], [at('"', 1), at("Great", 1)]),
    ).toEqual([1, 0]);
  });

  test("a choice that others go on from counts where the answer ends with it", () => {
    expect(probabilities(["Alien", "Aliens"], [at("Alien", 0.8)])).toEqual([0.8, 0.2]);
    expect(probabilities(["4", "4.5"], [at("4", 0.8), at(".", 0.5), at("5", 1)])![1]).toBe(0.4);
  });

  test("what follows a choice does not matter", () => {
    const tokens = [at("Alien", 0.8, { Heat: 0.2 }), at(".", 1), at(" A classic", 1)];
    expect(probabilities(["Heat", "Alien"], tokens)).toEqual([0.2, 0.8]);
  });

  test.each([
    [
      "talks before it names one",
      ["I, Robot", "Heat"],
      [at("I", 0.9), at("'d say", 1), at(" Heat", 1)],
    ],
    ["names another", ["Alien (1979)"], [at("Alien", 1), at(" (1986)", 1)]],
    ["is a number between", ["4", "5"], [at("4", 0.8), at(".", 1), at("5", 1)]],
    ["is empty", ["Alien"], [at("\n", 1)]],
    ["has no tokens", ["Alien"], []],
  ])("an answer that %s is left to be read as text", (_, choices, tokens) => {
    expect(scoreChoices(choices, tokens)).toBeNull();
  });

  const word = fc.constantFrom("a", "b", "ab", "c ", "(1)", " d");
  const title = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(""));
  const weights = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), {
    minLength: 6,
    maxLength: 6,
  });

  test("of any answer: a number for each choice, none above the floor that is outside, no more than 1 in all", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(title, { minLength: 1, maxLength: 8 }),
        fc.array(fc.tuple(word, weights), { minLength: 1, maxLength: 5 }),
        (choices, path) => {
          const words = ["a", "b", "ab", "c ", "(1)", " d"];
          const tokens = path.map(([token, raw]) => {
            const sum = raw.reduce((total, weight) => total + weight, 0);
            const shares = words.map((other, i) => [other, raw[i]! / sum] as const);
            return at(
              token,
              shares.find(([other]) => other === token)![1],
              Object.fromEntries(shares),
            );
          });
          const scored = scoreChoices(choices, tokens);
          if (scored === null) return;
          expect(scored.logprobs.every(Number.isFinite)).toBe(true);
          expect(Math.min(...scored.logprobs)).toBeGreaterThanOrEqual(scored.floor);
          const ordered = Array.from(scored.logprobs).sort((x, y) => x - y);
          const inside = ordered.slice(scored.outside);
          expect(inside.reduce((sum, logprob) => sum + Math.exp(logprob), 0)).toBeLessThan(
            1 + 1e-9,
          );
        },
      ),
    );
  });
});
