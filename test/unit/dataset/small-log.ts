// A log small enough to see through: nine films, four users, with a rating, a time and sometimes a review.

import { rngFor } from "../../../src/base/rng.ts";
import { makeCatalog, type Catalog, type CatalogData } from "../../../src/log/catalog/catalog.ts";
import type { Timeline, TimelineBatch } from "../../../src/log/split/timeline.ts";
import type { Example, Lang, TaskContext, TaskStreams } from "../../../src/dataset/task/types.ts";

type Film = [id: string, title: string, ko: string | null, year: number, genres: string[]];

export const films: Film[] = [
  ["barbie", "Barbie", "바비", 2023, ["Comedy", "Fantasy"]],
  ["dark-knight", "The Dark Knight", "다크 나이트", 2008, ["Action", "Crime", "Thriller"]],
  ["inception", "Inception", "인셉션", 2010, ["Action", "Sci-Fi", "Thriller"]],
  ["interstellar", "Interstellar", "인터스텔라", 2014, ["Drama", "Sci-Fi"]],
  ["joker", "Joker", "조커", 2019, ["Crime", "Drama", "Thriller"]],
  ["matrix", "The Matrix", "매트릭스", 1999, ["Action", "Sci-Fi"]],
  ["oppenheimer", "Oppenheimer", "오펜하이머", 2023, ["Drama", "History"]],
  ["tenet", "Tenet", "테넷", 2020, ["Action", "Sci-Fi", "Thriller"]],
  ["watchmen", "Watchmen", null, 2009, ["Action", "Drama", "Superhero"]],
];

export function catalogOf(list: Film[] = films): Catalog {
  const data: CatalogData = {
    ids: list.map((film) => film[0]),
    title: list.map((film) => film[1]),
    titles: { en: list.map((film) => film[1]), ko: list.map((film) => film[2]) },
    year: Int32Array.from(list, (film) => film[3]),
    genres: list.map((film) => film[4]),
    text: list.map(() => null),
    trainCount: Int32Array.from(list, () => 1),
  };
  return makeCatalog(data);
}

export type Row = { item: number; rating?: number; time?: number; review?: string; ko?: string };

/** One user's timeline; the row numbers start at 100 so that they cannot pass for batch indices. */
export function timelineOf(rows: Row[], user = "u1"): Timeline {
  const batch: TimelineBatch = {
    users: [user],
    offsets: Int32Array.of(0, rows.length),
    item: Int32Array.from(rows, (row) => row.item),
    time: Float64Array.from(rows, (row, i) => row.time ?? 1_600_000_000 + i),
    rating: Float64Array.from(rows, (row) => row.rating ?? Number.NaN),
    row: Float64Array.from(rows, (_, i) => 100 + i),
    split: new Uint8Array(rows.length),
    review: {
      en: rows.map((row) => row.review ?? null),
      ko: rows.map((row) => row.ko ?? null),
    },
  };
  return { batch, user, start: 0, end: rows.length };
}

export const words: Record<Lang, Record<string, string>> = {
  en: { item: "film", items: "films", act: "watch", acted: "watched", user: "viewer" },
  ko: { item: "영화", act: "볼", acted: "본", did: "봤", user: "시청자", count: "편" },
};

export function contextOf(overrides: Partial<TaskContext> = {}): TaskContext {
  const lang = overrides.lang ?? "en";
  return {
    catalog: catalogOf(),
    lang,
    words: words[lang],
    scale: [1, 2, 3, 4, 5],
    show: "title+rating",
    likedFrom: 4,
    ...overrides,
  };
}

export function streamsOf(key = "u1"): TaskStreams {
  return { negatives: rngFor(1, "negatives", key), order: rngFor(1, "order", key) };
}

export function exampleOf(overrides: Partial<Example> = {}): Example {
  return {
    id: "next-item/u1/104",
    task: "next-item",
    wording: "next-item/en/lines@1",
    prompt: [
      { role: "system", content: "Name the next film." },
      { role: "user", content: "The Matrix (1999) 5\nNext:" },
    ],
    completion: [{ role: "assistant", content: "Tenet (2020)" }],
    user: "u1",
    item: "tenet",
    row: 104,
    time: 1_600_000_004,
    rating: 5,
    history: ["matrix"],
    candidates: null,
    negatives: null,
    label: "tenet",
    source: "log",
    warmth: "warm",
    ...overrides,
  };
}
