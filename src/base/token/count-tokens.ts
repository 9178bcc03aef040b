// Token counts: exact with a model's own tokenizer.json (huggingface.co/docs/tokenizers), or roughly, by bytes, where
// none is at hand.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../errors.ts";

export type TokenCounter = {
  /** How the count is made, for reports. */
  about: string;
  count(text: string): number;
};

/** Four bytes of UTF-8 a token: near the truth for English, high for Korean. */
export const roughCounter: TokenCounter = {
  about: "about 4 bytes a token",
  count: (text) => Math.ceil(Buffer.byteLength(text) / 4),
};

/**
 * A counter from a tokenizer.json; tokenizer_config.json beside it is read where it is.
 * @throws UsageError for a file that is no tokenizer.
 */
export async function openTokenizer(path: string): Promise<TokenCounter> {
  const { Tokenizer } = await import("@huggingface/tokenizers");
  try {
    const model = JSON.parse(await readFile(path, "utf8")) as object;
    const config = await readFile(join(dirname(path), "tokenizer_config.json"), "utf8").then(
      (text) => JSON.parse(text) as object,
      () => ({}),
    );
    const tokenizer = new Tokenizer(model, config);
    tokenizer.encode("probe");
    return {
      about: path,
      count: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length,
    };
  } catch (error) {
    throw new UsageError(`this is no tokenizer: ${(error as Error).message}`, {
      code: "tokenizer-unreadable",
      where: path,
      next: "Name the tokenizer.json of the model, as its repository has it.",
      cause: error,
    });
  }
}
