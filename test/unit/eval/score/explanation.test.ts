import { describe, expect, test } from "vitest";
import { checkExplanation, makeGenreVocabulary } from "../../../../src/eval/score/explanation.ts";
import { genreKey, genreWords } from "../../../../src/eval/score/genre-words.ts";
import type { HistoryLikes } from "../../../../src/eval/score/history-likes.ts";
import { makeCatalog } from "../../../../src/log/catalog/catalog.ts";
import { makeExample } from "../fixture.ts";

const titles = ["The Long Night", "Sci-Fi Horror Show", "Harbour Lights", "It"];
const genres = [["Film-Noir", "Crime"], ["Sci-Fi"], ["Crime", "Drama"], ["Comedy", "Children's"]];
const catalog = makeCatalog({
  ids: ["n", "s", "h", "i"],
  title: titles,
  titles: { ko: ["긴 밤", null, "항구의 불빛", null] },
  year: Int32Array.of(1947, 1980, 1990, 0),
  genres,
  text: [null, null, null, null],
  trainCount: Int32Array.of(1, 1, 1, 1),
});

// Finds the titles above as they stand; any other text in double quotes is unknown.
const finder = {
  findMentions(text: string) {
    const labels = titles.flatMap((title, i) => (text.includes(title) ? [i] : []));
    const quoted = Array.from(text.matchAll(/"([^"]+)"/g), (found) => found[1]!);
    return { labels, unknown: quoted.filter((title) => !titles.includes(title)) };
  },
};

function check(text: string, item = "n", lang = "en", likes?: HistoryLikes) {
  const facts = {
    catalog,
    finder,
    genres: makeGenreVocabulary(catalog),
    lang,
    ...(likes && { likes }),
  };
  return checkExplanation(
    text,
    makeExample({ task: "explanation", item, history: ["h", "i"], candidates: null }),
    facts,
  );
}

describe("a true reason", () => {
  test.each([
    "A noir for you.",
    "It is a CRIME story",
    "You love film-noir!",
    "crimes and shadows",
  ])("is a genre: %s", (text) => {
    expect(check(text)).toMatchObject({ trueReason: true, falseReason: false });
  });
  test.each(["criminal minds", "You will like it.", "The weather is nice.", "noirish"])(
    "is not a part of a word: %s",
    (text) => {
      expect(check(text).trueReason).toBe(false);
    },
  );
  test("is a liked title of the history that shares a genre", () => {
    expect(check("Because you liked Harbour Lights").trueReason).toBe(true);
    expect(check("Because you liked It").trueReason).toBe(false);
    expect(
      check("Because you liked Harbour Lights", "n", "en", ({ history }) =>
        history.filter((id) => id !== "h"),
      ).trueReason,
    ).toBe(false);
    expect(check("Because you liked Sci-Fi Horror Show", "n").trueReason).toBe(false);
  });
  test("is found in Korean with particles", () => {
    expect(check("범죄를 다룬 이야기라서 좋아하실 거예요.", "n", "ko").trueReason).toBe(true);
    expect(check("느와르의 걸작입니다.", "n", "ko").trueReason).toBe(true);
    expect(check("코미디와 어린이 영화", "n", "ko")).toMatchObject({
      trueReason: false,
      falseReason: true,
    });
  });
});

test("a false reason is a genre that the target lacks", () => {
  expect(check("A funny comedy with crime")).toMatchObject({ trueReason: true, falseReason: true });
  expect(check("Great science fiction").falseReason).toBe(true);
  expect(check("A film for children", "i").falseReason).toBe(false);
});

test("words inside titles are no reasons", () => {
  expect(check("You will enjoy Sci-Fi Horror Show", "s")).toMatchObject({
    trueReason: false,
    falseReason: false,
  });
  expect(check("Sci-Fi Horror Show is like The Long Night", "n").falseReason).toBe(false);
  // A title of one short word must not eat the words around it.
  expect(check("It has wit: a comedy", "i").trueReason).toBe(true);
});

test("a title that the catalog lacks is off-catalog", () => {
  expect(check('Like "The Lost Reel", a crime story').offCatalog).toBe(true);
  expect(check('Like "Harbour Lights", a crime story').offCatalog).toBe(false);
});

test("every entry of the genre table can be reached and is told apart from its key", () => {
  for (const [key, words] of Object.entries(genreWords)) {
    expect(genreKey(key)).toBe(key);
    expect(words.length).toBeGreaterThan(0);
    expect(words).not.toContain(key);
  }
});
