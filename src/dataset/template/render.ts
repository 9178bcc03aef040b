// Renders wordings to chat messages. Each block is compiled once per wording object; variables are data, so Jinja or
// HTML inside a title stays as it is.

import { compileBlock, type Output, type Render } from "./compile.ts";
import { namesIn, parseBlock, type Node } from "./syntax.ts";
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
      blockNames.map((name) => {
        const { text } = wording.blocks[name];
        const locate = locatorOf(wording.file, wording.blocks[name]);
        const render = compileBlock(text, locate, output);
        if (output === "text") return [name, (vars: Variables) => cut(render(vars))];
        const nodes = parseBlock(text, locate);
        return [name, loops(nodes) ? (vars) => cutJson(render(vars)) : keepLast(render, nodes)];
      }),
    ) as Record<BlockName, Render>;
    compiled[output].set(wording, held);
  }
  return held;
}

function loops(nodes: readonly Node[]): boolean {
  return nodes.some(
    (node) =>
      node.type === "For" ||
      (node.type === "If" && (loops(node.body) || loops(node.alternate))) ||
      (node.type === "Set" && loops(node.body)),
  );
}

/** The cut text of a block; the last one again while all that it reads is the same. Records must not change. */
function keepLast(render: Render, nodes: readonly Node[]): Render {
  const names = [...namesIn(nodes)];
  let last: { values: unknown[]; text: string } | null = null;
  return (vars) => {
    if (last !== null) {
      let i = 0;
      while (i < names.length && vars[names[i]!] === last.values[i]) i++;
      if (i === names.length) return last.text;
    }
    const text = cutJson(render(vars));
    last = { values: names.map((name) => vars[name]), text };
    return text;
  };
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

/** Prompt and answer of one example, each as it stands inside the quotes of a JSON string; `system` "" for none. */
export type JsonTexts = { system: string; user: string; answer: string };

/** What `renderPrompt` and `renderAnswer` give, without a pass over the text to escape it. */
export function renderJson(wording: Wording, vars: Variables): JsonTexts {
  const renders = rendersOf(wording, "json");
  const context = renders.context(vars);
  const candidates = renders.candidates(vars);
  const task = renders.task(vars);
  const join = insideJson(wording.join);
  let user = context;
  if (candidates !== "") user = user === "" ? candidates : user + join + candidates;
  if (task !== "") user = user === "" ? task : user + join + task;
  return {
    system: renders.instruction(vars),
    user,
    answer: renders.answer(vars),
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
