// Text of a log or of a person inside a prompt: one line, and free of what chat templates and prompt formats read as a
// turn or a block. Chat messages are structured, but a server may still read special tokens in their content.

/** Special tokens of chat templates (ChatML, Llama 2 and 3, Gemma, Mistral, DeepSeek, T5): bracketed words. */
const tokens: readonly [RegExp, (inner: string) => string][] = [
  [/<[|｜]([^<>\n]{0,64}?)[|｜]>/gu, (inner) => `‹${inner}›`],
  [/<<\s*(\/?\s*SYS)\s*>>/giu, (inner) => `‹${inner}›`],
  [
    /\[\s*(\/?\s*(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS))\s*\]/giu,
    (inner) => `(${inner})`,
  ],
  [
    /<\s*(\/?\s*(?:start_of_turn|end_of_turn|bos|eos|pad|unk|s|extra_id_\d+|im_start|im_end|think|tool_call|tool_response))\s*>/giu,
    (inner) => `‹${inner}›`,
  ],
];

/**
 * The text on one line, without control and direction characters; special tokens lose their brackets, headings of
 * instruction formats ("### Response:") their marks, and a role at the start ("Assistant:") their colon.
 */
export function safeText(text: string): string {
  let safe = text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    // Characters that are not seen could hide a token from this function.
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu, "")
    .replace(/\s{2,}/gu, " ")
    .trim();
  // Taking one token apart can make another of what stood around it.
  for (let before = ""; before !== safe;) {
    before = safe;
    for (const [pattern, neutral] of tokens)
      safe = safe.replace(pattern, (_, inner: string) => neutral(inner));
  }
  return safe
    .replace(/#{2,}/gu, "#")
    .replace(/^(system|user|assistant|human)\s*[:：]/iu, "$1 -")
    .replace(/[<|｜]{2,}|[|｜]>/gu, (marks) => "¦".repeat(marks.length));
}
