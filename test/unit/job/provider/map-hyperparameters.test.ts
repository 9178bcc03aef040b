// The recipe's words in providers' words: every field is sent or refused, none is dropped.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mapHyperparameters } from "../../../../src/job/provider/map-hyperparameters.ts";
import { rulesOf } from "../../../../src/job/provider/openai-profiles.ts";
import { togetherRules } from "../../../../src/job/provider/together-client.ts";
import type { Hyperparameters } from "../../../../src/job/provider/types.ts";

const plain: Hyperparameters = {
  epochs: 2,
  learningRate: "auto",
  batchSize: "auto",
  lora: null,
  maxTokens: 512,
};

const some: fc.Arbitrary<Hyperparameters> = fc.record({
  epochs: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0.1, max: 99, noNaN: true })),
  learningRate: fc.oneof(
    fc.constant("auto" as const),
    fc.double({ min: 1e-9, max: 1, noNaN: true }),
  ),
  batchSize: fc.oneof(fc.constant("auto" as const), fc.integer({ min: 1, max: 1000 })),
  lora: fc.option(
    fc.record({
      rank: fc.integer({ min: 1, max: 512 }),
      alpha: fc.oneof(
        fc.integer({ min: 1, max: 512 }),
        fc.double({ min: 0.1, max: 64, noNaN: true }),
      ),
    }),
  ),
  maxTokens: fc.integer({ min: 16, max: 300_000 }),
});

describe.each([
  ["openai", rulesOf.openai],
  ["nebius", rulesOf.nebius],
  ["together", togetherRules],
] as const)("%s", (_name, rules) => {
  test("sends or refuses every value that is given", () => {
    fc.assert(
      fc.property(some, (h) => {
        const { fields, problems } = mapHyperparameters(h, rules);
        const isTold = (word: string, name: string | undefined): boolean =>
          (name !== undefined && name in fields) || problems.some((text) => text.includes(word));
        expect(isTold("hyperparameters.epochs", rules.epochs.name)).toBe(true);
        if (h.learningRate !== "auto")
          expect(isTold("hyperparameters.learningRate", rules.learningRate?.name)).toBe(true);
        if (h.batchSize !== "auto")
          expect(isTold("hyperparameters.batchSize", rules.batchSize?.name)).toBe(true);
        if (h.lora !== null) expect(isTold("hyperparameters.lora", rules.lora?.rank)).toBe(true);
        if (rules.maxTokens !== null)
          expect(isTold("hyperparameters.maxTokens", rules.maxTokens.name)).toBe(true);
      }),
    );
  });

  test("takes the plainest recipe", () => {
    expect(mapHyperparameters(plain, rules).problems).toEqual([]);
  });
});

describe("mapHyperparameters", () => {
  test("takes the next length that holds maxTokens", () => {
    const map = (maxTokens: number) => mapHyperparameters({ ...plain, maxTokens }, rulesOf.nebius);
    expect(map(512).fields["context_length"]).toBe(8192);
    expect(map(8193).fields["context_length"]).toBe(16384);
    expect(map(131_073).problems.join()).toContain("131072 at most");
  });

  test("says auto where a provider wants it said", () => {
    expect(mapHyperparameters(plain, togetherRules).fields).toEqual({
      n_epochs: 2,
      batch_size: "max",
    });
  });
});
