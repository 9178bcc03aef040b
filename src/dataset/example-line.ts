// One example as a line of JSONL, put together from pieces that are JSON already: what JSON.stringify of the Example
// would give, without the object. `view` is the same example for audits, whose fields are made when they are read.

import { exampleId, idPart } from "../base/ids.ts";
import type { Split, Timeline } from "../log/split/timeline.ts";
import type { BuiltFacts, Seen } from "./audit/types.ts";
import { hashBytes } from "./audit/hash-table.ts";
import { holdsText, mayBeTrimmed } from "./find-text.ts";
import type { Draft, Example, Source, Task, Warmth } from "./task/types.ts";
import { keepText, makeSlot, notKept } from "./template/kept-texts.ts";
import { shareText, type LineBuffer, type Text } from "./template/line-buffer.ts";
import { makeSpans, writeMessages } from "./template/render.ts";
import type { Wording } from "./template/wording.ts";

/** What a line is made of. */
export type LineSource = {
  task: Task;
  wording: Wording;
  /** Tells the languages of one target apart. */
  variant: string | undefined;
  timeline: Timeline;
  /** Batch rows. */
  target: number;
  history: readonly number[];
  draft: Draft;
  split: Split;
  warmth: Warmth;
};

export type LineMaker = {
  /** Writes the line of an example. What it returns is the same object each time, for audits to see at once. */
  write(source: LineSource, to: LineBuffer): Seen;
  /** The example last written, as an object of its own. */
  read(): Example;
};

const frame = {
  user: shareText(`,"user":`),
  item: shareText(`,"item":`),
  row: shareText(`,"row":`),
  time: shareText(`,"time":`),
  rating: shareText(`,"rating":`),
  history: shareText(`,"history":[`),
  noLists: shareText(`],"candidates":null,"negatives":null,"label":`),
  candidates: shareText(`],"candidates":`),
  negatives: shareText(`,"negatives":`),
  label: shareText(`,"label":`),
  null: shareText("null"),
};
const [comma, slash, openBracket, closeBracket] = [44, 47, 91, 93];

/** Texts by key, shared when they are first asked for; `most` of them. */
function sharedBy<Key>(textOf: (key: Key) => string, most = 1 << 16): (key: Key) => Text {
  const held = new Map<Key, Text>();
  return (key) => {
    const before = held.get(key);
    if (before !== undefined) return before;
    if (held.size >= most) return { id: notKept, text: textOf(key) };
    const text = shareText(textOf(key));
    held.set(key, text);
    return text;
  };
}

