// What an explanation says, checked against the catalog: does it give a true reason, a false one, or name an item that
// does not exist? Reasons are genres and titles of the history, the only facts a log holds for every item; after the
// feature-matching ratio of Li et al., "Personalized Transformer for Explainable Recommendation" (PEPLER/PETER line).

import type { ShareMetric } from "../../base/metric/index.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { genreKey, genreWords } from "./genre-words.ts";
import type { HistoryLikes } from "./history-likes.ts";

export const namesTrueReason: ShareMetric = {
  kind: "share",
  name: "names-true-reason",
  higherIsBetter: true,
  citation:
    "names a genre of the item, or a liked title of the history that shares one; after Li et al. 2022 (PEPLER)",
};

export const falseReason: ShareMetric = {
  kind: "share",
  name: "false-reason",
  higherIsBetter: false,
  citation: "names a genre that the item does not have",
};

export const offCatalog: ShareMetric = {
  kind: "share",
  name: "off-catalog",
  higherIsBetter: false,
  citation: "names a title that the catalog does not hold",
};

export const explanationMetrics = [namesTrueReason, falseReason, offCatalog] as const;

/** Finds titles in free text: catalog indices of those that exist, the text of title-like strings that do not. */
export type MentionFinder = { findMentions(text: string): { labels: number[]; unknown: string[] } };

export type ExplanationFacts = {
  catalog: Catalog;
  finder: MentionFinder;
  genres: GenreVocabulary;
  lang: string;
  /** What of the shown history the user liked; without it every shown item counts as liked. */
  likes?: HistoryLikes;
};

export type ExplanationCheck = {
  trueReason: boolean;
  falseReason: boolean;
  offCatalog: boolean;
  /** Genres that it names. */
  genres: string[];
  /** Reasons that it states: genres, and titles other than the target's; and those of them that hold. */
  stated: number;
  held: number;
};

/** Pattern of each genre that the catalog knows. */
export type GenreVocabulary = ReadonlyMap<string, RegExp>;

/** The patterns by which free text names the catalog's genres. Word-wise; Korean words may carry particles. */
export function makeGenreVocabulary(catalog: Catalog): GenreVocabulary {
  const genres = new Set(catalog.data.genres.flat().filter((genre) => genreKey(genre) !== ""));
  return new Map(Array.from(genres, (genre) => [genre, patternOf(genre)]));
}

/**
 * Checks one answer. `trueReason`: names at least one genre of the target, or a liked title of the shown history that
 * shares a genre with it. `falseReason`: names a genre that the target lacks. A genre holds where it is the target's, a
 * title where it stands in the liked history; a title that does not exist never does. Words inside titles are not reasons, so
 * every title that the text names is taken out first.
 */
export function checkExplanation(
  text: string,
  example: Example,
  facts: ExplanationFacts,
): ExplanationCheck {
  const { catalog, finder, genres, lang } = facts;
  const target = catalog.indexOf(example.item);
  const own = new Set(target < 0 ? [] : catalog.data.genres[target]);
  const { labels, unknown } = finder.findMentions(text);
  const prose = withoutTitles(text, [target, ...labels], catalog, lang);
  const named = Array.from(genres).flatMap(([genre, pattern]) =>
    pattern.test(prose) ? [genre] : [],
  );
  const liked = new Set(facts.likes?.(example) ?? example.history);
  const others = labels.filter((label) => label !== target);
  const isLiked = (label: number): boolean => liked.has(catalog.data.ids[label]!);
  const sharing = others.some(
    (label) => isLiked(label) && catalog.data.genres[label]!.some((genre) => own.has(genre)),
  );
  const heldGenres = named.filter((genre) => own.has(genre));
  return {
    trueReason: sharing || heldGenres.length > 0,
    falseReason: heldGenres.length < named.length,
    offCatalog: unknown.length > 0,
    genres: named,
    stated: named.length + others.length + unknown.length,
    held: heldGenres.length + others.filter(isLiked).length,
  };
}

const notInWord = "(?<![\\p{L}\\p{N}])";

function patternOf(genre: string): RegExp {
  const words = [genre, ...(genreWords[genreKey(genre)] ?? [])];
  const parts = words.map((word) =>
    endsInHangul(word) ? literal(word) : `${literal(word)}(?:s|es)?${wordEnd}`,
  );
  return new RegExp(`${notInWord}(?:${parts.join("|")})`, "iu");
}

const wordEnd = "(?![\\p{L}\\p{N}])";

// Korean particles follow a noun without a space.
function endsInHangul(word: string): boolean {
  return /\p{Script=Hangul}$/u.test(word);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function withoutTitles(text: string, items: number[], catalog: Catalog, lang: string): string {
  const titles = items
    .filter((index) => index >= 0)
    .flatMap((index) => [
      catalog.label(index, lang),
      catalog.data.title[index],
      catalog.data.titles[lang]?.[index],
    ])
    .filter((title) => typeof title === "string")
    .flatMap((title) => [title, title.replace(/\s*\(\d{4}[^)]*\)\s*$/, "")])
    .filter((title) => title !== "")
    .sort((a, b) => b.length - a.length);
  return titles.reduce((rest, title) => {
    const end = /[\p{L}\p{N}]$/u.test(title) && !endsInHangul(title) ? "(?![a-zA-Z0-9])" : "";
    const start = /^[\p{L}\p{N}]/u.test(title) ? notInWord : "";
    return rest.replaceAll(new RegExp(`${start}${literal(title)}${end}`, "giu"), " … ");
  }, text);
}
