// Renders wordings to chat messages. Each block is compiled once per wording object; variables are data, so Jinja or
// HTML inside a title stays as it is.

import { compileBlock, type Render } from "./compile.ts";
import { blockNames, locatorOf, type BlockName, type Message, type Wording } from "./wording.ts";

type Variables = Readonly<Record<string, unknown>>;

const compiled = new WeakMap<Wording, Record<BlockName, Render>>();

function rendersOf(wording: Wording): Record<BlockName, Render> {
  let held = compiled.get(wording);
  if (!held) {
    held = Object.fromEntries(
      blockNames.map((name) => [
        name,
        compileBlock(wording.blocks[name].text, locatorOf(wording.file, wording.blocks[name])),
      ]),
    ) as Record<BlockName, Render>;
    compiled.set(wording, held);
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

function cut(text: string): string {
  return text.replace(/^[\r\n]+|[\r\n]+$/g, "");
}
