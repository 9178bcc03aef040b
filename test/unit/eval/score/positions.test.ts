import { expect, test } from "vitest";
import { findPositions } from "../../../../src/eval/score/positions.ts";
import { makeExample, makePrediction } from "../fixture.ts";

// The truth i09 is shown first; each answer puts it first, second or third.
const ranks = [1, 2, 3, 1, 1, 2, 3, 3];
const scoresOf = (rank: number): Record<string, number> => ({ i09: 4 - rank, i10: 2.5, i11: 1.5 });

/** One answer a user and language, the same in every language. */
function askIn(langs: readonly string[]) {
  const asked = ranks.flatMap((rank, u) =>
    langs.map((lang) => {
      const example = makeExample({
        id: `ranking/u${u}/7/${lang}`,
        user: `u${u}`,
        wording: `ranking/${lang}/shelf@1`,
        candidates: ["i09", "i10", "i11"],
      });
      return {
        example,
        prediction: makePrediction({ example: example.id, choices: scoresOf(rank) }),
      };
    }),
  );
  return findPositions(
    asked.map(({ example }) => example),
    asked.map(({ prediction }) => prediction),
    1,
  );
}

test("a second language of the same users makes no interval of positions narrower", () => {
  const once = askIn(["en"]).slots[0]!;
  expect(once.rank).toMatchObject({ value: 2, n: 8 });
  expect(once.rank.high).toBeGreaterThan(once.rank.low);
  expect(askIn(["en", "ko"]).slots[0]).toEqual(once);
});

test("a user with several answers in one slot weighs one", () => {
  const shown = ["a", "a", "a", "b"].map((user, i) =>
    makeExample({ id: `ranking/${user}/${i}`, user, candidates: ["i09", "i10", "i11"] }),
  );
  const predictions = shown.map(({ id }, i) =>
    makePrediction({ example: id, choices: scoresOf([1, 2, 3, 3][i]!) }),
  );
  const { slots } = findPositions(shown, predictions, 1);
  expect(slots.map(({ slot, rank }) => [slot, rank.value, rank.n])).toEqual([[1, 2.5, 2]]);
});
