// One example as a line of JSONL, put together from pieces that are JSON already: what JSON.stringify of the Example
// would give, without the object. `view` is the same example for audits, whose fields are made when they are read.

import { exampleId, idPart } from "../base/ids.ts";
import type { Timeline } from "../log/split/timeline.ts";
import type { BuiltFacts, Seen } from "./audit/types.ts";
import { hashBytes } from "./audit/hash-table.ts";
import type { LineBuffer } from "./line-buffer.ts";
import type { Draft, Example, Task, Warmth } from "./task/types.ts";
import { renderJson } from "./template/render.ts";
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
  warmth: Warmth;
};

export type LineMaker = {
  /** Writes the line of an example. What it returns is the same object each time, for audits to see at once. */
  write(source: LineSource, to: LineBuffer): Omit<Seen, "split">;
  /** The example last written, as an object of its own. */
  read(): Example;
};

/** `ids`: item ids by catalog index. */
export function makeLineMaker(ids: readonly string[]): LineMaker {
  const idTexts: string[] = [];
  const idText = (index: number): string => (idTexts[index] ??= JSON.stringify(ids[index]));
  const wordingTexts = new WeakMap<Wording, string>();
  const wordingText = (wording: Wording): string => {
    let text = wordingTexts.get(wording);
    if (text === undefined) {
      text = `","task":${JSON.stringify(wording.task)},"wording":${JSON.stringify(wording.id)},"prompt":`;
      wordingTexts.set(wording, text);
    }
    return text;
  };
  let user = { id: "", text: "", inId: "" };
  const setUser = (id: string): void => {
    if (user.id !== id || user.text === "")
      user = { id, text: JSON.stringify(id), inId: idPart(id) };
  };

  // The ids of a timeline as one list, and where each row's id starts and ends in it: a history is mostly a piece of it.
  let rows: { timeline: Timeline; text: string; starts: number[]; ends: number[] } | null = null;
  const historyOf = ({ timeline, history }: LineSource): string => {
    const { batch, start, end } = timeline;
    const first = history[0]!;
    const last = history.at(-1)!;
    if (last - first !== history.length - 1)
      return history.map((row) => idText(batch.item[row]!)).join(",");
    if (rows?.timeline !== timeline) {
      const texts = Array.from(batch.item.subarray(start, end), idText);
      const starts: number[] = [];
      const ends: number[] = [];
      let at = 0;
      for (const { length } of texts) {
        starts.push(at);
        ends.push(at + length);
        at += length + 1;
      }
      rows = { timeline, text: texts.join(","), starts, ends };
    }
    return rows.text.slice(rows.starts[first - start]!, rows.ends[last - start]!);
  };

  let source: LineSource;
  let line = { head: "", body: "", tail: "" };
  const facts: BuiltFacts = {
    item: 0,
    history: [],
    candidates: null,
    text: { low: 0, high: 0 },
    mayShowAnswer: true,
  };
  const columns = () => source.timeline.batch;
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
      return (JSON.parse(`{"prompt":${line.body}}`) as Example).prompt;
    },
    get completion() {
      return (JSON.parse(`{"prompt":${line.body}}`) as Example).completion;
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
  const seen: Omit<Seen, "split"> = { example: view, built: facts };
  const seenWithTimes = { ...seen, historyTimes: [] as number[] };

  return {
    write(given, to) {
      source = given;
      const { wording, timeline, target, history, draft } = given;
      const { batch } = timeline;
      setUser(timeline.user);
      const item = batch.item[target]!;
      const { system, user: asked, answer } = renderJson(wording, draft.variables);
      const first = system === "" ? "[" : `[{"role":"system","content":"${system}"},`;
      const itemText = idText(item);
      const shown = history.map((row) => batch.item[row]!);
      const { label } = draft;
      line = {
        head: `{"id":"${exampleIdOf(given, user.inId)}${wordingText(wording)}`,
        body: `${first}{"role":"user","content":"${asked}"}],"completion":[{"role":"assistant","content":"${answer}"}]`,
        tail:
          `,"user":${user.text},"item":${itemText},"row":${batch.row[target]!}` +
          `,"time":${numberText(batch.time[target]!)},"rating":${numberText(batch.rating[target]!)}` +
          `,"history":[${historyOf(given)}],"candidates":${listText(draft.candidates, idText)}` +
          `,"negatives":${listText(draft.negatives ?? null, idText)}` +
          `,"label":${label === ids[item] ? itemText : JSON.stringify(label)}` +
          `,"source":"${draft.source}","warmth":"${given.warmth}"}\n`,
      };
      to.write(line.head);
      const from = to.size;
      to.write(line.body);
      hashBytes(to.view(), from, to.size, facts.text);
      to.write(line.tail);
      facts.item = item;
      facts.history = shown;
      facts.candidates = draft.candidates;
      facts.mayShowAnswer = mayShow(answer, system, asked);
      if (Number.isNaN(batch.time[target]!)) return seen;
      seenWithTimes.historyTimes = history.map((row) => batch.time[row]!);
      return seenWithTimes;
    },
    read: () => JSON.parse(line.head + line.body + line.tail) as Example,
  };
}

const edge = /^(?:\s|\\[^"\\])|(?:\s|\\[a-z0-9]+)$/;

// Audits trim the answer and judge where words end; an answer whose edges could be trimmed is left to them. What stands
// in a text stands in it in JSON too.
function mayShow(answer: string, system: string, asked: string): boolean {
  if (answer === "" || edge.test(answer)) return true;
  return asked.includes(answer) || system.includes(answer);
}

function exampleIdOf({ task, variant, timeline, target }: LineSource, user: string): string {
  return exampleId(task.name, user, timeline.batch.row[target]!, variant);
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : "null";
}

function listText(indices: ArrayLike<number> | null, idText: (index: number) => string): string {
  if (indices === null) return "null";
  let text = "[";
  for (let i = 0; i < indices.length; i++)
    text += i === 0 ? idText(indices[i]!) : `,${idText(indices[i]!)}`;
  return `${text}]`;
}
