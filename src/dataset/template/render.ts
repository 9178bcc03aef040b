// Renders wordings to chat messages. Each block is compiled once per wording object; variables are data, so Jinja or
// HTML inside a title stays as it is.

import { compileBlock, type Output, type Render } from "./compile.ts";
import { insideJson } from "./values.ts";
import { blockNames, locatorOf, type BlockName, type Message, type Wording } from "./wording.ts";

type Variables = Readonly<Record<string, unknown>>;

const compiled = {
  text: new WeakMap<Wording, Record<BlockName, Render>>(),
  json: new WeakMap<Wording, Record<BlockName, Render>>(),
};

function rendersOf(wording: Wording, output: Output = "text"): Record<BlockName, Render> {
  let held = compiled[output].get(wording);
  if (!held) {
    held = Object.fromEntries(
      blockNames.map((name) => [
        name,
        compileBlock(
          wording.blocks[name].text,
          locatorOf(wording.file, wording.blocks[name]),
          output,
        ),
      ]),
    ) as Record<BlockName, Render>;
    compiled[output].set(wording, held);
  }
  return held;
}

/**
 * The prompt of one example: the instruction as system message (left out when empty), then context, candidates and
 * task, joined by the wording's `join`, as user message. Empty blocks are left out; line ends around a block are cut.
 * Throws UsageError at file:line:col when a value does not fit the template.
 */
export function renderPrompt(wording: Wording, vars: Variables): Message[] {
  const renders = rendersOf(wording);
  const system = cut(renders.instruction(vars));
  const parts = [renders.context(vars), renders.candidates(vars), renders.task(vars)];
  const user = parts
    .map(cut)
    .filter((part) => part !== "")
    .join(wording.join);
  const messages: Message[] = [{ role: "user", content: user }];
  return system === "" ? messages : [{ role: "system", content: system }, ...messages];
}

/** The answer the model should give, without the line ends that a YAML block adds. */
export function renderAnswer(wording: Wording, vars: Variables): string {
  return cut(rendersOf(wording).answer(vars));
}

/** Prompt and answer of one example, each as it stands inside the quotes of a JSON string; `system` "" for none. */
export type JsonTexts = { system: string; user: string; answer: string };

/** What `renderPrompt` and `renderAnswer` give, without a pass over the text to escape it. */
export function renderJson(wording: Wording, vars: Variables): JsonTexts {
  const renders = rendersOf(wording, "json");
  const context = cutJson(renders.context(vars));
  const candidates = cutJson(renders.candidates(vars));
  const task = cutJson(renders.task(vars));
  const join = insideJson(wording.join);
  let user = context;
  if (candidates !== "") user = user === "" ? candidates : user + join + candidates;
  if (task !== "") user = user === "" ? task : user + join + task;
  return {
    system: cutJson(renders.instruction(vars)),
    user,
    answer: cutJson(renders.answer(vars)),
  };
}

const [backslash, lineFeed, carriageReturn] = [92, 110, 114];

/** `cut` of a text in JSON, where a line end is an escape of two characters. */
function cutJson(text: string): string {
  const isBreak = (code: number): boolean => code === lineFeed || code === carriageReturn;
  let start = 0;
  while (text.charCodeAt(start) === backslash && isBreak(text.charCodeAt(start + 1))) start += 2;
  let end = text.length;
  while (end - start >= 2 && isBreak(text.charCodeAt(end - 1))) {
    let at = end - 2;
    while (at >= start && text.charCodeAt(at) === backslash) at--;
    // An even number of backslashes stands for itself, and the letter after it too.
    if ((end - 2 - at) % 2 === 0) break;
    end -= 2;
  }
  return text.slice(start, end);
}

/** A block's text without the line ends that YAML adds around it. */
export function cut(text: string): string {
  return text.replace(/^[\r\n]+|[\r\n]+$/g, "");
}
