// The micro tokenizer: byte-level BPE plus whole-text tokens that the caller names, in Hugging Face's tokenizer.json.
// Format: huggingface/tokenizers `Tokenizer` serialization (added_tokens, ByteLevel, BPE).

import { byteCharacters, makeWordEncoder, splitWords, trainMerges, wordPattern } from "./bpe.ts";

export type ChatMessage = { role: "system" | "user" | "assistant"; content: string };

/** Marks of the chat form `<|system|>…<|user|>…<|assistant|>…<|end|>`; ids 0 to 4 in this order. */
export const marks = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"] as const;
export const padId = 0;
export const endId = 1;
const roleIds = { system: 2, user: 3, assistant: 4 } as const;

/** Jinja form of the same chat layout, for tokenizer_config.json. */
export const chatTemplate =
  "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% if m.role == 'assistant' %}<|end|>{% endif %}{% endfor %}" +
  "{% if add_generation_prompt %}<|assistant|>{% endif %}";

export type Tokenizer = {
  size: number;
  /** Ids of a text; marks inside it are read as plain text, never as marks. */
  encode(text: string): number[];
  /** Ids of a chat up to and including the mark that opens the assistant's answer. */
  encodeChat(messages: readonly ChatMessage[]): number[];
  decode(ids: readonly number[]): string;
  /** The content of tokenizer.json. */
  toJson(): TokenizerJson;
};

type AddedToken = {
  id: number;
  content: string;
  single_word: false;
  lstrip: false;
  rstrip: false;
  normalized: false;
  special: boolean;
};

export type TokenizerJson = {
  version: "1.0";
  truncation: null;
  padding: null;
  added_tokens: AddedToken[];
  normalizer: null;
  pre_tokenizer: unknown;
  post_processor: null;
  decoder: unknown;
  model: {
    type: "BPE";
    vocab: Record<string, number>;
    merges: [string, string][];
    [key: string]: unknown;
  };
};

/**
 * Trains a tokenizer.
 * @param texts sample of the texts to be read
 * @param extraTokens texts that become one token each, wherever they stand (longest match first)
 * @param mergeCount most merges to learn
 */
export function trainTokenizer(
  texts: Iterable<string>,
  extraTokens: readonly string[],
  mergeCount: number,
): Tokenizer {
  const extras = [...new Set(extraTokens)].filter((t) => t !== "");
  const split = makeSplitter(extras);
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const piece of split(text)) {
      if (typeof piece === "number") continue;
      for (const word of splitWords(piece)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return buildTokenizer(trainMerges(counts, mergeCount), extras);
}

/** The tokenizer of a tokenizer.json that `toJson` wrote. */
export function readTokenizer(json: TokenizerJson): Tokenizer {
  const extras = json.added_tokens.filter((t) => !t.special).map((t) => t.content);
  return buildTokenizer(json.model.merges, extras);
}

function buildTokenizer(merges: [string, string][], extras: readonly string[]): Tokenizer {
  const vocab = new Map<string, number>();
  for (const mark of marks) vocab.set(mark, vocab.size);
  for (const character of byteCharacters) vocab.set(character, vocab.size);
  for (const [a, b] of merges) if (!vocab.has(a + b)) vocab.set(a + b, vocab.size);
  const firstExtra = vocab.size;
  const size = firstExtra + extras.length;
  const encodeWord = makeWordEncoder(merges, vocab);
  const split = makeSplitter(extras);
  const texts = [...vocab.keys()];
  const bytes = new Map(byteCharacters.map((character, byte) => [character, byte]));

  const encode = (text: string): number[] => {
    const ids: number[] = [];
    for (const piece of split(text)) {
      if (typeof piece === "number") ids.push(firstExtra + piece);
      else for (const word of splitWords(piece)) for (const id of encodeWord(word)) ids.push(id);
    }
    return ids;
  };
  return {
    size,
    encode,
    encodeChat(messages) {
      const ids: number[] = [];
      for (const message of messages) {
        ids.push(roleIds[message.role]);
        for (const id of encode(message.content)) ids.push(id);
        if (message.role === "assistant") ids.push(endId);
      }
      ids.push(roleIds.assistant);
      return ids;
    },
    decode(ids) {
      const parts: Buffer[] = [];
      for (const id of ids) {
        if (id >= firstExtra) parts.push(Buffer.from(extras[id - firstExtra]!, "utf8"));
        else if (id >= marks.length)
          parts.push(Buffer.from(Array.from(texts[id]!).map((c) => bytes.get(c)!)));
      }
      return Buffer.concat(parts).toString("utf8");
    },
    toJson: () => ({
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: [
        ...marks.map((content, id) => addedToken(id, content, true)),
        ...extras.map((content, i) => addedToken(firstExtra + i, content, false)),
      ],
      normalizer: null,
      pre_tokenizer: {
        type: "Sequence",
        pretokenizers: [
          { type: "Split", pattern: { Regex: wordPattern }, behavior: "Isolated", invert: false },
          { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
        ],
      },
      post_processor: null,
      decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
      model: {
        type: "BPE",
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(vocab),
        merges,
      },
    }),
  };
}

function addedToken(id: number, content: string, special: boolean): AddedToken {
  return {
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special,
  };
}

/** Splits a text at the extra tokens (leftmost, longest): pieces of text and indices of extras. */
function makeSplitter(extras: readonly string[]): (text: string) => (string | number)[] {
  type Node = { next: Map<string, Node>; extra: number };
  const root: Node = { next: new Map(), extra: -1 };
  extras.forEach((text, index) => {
    let node = root;
    for (const unit of text.split("")) {
      let child = node.next.get(unit);
      if (!child) node.next.set(unit, (child = { next: new Map(), extra: -1 }));
      node = child;
    }
    node.extra = index;
  });
  return (text) => {
    const pieces: (string | number)[] = [];
    let start = 0;
    for (let i = 0; i < text.length;) {
      let node = root.next.get(text[i]!);
      let found = -1;
      let end = i;
      for (let j = i + 1; node; j++) {
        if (node.extra >= 0) {
          found = node.extra;
          end = j;
        }
        node = j < text.length ? node.next.get(text[j]!) : undefined;
      }
      if (found < 0) {
        i++;
        continue;
      }
      if (i > start) pieces.push(text.slice(start, i));
      pieces.push(found);
      start = i = end;
    }
    if (start < text.length) pieces.push(text.slice(start));
    return pieces;
  };
}
