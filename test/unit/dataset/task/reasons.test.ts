import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxReasonWords, readReview, shareGenres } from "../../../../src/dataset/task/reasons.ts";
import { catalogOf, films } from "../small-log.ts";

describe("readReview", () => {
  const read = (text: string | null, lang: "en" | "ko" = "en"): string | null =>
    readReview({ en: [text] }, 0, lang);

  it("keeps whole sentences up to the limit", () => {
    const first = "It is a quiet film about loss.";
    const long = `And ${"very ".repeat(30)}long.`;
    expect(read(`${first}\n\n ${long}`)).toBe(first);
    expect(read(`${first} I cried.`)).toBe(`${first} I cried.`);
    expect(read(long)).toBeNull();
  });

  it.each([[null], [""], ["Good."], ["so good"]])("takes no reason from %j", (text) => {
    expect(read(text)).toBeNull();
  });

  it("prefers the prompt's language, then the one that the log does not name", () => {
    const both = { ko: ["정말 좋은 영화였어요."], "": ["A very good film."] };
    expect(readReview(both, 0, "ko")).toBe("정말 좋은 영화였어요.");
    expect(readReview(both, 0, "en")).toBe("A very good film.");
    expect(readReview({ ko: ["정말 좋은 영화였어요."] }, 0, "en")).toBeNull();
    expect(readReview(null, 0, "en")).toBeNull();
  });

  it("never gives more words than the limit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("good", "film.", "why?", "yes", "\n"), { maxLength: 60 }),
        (parts) => {
          const review = read(parts.join(" "));
          if (review !== null) expect(review.split(" ").length).toBeLessThanOrEqual(maxReasonWords);
        },
      ),
    );
  });
});

describe("shareGenres", () => {
  const catalog = catalogOf();

  it("only ever names genres that the target and every named item have", () => {
    const liked = fc.uniqueArray(fc.nat(films.length - 1), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(liked, fc.nat(films.length - 1), (items, target) => {
        const reason = shareGenres(catalog, items, target);
        if (reason === null) {
          for (const item of items.filter((i) => i !== target)) {
            expect(films[item]![4].some((genre) => films[target]![4].includes(genre))).toBe(false);
          }
          return;
        }
        expect(reason.genres.length).toBeGreaterThan(0);
        expect(reason.items).not.toContain(target);
        for (const item of [...reason.items, target]) {
          for (const genre of reason.genres) expect(films[item]![4]).toContain(genre);
        }
      }),
    );
  });

  it("prefers what shares most, then what is more recent", () => {
    expect(shareGenres(catalog, [2, 5, 1], 7)).toEqual({
      items: [2, 1],
      genres: ["Action", "Thriller"],
    });
    expect(shareGenres(catalog, [6, 4], 3)).toEqual({ items: [4, 6], genres: ["Drama"] });
  });

  it("names one item where two long titles would make the answer long", () => {
    const long = "A Very Long Title of Eight Whole Words";
    const list = catalogOf([
      ["a", long, null, 0, ["War"]],
      ["b", long, null, 0, ["War"]],
      ["c", "C", null, 0, ["War"]],
    ]);
    expect(shareGenres(list, [0, 1], 2)!.items).toEqual([1]);
  });
});