/** `ids`: item ids by catalog index. */
export function makeLineMaker(ids: readonly string[]): LineMaker {
  // Kept ids by catalog index, from 1; 0: not yet kept.
  const idTexts = new Int32Array(ids.length);
  const putId = (index: number, to: LineBuffer): void => {
    let id = idTexts[index]! - 1;
    if (id === -1) {
      id = keepText(JSON.stringify(ids[index]));
      if (id === notKept) return to.write(JSON.stringify(ids[index]));
      idTexts[index] = id + 1;
    }
    to.put(id);
  };
  const putIds = (indices: ArrayLike<number>, to: LineBuffer): void => {
    to.char(openBracket);
    for (let i = 0; i < indices.length; i++) {
      if (i > 0) to.char(comma);
      putId(indices[i]!, to);
    }
    to.char(closeBracket);
  };
  const startOf = sharedBy((task: string) => `{"id":"${task}/`);
  const wordingText = sharedBy(
    ({ task, id }: Wording) =>
      `","task":${JSON.stringify(task)},"wording":${JSON.stringify(id)},"prompt":`,
  );
  const variantText = sharedBy((variant: string) => `/${variant}`);
  const labelText = sharedBy((label: string | null) => JSON.stringify(label));
  const endText = sharedBy((end: `${Source}","warmth":"${Warmth}`) => `,"source":"${end}"}\n`);
  const slots = { text: makeSlot(), inId: makeSlot() };
  let user = {
    id: "",
    inId: "",
    texts: { text: { id: notKept, text: "" }, inId: { id: notKept, text: "" } },
  };
  const setUser = (id: string): void => {
    if (user.id === id && user.inId !== "") return;
    const [text, inId] = [JSON.stringify(id), idPart(id)];
    const texts = {
      text: { id: slots.text.set(text), text },
      inId: { id: slots.inId.set(inId), text: inId },
    };
    user = { id, inId, texts };
  };

  let source: LineSource;
  let buffer: LineBuffer;
  const line = { from: 0, body: 0, bodyEnd: 0, to: 0 };
  const spans = makeSpans();
  const facts: BuiltFacts = {
    item: 0,
    history: [],
    candidates: null,
    text: { low: 0, high: 0 },
    mayShowAnswer: true,
  };
  const columns = () => source.timeline.batch;
  const messages = (): Pick<Example, "prompt" | "completion"> =>
    JSON.parse(`{"prompt":${buffer.text(line.body, line.bodyEnd)}}`) as Example;
  const view: Example = {
    get id() {
      return exampleIdOf(source, user.inId);
    },
    get task() {
      return source.task.name;
    },
    get wording() {
      return source.wording.id;
    },
    get prompt() {
      return messages().prompt;
    },
    get completion() {
      return messages().completion;
    },
    get user() {
      return source.timeline.user;
    },
    get item() {
      return ids[columns().item[source.target]!]!;
    },
    get row() {
      return columns().row[source.target]!;
    },
    get time() {
      return known(columns().time[source.target]!);
    },
    get rating() {
      return known(columns().rating[source.target]!);
    },
    get history() {
      return source.history.map((row) => ids[columns().item[row]!]!);
    },
    get candidates() {
      const { candidates } = source.draft;
      return candidates && Array.from(candidates, (index) => ids[index]!);
    },
    get negatives() {
      const { negatives } = source.draft;
      return negatives ? Array.from(negatives, (index) => ids[index]!) : null;
    },
    get label() {
      return source.draft.label;
    },
    get source() {
      return source.draft.source;
    },
    get warmth() {
      return source.warmth;
    },
  };
  // One list each for all examples, as `view` is.
  const shownItems: number[] = [];
  const shownTimes: number[] = [];
  const seen: Seen = { example: view, split: "train", built: facts };
  const seenWithTimes = { ...seen, historyTimes: [] as number[] };

  return {
    write(given, to) {
      source = given;
      buffer = to;
      const { task, wording, variant, timeline, target, history, draft } = given;
      const { batch } = timeline;
      setUser(timeline.user);
      const item = batch.item[target]!;
      const row = batch.row[target]!;
      line.from = to.size;
      to.share(startOf(task.name));
      to.share(user.texts.inId);
      to.char(slash);
      to.number(row);
      if (variant !== undefined) to.share(variantText(variant));
      to.share(wordingText(wording));
      line.body = to.size;
      writeMessages(wording, draft.variables, to, spans);
      line.bodyEnd = to.size;
      to.share(frame.user);
      to.share(user.texts.text);
      to.share(frame.item);
      putId(item, to);
      to.share(frame.row);
      to.number(row);
      to.share(frame.time);
      putNumber(batch.time[target]!, to);
      to.share(frame.rating);
      putNumber(batch.rating[target]!, to);
      to.share(frame.history);
      for (let i = 0; i < history.length; i++) {
        if (i > 0) to.char(comma);
        putId(batch.item[history[i]!]!, to);
      }
      const { candidates, negatives = null, label } = draft;
      if (candidates === null && negatives === null) to.share(frame.noLists);
      else {
        to.share(frame.candidates);
        if (candidates === null) to.share(frame.null);
        else putIds(candidates, to);
        to.share(frame.negatives);
        if (negatives === null) to.share(frame.null);
        else putIds(negatives, to);
        to.share(frame.label);
      }
      if (label === ids[item]) putId(item, to);
      else to.share(labelText(label));
      to.share(endText(`${draft.source}","warmth":"${given.warmth}`));
      line.to = to.size;

      const { view: bytes } = to;
      hashBytes(bytes, line.body, line.bodyEnd, facts.text);
      facts.item = item;
      facts.history = fill(shownItems, batch.item, history);
      facts.candidates = candidates;
      const { system, user: asked, answer } = spans;
      facts.mayShowAnswer =
        mayBeTrimmed(bytes, answer) ||
        holdsText(bytes, asked, answer) ||
        holdsText(bytes, system, answer);
      if (Number.isNaN(batch.time[target]!)) {
        seen.split = given.split;
        return seen;
      }
      seenWithTimes.split = given.split;
      seenWithTimes.historyTimes = fill(shownTimes, batch.time, history);
      return seenWithTimes;
    },
    read: () => JSON.parse(buffer.text(line.from, line.to)) as Example,
  };
}

function fill(list: number[], column: ArrayLike<number>, rows: readonly number[]): number[] {
  if (list.length > rows.length) list.length = rows.length;
  for (let i = 0; i < rows.length; i++) list[i] = column[rows[i]!]!;
  return list;
}

function putNumber(value: number, to: LineBuffer): void {
  if (Number.isFinite(value)) to.number(value);
  else to.share(frame.null);
}

function exampleIdOf({ task, variant, timeline, target }: LineSource, user: string): string {
  return exampleId(task.name, user, timeline.batch.row[target]!, variant);
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
