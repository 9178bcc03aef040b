// The for loop that writes JSON into a line. Where each piece of the body reads the item alone or its place alone, what
// they make of numbered records and of places is kept as bytes: a line of a history is rendered once and copied.

import { compileBody, type Segment } from "./compile.ts";
import type { Write } from "./compile-json.ts";
import { keptId, recordPiece, unknown, type RecordPiece } from "./kept-pieces.ts";
import { keepText, notKept } from "./kept-texts.ts";
import type { LineBuffer } from "./line-buffer.ts";
import { listOf, placeOf, type LoopParts } from "./loop.ts";
import { listBehind, numberOf, startInList } from "./record-number.ts";
import type { Node } from "./syntax.ts";
import { insideJson, type Scope } from "./values.ts";
import type { Locate } from "./wording.ts";

/** Any loop. */
export function writeLoop(parts: LoopParts<Write>): Write {
  const { name, body, otherwise, usesLoop } = parts;
  return (outer, to) => {
    const items = listOf(parts, outer);
    const scope = Object.create(outer) as Scope;
    const { length } = items;
    for (let i = 0; i < length; i++) {
      if (usesLoop) scope["loop"] = placeOf(i, length);
      scope[name] = items[i];
      body(scope, to);
    }
    if (length === 0) otherwise(scope, to);
  };
}

/** One piece of a body; one shape for all kinds, which a loop of millions goes over. */
type Piece = { text: number; item: RecordPiece | null; place: PlacePiece | null };

/** The longest list whose places are kept. */
const longestKept = 1 << 12;

/** A loop over pieces that each read one thing, where records do not change between renders. */
export function writeKeptLoop(
  parts: LoopParts<Write>,
  segments: readonly Segment[],
  locate: Locate,
): Write {
  const plain = writeLoop(parts);
  const pieces = segments.flatMap(({ reads, nodes }): Piece[] =>
    reads === "place"
      ? [{ text: unknown, item: null, place: placePiece(nodes, locate) }]
      : nodes.map((node) => itemPiece(node, parts.name, locate)),
  );
  if (pieces.some(({ text }) => text === notKept)) return plain;
  return (outer, to) => {
    const items = listOf(parts, outer);
    const { length } = items;
    if (length === 0 || length > longestKept) return plain(outer, to);
    const list = listBehind(items);
    const from = startInList(items);
    if (list !== undefined)
      for (let p = 0; p < pieces.length; p++)
        pieces[p]!.item?.list.lookUp(list, from, from + length, outer);
    for (let i = 0; i < length; i++) {
      for (let p = 0; p < pieces.length; p++) {
        const { text, item, place } = pieces[p]!;
        if (item !== null) {
          const places = item.list.places;
          const bytes = list === undefined ? -1 : places[2 * (from + i) + 1]!;
          if (bytes >= 0) to.copy(places[2 * (from + i)]!, bytes);
          else writeItem(item, items[i], outer, to);
        } else if (place !== null) {
          const id = place.idOf(i, length);
          if (id >= 0) to.put(id);
          else place.fill(outer, i, length, to);
        } else to.put(text);
      }
    }
  };
}

function writeItem(piece: RecordPiece, record: unknown, outer: Scope, to: LineBuffer): void {
  const id = keptId(piece.kept, numberOf(record));
  if (id >= 0) to.put(id);
  else piece.fill(outer, record, to);
}

function itemPiece(node: Node, name: string, locate: Locate): Piece {
  const none = { text: unknown, item: null, place: null };
  if (node.type === "StringLiteral") return { ...none, text: keepText(insideJson(node.value)) };
  return { ...none, item: recordPiece(node, name, locate) };
}

type PlacePiece = {
  idOf(place: number, length: number): number;
  fill(outer: Scope, place: number, length: number, to: LineBuffer): void;
};

function placePiece(nodes: readonly Node[], locate: Locate): PlacePiece {
  const emit = compileBody(nodes, locate);
  const byLength: (Int32Array | undefined)[] = [];
  return {
    idOf: (place, length) => byLength[length]?.[place] ?? unknown,
    fill(outer, place, length, to) {
      const scope = Object.create(outer) as Scope;
      scope["loop"] = placeOf(place, length);
      const text = insideJson(emit(scope));
      const ids = (byLength[length] ??= new Int32Array(length).fill(unknown));
      ids[place] = keepText(text);
      to.write(text);
    },
  };
}
