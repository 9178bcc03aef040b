// Special tokens of chat templates inside data. Messages are structured, but servers put them through the model's
// template and tokenize the whole with special tokens on (llama.cpp: parse_special), so that a title could end its turn.

/** ChatML, Llama 2 and 3, Gemma, Mistral, DeepSeek, EXAONE, GLM, Command R, Nemotron, T5: words in brackets. */
const families: readonly [RegExp, (inner: string) => string][] = [
  [/<[|｜]([^<>\n]{0,64}?)[|｜]>/gu, (inner) => `‹${inner}›`],
  [/\[[|｜]([^[\]\n]{0,64}?)[|｜]\]/gu, (inner) => `(${inner})`],
  [/<<(\s*\/?\s*SYS\s*)>>/giu, (inner) => `‹${inner}›`],
  [
    /\[(\s*\/?\s*(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|gMASK)\s*)\]/giu,
    (inner) => `(${inner})`,
  ],
  [
    /<(\s*\/?\s*(?:start_of_turn|end_of_turn|start_of_image|end_of_image|end_of_utterance|bos|eos|pad|unk|s|sop|eop|bos_token|eos_token|pad_token|extra_id_\d+|unused\d+|special_\d+|seed:\w+|im_start|im_end|think|tool_call|tool_response)\s*)>/giu,
    (inner) => `‹${inner}›`,
  ],
];

/** The text with the brackets of special tokens replaced; all else, line ends too, stays as it is. */
export function neutraliseTokens(text: string): string {
  let neutral = text;
  // Taking one token apart can make another of what stood around it.
  for (let before = ""; before !== neutral;) {
    before = neutral;
    for (const [pattern, replace] of families)
      neutral = neutral.replace(pattern, (_, inner: string) => replace(inner));
  }
  return neutral;
}
