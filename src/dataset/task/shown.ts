// How items appear in prompts and answers: their names, and the lines of a history. Titles are the catalog's labels,
// verbatim but for line ends, which would let a title of a hostile log pass for several lines of the prompt.

import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Timeline } from "../../log/split/timeline.ts";
import {
  markWindow,
  numberOf,
  NumberedRecord,
  type RecordList,
} from "../template/record-number.ts";
import { describeAge } from "./age.ts";
import type { Lang, Show, TaskContext, TaskInput } from "./types.ts";

/** The record of an item that wordings read; its fields in this order, its own. */
export class ShownItem extends NumberedRecord {
  readonly title: string;
  readonly id: string;
  readonly year: number | null;
  readonly genres: readonly string[];

  constructor(index: number, { catalog, lang, show }: TaskContext) {
    super();
    const { data } = catalog;
    this.title = nameItem(catalog, index, lang, show);
    this.id = data.ids[index]!;
    this.year = data.year[index]! > 0 ? data.year[index]! : null;
    this.genres = data.genres[index]!;
  }
}

/** The record of a history row. `isKept`: others will be shown it too. */
export class ShownRow extends NumberedRecord {
  readonly title: string;
  readonly id: string;
  readonly year: number | null;
  readonly genres: readonly string[];
  readonly rating: number | null;
  readonly age: string | null;
  readonly line: string;

  constructor(item: ShownItem, rating: number | null, age: string | null, isKept: boolean) {
    super(isKept);
    this.title = item.title;
    this.id = item.id;
    this.year = item.year;
    this.genres = item.genres;
    this.rating = rating;
    this.age = age;
    const line = rating === null ? item.title : `${item.title} ${rating}`;
    this.line = age === null ? line : `${line} (${age})`;
  }
}

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

// Records are made once and read many times; templates keep the text they make of one by its number.
type Records = {
  items: (ShownItem | undefined)[];
  rows: ShownRow[];
  /** Places in `rows` from 1, by catalog index and place of the rating in the scale, from 1; 0: no rating. */
  rowOf: Int32Array;
  /** Their numbers. */
  numbers: number[];
  /** The timeline last shown, and the records of its rows from `base` on. */
  timeline: Timeline | null;
  base: number;
  list: RecordList & { records: ShownRow[] };
};
const records = new WeakMap<TaskContext, Records>();
let last: { context: TaskContext; held: Records } | null = null;
const mostRows = 200_000;

function recordsOf(context: TaskContext): Records {
  if (last?.context === context) return last.held;
  let held = records.get(context);
  if (!held) {
    const { size } = context.catalog;
    held = {
      items: Array.from({ length: size }),
      rows: [],
      rowOf: new Int32Array(size * (context.scale.length + 1)),
      numbers: [],
      timeline: null,
      base: 0,
      list: { records: [], numbers: new Int32Array(256), end: 0, version: 0 },
    };
    records.set(context, held);
  }
  last = { context, held };
  return held;
}

/** The record of an item; one object an item, not to be changed. */
export function showItem(index: number, context: TaskContext): ShownItem {
  return (recordsOf(context).items[index] ??= new ShownItem(index, context));
}

/** The records of the shown history, oldest first, not to be changed. Ratings appear where the recipe shows them. */
export function showHistory(input: TaskInput, context: TaskContext): ShownRow[] {
  const { history, timeline } = input;
  if (context.show === "title+rating+age") return showAged(input, context);
  const held = recordsOf(context);
  const { list } = held;
  const { length } = history;
  if (length === 0) return [];
  // An ablation shows a history out of order.
  let first = history[0]!;
  let last = first;
  let isPiece = true;
  for (let i = 1; i < length; i++) {
    const row = history[i]!;
    isPiece &&= row === history[0]! + i;
    if (row < first) first = row;
    if (row > last) last = row;
  }
  if (held.timeline !== timeline || first < held.base) {
    held.timeline = timeline;
    held.base = first;
    list.end = 0;
    list.version++;
  }
  if (last >= held.base + list.end) readRows(held, last, context);
  const rows: ShownRow[] = [];
  for (let i = 0; i < length; i++) rows.push(list.records[history[i]! - held.base]!);
  return isPiece ? markWindow(rows, list, first - held.base) : rows;
}

function showAged({ history, target, timeline }: TaskInput, context: TaskContext): ShownRow[] {
  const { item, rating, time } = timeline.batch;
  return history.map((row) => {
    const value = rating[row]!;
    const age = describeAge(time[target]! - time[row]!, context.lang);
    const seen = Number.isNaN(value) ? null : value;
    return new ShownRow(showItem(item[row]!, context), seen, age, false);
  });
}

/** Rows that are read ahead once a timeline's prompts are seen to follow each other. */
const rowsAhead = 64;

/** Makes the list know the timeline up to a row, and some more. */
function readRows(held: Records, last: number, context: TaskContext): void {
  const { list, base } = held;
  const { batch, end } = held.timeline!;
  const isRated = context.show === "title+rating";
  const ahead = list.end === 0 ? 0 : rowsAhead;
  const most = Math.min(end, last + 1 + ahead) - base;
  if (most > list.numbers.length) {
    const numbers = new Int32Array(2 * most);
    numbers.set(list.numbers);
    list.numbers = numbers;
  }
  for (let at = list.end; at < most; at++) {
    const value = batch.rating[base + at]!;
    const seen = isRated && !Number.isNaN(value) ? value : null;
    const shown = rowOf(held, batch.item[base + at]!, seen, context);
    list.records[at] = shown;
    list.numbers[at] = numberOf(shown);
  }
  list.end = most;
}

function rowOf(
  held: Records,
  index: number,
  rating: number | null,
  context: TaskContext,
): ShownRow {
  const { scale } = context;
  const place = rating === null ? 0 : scale.indexOf(rating) + 1;
  const code = index * (scale.length + 1) + place;
  const before = held.rowOf[code]!;
  const isOnScale = rating === null || place > 0;
  if (isOnScale && before > 0) return held.rows[before - 1]!;
  // The items that come first are the common ones.
  const keeps = isOnScale && held.rows.length < mostRows;
  const shown = new ShownRow(showItem(index, context), rating, null, keeps);
  if (keeps) held.rowOf[code] = held.rows.push(shown);
  return shown;
}
