// Records that many prompts show are numbered when they are made, so that what a template makes of them can be kept by
// number: looking one up costs a fraction of a Map's price.

const numberKey = Symbol("number");

/** Records that are given a number: what is kept of them stays in memory. */
const mostNumbered = 1 << 18;
let numbered = 0;

/** A record with a number, where there are some left. It must not change. */
export class NumberedRecord {
  readonly [numberKey]: number;
  constructor(isNumbered = true) {
    this[numberKey] = isNumbered && numbered < mostNumbered ? numbered++ : -1;
  }
}

/** The number of a record; -1 where it has none, and for what is no such record. */
export function numberOf(value: unknown): number {
  return value instanceof NumberedRecord ? value[numberKey] : -1;
}

/**
 * The first `end` records of what a timeline shows. Prompts show pieces of it, one after another; what a template
 * makes of its records is looked up many at a time, as each lookup alone would wait for memory. One list serves all
 * timelines, one after another: `version` counts them.
 */
export type RecordList = {
  records: NumberedRecord[];
  /** Their numbers. */
  numbers: Int32Array;
  end: number;
  version: number;
};

const listKey = Symbol("list");
const versionKey = Symbol("version");
const fromKey = Symbol("from");
type Window = { [listKey]?: RecordList; [versionKey]?: number; [fromKey]?: number };

/** Says of an array that it is the records of a list from a place on. */
export function markWindow<T extends NumberedRecord>(
  items: T[],
  list: RecordList,
  from: number,
): T[] {
  (items as Window)[listKey] = list;
  (items as Window)[versionKey] = list.version;
  (items as Window)[fromKey] = from;
  return items;
}

/** The list that an array is a piece of, as it was marked; undefined where the list has gone on to other records. */
export function listBehind(items: readonly unknown[]): RecordList | undefined {
  const list = (items as Window)[listKey];
  return list !== undefined && list.version === (items as Window)[versionKey] ? list : undefined;
}

/** Where the piece starts in that list. */
export function startInList(items: readonly unknown[]): number {
  return (items as Window)[fromKey] ?? 0;
}
