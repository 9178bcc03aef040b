// The for loop of the compiled Jinja. A loop whose body reads its item alone keeps what the body makes of each record,
// and of the last list: the histories of one user's targets are one list that moves on a row at a time.

import { UsageError } from "../../base/errors.ts";
import { makeKeptTexts } from "./kept-texts.ts";
import type { Evaluate, Scope } from "./values.ts";

/** Renders a part of a block. */
export type Emit = (scope: Scope) => string;

export type LoopParts = {
  name: string;
  iterable: Evaluate;
  body: Emit;
  otherwise: Emit;
  /** Whether the body reads `loop`. */
  usesLoop: boolean;
  where: () => string;
};

/** A loop as Jinja has it: a scope of its own, `loop` in it, an else for the empty list. */
export function runLoop(parts: LoopParts): Emit {
  const { name, body, otherwise, usesLoop } = parts;
  return (outer) => {
    const items = listOf(parts, outer);
    const scope = Object.create(outer) as Scope;
    const length = items.length;
    let text = "";
    for (let i = 0; i < length; i++) {
      if (usesLoop) scope["loop"] = placeOf(i, length);
      scope[name] = items[i];
      text += body(scope);
    }
    return length === 0 ? otherwise(scope) : text;
  };
}

/** A piece of a body that reads its item alone, or its place in the list alone. */
export type Segment = { reads: "item" | "place"; emit: (scope: Scope) => string };

/** The longest list whose places are kept. */
const longestKept = 1 << 12;

/** The same for a body of such segments, where records do not change between renders. */
export function runKeptLoop(parts: LoopParts, segments: readonly Segment[]): Emit {
  const plain = runLoop(parts);
  const kept = makeKeptTexts();
  const places = new Map<number, string[]>();
  const ofItem = segments.flatMap(({ reads }, s) => (reads === "item" ? [s] : []));
  const textsOf = (outer: Scope, item: object): readonly string[] => {
    const scope = Object.create(outer) as Scope;
    scope[parts.name] = item;
    const texts = ofItem.map((s) => segments[s]!.emit(scope));
    kept.set(item, texts);
    return texts;
  };
  // The texts of a list's places with gaps for those of its items, in the order of the text.
  const placesOf = (outer: Scope, length: number): string[] => {
    let held = places.get(length);
    if (held === undefined) {
      held = Array.from({ length }, (_, i) => {
        const scope = Object.create(outer) as Scope;
        scope["loop"] = placeOf(i, length);
        return segments.map(({ reads, emit }) => (reads === "place" ? emit(scope) : ""));
      }).flat();
      places.set(length, held);
    }
    return held;
  };
  const width = segments.length;
  let last: { items: readonly unknown[]; texts: (readonly string[])[] } = { items: [], texts: [] };
  return (outer) => {
    const items = listOf(parts, outer);
    const { length } = items;
    if (length === 0 || length > longestKept || !areRecords(items)) return plain(outer);
    const from = overlapAt(last.items, items);
    const texts = from < 0 ? [] : last.texts.slice(from);
    for (let i = texts.length; i < length; i++)
      texts.push(kept.get(items[i]!) ?? textsOf(outer, items[i]!));
    last = { items, texts };
    // Joined at once: the text is flat, where one made by adding would be put together when it is first read.
    if (width === 1) return texts.map((own) => own[0]!).join("");
    const pieces = placesOf(outer, length).slice();
    for (let i = 0; i < length; i++)
      for (let s = 0; s < ofItem.length; s++) pieces[i * width + ofItem[s]!] = texts[i]![s]!;
    return pieces.join("");
  };
}

function areRecords(items: readonly unknown[]): items is readonly object[] {
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (item === null || typeof item !== "object") return false;
  }
  return true;
}

function placeOf(i: number, length: number): Record<string, unknown> {
  return { index: i + 1, index0: i, first: i === 0, last: i === length - 1, length };
}

/** Where in `before` a run starts that reaches its end and begins `after`; -1 where there is none. */
function overlapAt(before: readonly unknown[], after: readonly unknown[]): number {
  const from = before.indexOf(after[0]);
  if (from < 0 || before.length - from > after.length) return -1;
  // A list changed in place is not the list that was rendered.
  if (before === after) return -1;
  for (let i = from + 1; i < before.length; i++) if (before[i] !== after[i - from]) return -1;
  return from;
}

function listOf({ iterable, name, where }: LoopParts, scope: Scope): readonly unknown[] {
  const items = iterable(scope);
  if (Array.isArray(items)) return items as unknown[];
  throw new UsageError(`the loop over "${name}" needs a list`, {
    code: "template-not-a-list",
    where: where(),
  });
}
