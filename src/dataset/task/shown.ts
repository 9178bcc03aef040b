// How items appear in prompts and answers: their names, and the lines of a history. Titles are the catalog's labels,
// verbatim but for line ends, which would let a title of a hostile log pass for several lines of the prompt.

import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Timeline } from "../../log/split/timeline.ts";
import { describeAge } from "./age.ts";
import type { Lang, Show, TaskContext, TaskInput } from "./types.ts";

export type ShownItem = { title: string; id: string; year: number | null; genres: string[] };
export type ShownRow = ShownItem & { rating: number | null; age: string | null; line: string };

// A label is asked for once a history row and candidate, a million times a build.
const labels = new WeakMap<Catalog, Map<Lang, string[]>>();

/** The name of an item as prompts and answers write it. */
export function nameItem(catalog: Catalog, index: number, lang: Lang, show: Show): string {
  if (show === "ids") return catalog.data.ids[index]!;
  let byLang = labels.get(catalog);
  if (!byLang) labels.set(catalog, (byLang = new Map<Lang, string[]>()));
  let held = byLang.get(lang);
  if (!held) byLang.set(lang, (held = []));
  const label = (held[index] ??= catalog
    .label(index, lang)
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, " "));
  return show === "title+id" ? `${label} [${catalog.data.ids[index]!}]` : label;
}

// Records are made once and read many times; templates keep the text they make of one by the record itself.
type Records = {
  items: (ShownItem | undefined)[];
  rows: (ShownRow[] | undefined)[];
  /** Rows in `rows`. */
  held: number;
  /** The timeline last shown, and the records of its rows. */
  timeline: Timeline | null;
  shown: ShownRow[];
};
const records = new WeakMap<TaskContext, Records>();
const mostRows = 200_000;

function recordsOf(context: TaskContext): Records {
  const { size } = context.catalog;
  let held = records.get(context);
  if (!held || held.held > mostRows) {
    held = {
      items: Array.from({ length: size }),
      rows: Array.from({ length: size }),
      held: 0,
      timeline: null,
      shown: [],
    };
    records.set(context, held);
  }
  return held;
}

/** The record of an item that wordings read; one object an item, not to be changed. */
export function showItem(index: number, context: TaskContext): ShownItem {
  return (recordsOf(context).items[index] ??= makeItem(index, context));
}

function makeItem(index: number, context: TaskContext): ShownItem {
  const { data } = context.catalog;
  return {
    title: nameItem(context.catalog, index, context.lang, context.show),
    id: data.ids[index]!,
    year: data.year[index]! > 0 ? data.year[index]! : null,
    genres: data.genres[index]!,
  };
}

/** The records of the shown history, oldest first, not to be changed. Ratings appear where the recipe shows them. */
export function showHistory(input: TaskInput, context: TaskContext): ShownRow[] {
  const { item, rating, time } = input.timeline.batch;
  const { show, lang } = context;
  const isAged = show === "title+rating+age";
  const isRated = isAged || show === "title+rating";
  const held = recordsOf(context);
  if (held.timeline !== input.timeline) {
    held.timeline = input.timeline;
    held.shown = [];
  }
  const { start } = input.timeline;
  return input.history.map((row) => {
    const before = held.shown[row - start];
    if (before !== undefined) return before;
    const value = rating[row]!;
    const seen = isRated && !Number.isNaN(value) ? value : null;
    const index = item[row]!;
    if (!isAged) return (held.shown[row - start] = rowOf(held, index, seen, context));
    const age = describeAge(time[input.target]! - time[row]!, lang);
    return makeRow(showItem(index, context), seen, age);
  });
}

function rowOf(
  held: Records,
  index: number,
  rating: number | null,
  context: TaskContext,
): ShownRow {
  const rows = (held.rows[index] ??= []);
  for (const shown of rows) if (shown.rating === rating) return shown;
  const shown = makeRow(showItem(index, context), rating, null);
  rows.push(shown);
  held.held++;
  return shown;
}

function makeRow(item: ShownItem, rating: number | null, age: string | null): ShownRow {
  const { title, id, year, genres } = item;
  const line = rating === null ? title : `${title} ${rating}`;
  return { title, id, year, genres, rating, age, line: age === null ? line : `${line} (${age})` };
}
