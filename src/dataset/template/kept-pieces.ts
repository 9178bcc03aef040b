// What a piece of a template makes of a numbered record, kept as bytes: rendered once, copied into many prompts. Pieces
// that read the same of a record, in whatever loop, share what is kept.

import { compileBody } from "./compile.ts";
import { arena, keepText, notKept, places } from "./kept-texts.ts";
import type { LineBuffer } from "./line-buffer.ts";
import { numberOf, type RecordList } from "./record-number.ts";
import type { Node } from "./syntax.ts";
import { insideJson, type Scope } from "./values.ts";
import type { Locate } from "./wording.ts";

/** Kept texts by the number of the record; `unknown` where none is kept yet. */
export type KeptPieces = { ids: Int32Array };

export const unknown = -2;

const byPiece = new Map<string, KeptPieces>();

/** Writes what a node that reads one record alone makes of it. */
export type RecordPiece = {
  kept: KeptPieces;
  /** Renders it, keeps it where that is possible, and writes it. */
  fill(outer: Scope, record: unknown, to: LineBuffer): void;
  /** Looks up what is kept of a list's records; `lookUp` tells of which. */
  list: ListPieces;
};

export function recordPiece(node: Node, name: string, locate: Locate): RecordPiece {
  // The name is the loop's own affair: what is read of it counts.
  const key = JSON.stringify(node, (_, value: unknown) => {
    const inner = value as Node | null;
    return inner?.type === "Identifier" && inner.value === name ? "$" : value;
  });
  let kept = byPiece.get(key);
  if (kept === undefined) byPiece.set(key, (kept = { ids: new Int32Array(0) }));
  const emit = compileBody([node], locate);
  const held = kept;
  const render = (outer: Scope, record: unknown): string => {
    const scope = Object.create(outer) as Scope;
    scope[name] = record;
    return insideJson(emit(scope));
  };
  const keep = (number: number, text: string): number => {
    if (number < 0) return notKept;
    if (number >= held.ids.length) held.ids = grown(held.ids, number);
    if (held.ids[number] === unknown) held.ids[number] = keepText(text);
    return held.ids[number]!;
  };
  return {
    kept,
    fill(outer, record, to) {
      const text = render(outer, record);
      keep(numberOf(record), text);
      to.write(text);
    },
    list: new ListPieces(kept, (outer, record) => keep(numberOf(record), render(outer, record))),
  };
}

function grown(ids: Int32Array, number: number): Int32Array {
  const next = new Int32Array(Math.max(number + 1, ids.length * 2, 256)).fill(unknown);
  next.set(ids);
  return next;
}

/** The kept text of a number; negative where there is none. */
export function keptId({ ids }: KeptPieces, number: number): number {
  return number >= 0 && number < ids.length ? ids[number]! : unknown;
}

/** What a piece makes of the records of one list: where the texts stand in the arena. */
export class ListPieces {
  /** Place and length of the text of each record; length -1: it is not kept. */
  places = new Int32Array(128);
  private list: RecordList | null = null;
  private version = 0;
  private first = 0;
  private end = 0;
  /** Kept so that the reads which bring texts near are not left out. */
  touched = 0;
  private readonly kept: KeptPieces;
  private readonly keep: (outer: Scope, record: unknown) => number;

  constructor(kept: KeptPieces, keep: (outer: Scope, record: unknown) => number) {
    this.kept = kept;
    this.keep = keep;
  }

  /** Makes `places` know the records from <= at < to, and as many after them as the list knows. */
  lookUp(list: RecordList, from: number, to: number, outer: Scope): void {
    const isSame = this.list === list && this.version === list.version;
    if (!isSame || from < this.first || from > this.end) {
      this.list = list;
      this.version = list.version;
      this.first = from;
      this.end = from;
    }
    if (to <= this.end) return;
    const { end, numbers, records } = list;
    if (2 * end > this.places.length) {
      const places = new Int32Array(Math.max(2 * end, 2 * this.places.length));
      places.set(this.places);
      this.places = places;
    }
    let touched = 0;
    for (let at = this.end; at < end; at++) {
      let id = keptId(this.kept, numbers[at]!);
      if (id === unknown) id = this.keep(outer, records[at]);
      this.places[2 * at] = id < 0 ? 0 : places[2 * id]!;
      this.places[2 * at + 1] = id < 0 ? -1 : places[2 * id + 1]!;
      // Brought near while the next ones are looked up: lines copy it soon.
      if (id >= 0) touched ^= arena.getUint8(places[2 * id]!);
    }
    this.touched = touched;
    this.end = end;
  }
}
