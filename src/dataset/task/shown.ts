// How items appear in prompts and answers: their names, and the lines of a history. Titles are the catalog's labels,
// verbatim but for line ends, which would let a title of a hostile log pass for several lines of the prompt.

import type { Catalog } from "../../log/catalog/catalog.ts";
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

/** The record of an item that wordings read. */
export function showItem(index: number, context: TaskContext): ShownItem {
  const { data } = context.catalog;
  return {
    title: nameItem(context.catalog, index, context.lang, context.show),
    id: data.ids[index]!,
    year: data.year[index]! > 0 ? data.year[index]! : null,
    genres: data.genres[index]!,
  };
}

/** The records of the shown history, oldest first. Ratings appear where the recipe shows them. */
export function showHistory(input: TaskInput, context: TaskContext): ShownRow[] {
  const { item, rating, time } = input.timeline.batch;
  const { show, lang } = context;
  return input.history.map((row) => {
    const shown = showItem(item[row]!, context);
    const value = rating[row]!;
    const isRated = show === "title+rating" || show === "title+rating+age";
    const seen = isRated && !Number.isNaN(value) ? value : null;
    const age =
      show === "title+rating+age" ? describeAge(time[input.target]! - time[row]!, lang) : null;
    const line = seen === null ? shown.title : `${shown.title} ${seen}`;
    return { ...shown, rating: seen, age, line: age === null ? line : `${line} (${age})` };
  });
}
