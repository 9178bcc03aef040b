// Renders wordings to chat messages. Each block is compiled once per wording object; variables are data, so Jinja or
// HTML inside a title stays as it is.

import { compileBlock, scopeFor, type Render } from "./compile.ts";
import { compileJson } from "./compile-json.ts";
import { shareText, type LineBuffer, type Text } from "./line-buffer.ts";
import { namesIn, parseBlock } from "./syntax.ts";
import { insideJson } from "./values.ts";
import { blockNames, locatorOf, type BlockName, type Message, type Wording } from "./wording.ts";

type Variables = Readonly<Record<string, unknown>>;

const compiled = new WeakMap<Wording, Record<BlockName, Render>>();

function rendersOf(wording: Wording): Record<BlockName, Render> {
  let held = compiled.get(wording);
  if (!held) {
    held = mapBlocks(wording, (text, locate) => {
      const render = compileBlock(text, locate);
      return (vars: Variables) => cut(render(vars));
    });
    compiled.set(wording, held);
  }
  return held;
}

function mapBlocks<T>(
  { file, blocks }: Wording,
  make: (text: string, locate: ReturnType<typeof locatorOf>) => T,
): Record<BlockName, T> {
  return Object.fromEntries(
    blockNames.map((name) => [name, make(blocks[name].text, locatorOf(file, blocks[name]))]),
  ) as Record<BlockName, T>;
}

/**
 * The prompt of one example: the instruction as system message (left out when empty), then context, candidates and
 * task, joined by the wording's `join`, as user message. Empty blocks are left out; line ends around a block are cut.
 * Throws UsageError at file:line:col when a value does not fit the template.
 */
export function renderPrompt(wording: Wording, vars: Variables): Message[] {
  const renders = rendersOf(wording);
  const system = renders.instruction(vars);
  const parts = [renders.context(vars), renders.candidates(vars), renders.task(vars)];
  const user = parts.filter((part) => part !== "").join(wording.join);
  const messages: Message[] = [{ role: "user", content: user }];
  return system === "" ? messages : [{ role: "system", content: system }, ...messages];
}

/** The answer the model should give, without the line ends that a YAML block adds. */
export function renderAnswer(wording: Wording, vars: Variables): string {
  return rendersOf(wording).answer(vars);
}

/** Where the texts of an example stand in a line: from <= at < to. `system` is empty where there is no such message. */
export type Spans = Record<"system" | "user" | "answer", { from: number; to: number }>;

export function makeSpans(): Spans {
  return { system: { from: 0, to: 0 }, user: { from: 0, to: 0 }, answer: { from: 0, to: 0 } };
}

type WriteBlock = (vars: Variables, to: LineBuffer) => void;
type Writers = Record<BlockName, WriteBlock> & { join: Text };

const frame = {
  system: shareText('{"role":"system","content":"'),
  user: shareText('{"role":"user","content":"'),
  next: shareText('"},'),
  completion: shareText('"}],"completion":[{"role":"assistant","content":"'),
  end: shareText('"}]'),
};

/**
 * Writes the messages of one example: `[…],"completion":[…]`, the JSON of what `renderPrompt` and `renderAnswer` give.
 * Tells in `spans` where the texts stand.
 */
export function writeMessages(
  wording: Wording,
  vars: Variables,
  to: LineBuffer,
  spans: Spans,
): void {
  const writers = writersOf(wording);
  to.char(openBracket);
  const start = to.size;
  to.share(frame.system);
  spans.system.from = to.size;
  writers.instruction(vars, to);
  spans.system.to = to.size;
  if (spans.system.to === spans.system.from) {
    to.size = start;
    spans.system.from = spans.system.to = start;
  } else to.share(frame.next);
  to.share(frame.user);
  const user = to.size;
  spans.user.from = user;
  writers.context(vars, to);
  writeJoined(writers.candidates, writers.join, vars, to, user);
  writeJoined(writers.task, writers.join, vars, to, user);
  spans.user.to = to.size;
  to.share(frame.completion);
  spans.answer.from = to.size;
  writers.answer(vars, to);
  spans.answer.to = to.size;
  to.share(frame.end);
}

/** A block behind others: joined to them, or left out where it is empty. */
function writeJoined(
  write: WriteBlock,
  join: Text,
  vars: Variables,
  to: LineBuffer,
  start: number,
): void {
  const before = to.size;
  if (before > start) to.share(join);
  const from = to.size;
  write(vars, to);
  if (to.size === from) to.size = before;
}

const writing = new WeakMap<Wording, Writers>();

function writersOf(wording: Wording): Writers {
  let held = writing.get(wording);
  if (!held) {
    const blocks = mapBlocks(wording, (text, locate): WriteBlock => {
      const nodes = parseBlock(text, locate);
      const names = namesIn(nodes);
      if (names.size === 0 || (names.size === 1 && names.has("words")))
        return keepLast(compileBlock(text, locate));
      const write = compileJson(nodes, locate);
      const scopeOf = scopeFor(nodes);
      return (vars, to) => {
        const from = to.size;
        write(scopeOf(vars), to);
        cutEnds(to, from);
      };
    });
    held = { ...blocks, join: shareText(insideJson(wording.join)) };
    writing.set(wording, held);
  }
  return held;
}

/** Writes a block that reads `words` alone: the same text as long as they are the same. */
function keepLast(render: Render): WriteBlock {
  let last: { words: unknown; text: Text } | null = null;
  return (vars, to) => {
    if (last === null || last.words !== vars["words"])
      last = { words: vars["words"], text: shareText(insideJson(cut(render(vars)))) };
    if (last.text.text !== "") to.share(last.text);
  };
}

const [openBracket, backslash, lineFeed, carriageReturn] = [91, 92, 110, 114];

/** `cut` of what was written from here on, where a line end is an escape of two characters. */
function cutEnds(to: LineBuffer, from: number): void {
  const { view } = to;
  let end = to.size;
  while (end - from >= 2 && isBreak(view.getUint8(end - 1))) {
    let at = end - 2;
    while (at >= from && view.getUint8(at) === backslash) at--;
    // An even number of backslashes stands for itself, and the letter after it too.
    if ((end - 2 - at) % 2 === 0) break;
    end -= 2;
  }
  to.size = end;
  let start = from;
  while (
    start + 2 <= end &&
    view.getUint8(start) === backslash &&
    isBreak(view.getUint8(start + 1))
  )
    start += 2;
  if (start > from) to.cut(from, start);
}

function isBreak(code: number): boolean {
  return code === lineFeed || code === carriageReturn;
}

/** A block's text without the line ends that YAML adds around it. */
export function cut(text: string): string {
  return text.replace(/^[\r\n]+|[\r\n]+$/g, "");
}
