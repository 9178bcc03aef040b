// A wording: one named prompt of a pack, as plain data that can be cloned to a worker thread. Blocks are Jinja source
// with the place they stand in, so that every later error can name file:line:col.

export type Lang = "en" | "ko";
export type Message = { role: "system" | "user" | "assistant"; content: string };

export const promptBlocks = ["instruction", "context", "candidates", "task"] as const;
export const blockNames = [...promptBlocks, "answer"] as const;
export type BlockName = (typeof blockNames)[number];

/** One block: its Jinja text, and the YAML source it was read from with the 1-based place where that source starts. */
export type Block = { text: string; raw: string; line: number; col: number };

export type Wording = {
  /** `<task>/<lang>/<name>@<version>`. */
  id: string;
  task: string;
  lang: Lang;
  name: string;
  version: number;
  /** Never used for training; shows whether a model learned the task or the phrase. */
  heldOut: boolean;
  /** Stands between context, candidates and task in the user message. */
  join: string;
  /** Path of the pack, as given. */
  file: string;
  blocks: Record<BlockName, Block>;
};

/** What a task promises its wordings; every `Task` is one. */
export type TaskContract = {
  name: string;
  /** Variables a wording may use: `prompt` ones anywhere, `answer` ones only in the answer block. */
  variables: { prompt: readonly string[]; answer: readonly string[] };
  /** Blocks a wording of this task must fill. */
  blocks: readonly BlockName[];
};

/** Names the place of a word inside a block as `file:line:col`; null, or a word that is not found, gives the block's start. */
export type Locate = (word: string | null) => string;

/**
 * The locator of one block. A word is looked for inside `{{ }}` and `{% %}` only, a member as `.name`.
 */
export function locatorOf(file: string, block: Block): Locate {
  return (word) => {
    const offset = word === null ? 0 : Math.max(0, findWord(block.raw, word));
    const before = block.raw.slice(0, offset).split("\n");
    const line = block.line + before.length - 1;
    const col = before.length === 1 ? block.col + offset : before.at(-1)!.length + 1;
    return `${file}:${line}:${col}`;
  };
}

function findWord(raw: string, word: string): number {
  const member = word.startsWith(".");
  const name = (member ? word.slice(1) : word).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const edge = /^\w+$/.test(member ? word.slice(1) : word) ? "(?!\\w)" : "";
  const pattern = new RegExp(
    member ? `(?<=\\.\\s*)${name}${edge}` : `(?<![\\w.])${name}${edge}`,
    "u",
  );
  for (const tag of raw.matchAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g)) {
    const at = tag[0].search(pattern);
    if (at >= 0) return tag.index + at;
  }
  return -1;
}
