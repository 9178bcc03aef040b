// A look at a built dataset: its counts, one example of each task as a model will read it, how long its texts are, and
// what training on them costs where prices are published.

import { join } from "node:path";
import { openChatTemplate, type ChatTemplate } from "../base/token/chat-templates.ts";
import { roughCounter, type TokenCounter } from "../base/token/count-tokens.ts";
import { addLength, emptyHistogram, type LengthHistogram } from "../base/token/length-histogram.ts";
import { prices, type Price } from "../base/token/prices.ts";
import { splits, type Split } from "../log/split/timeline.ts";
import { countExamples, readManifest, type DatasetManifest } from "./manifest.ts";
import { readFileExamples } from "./read-examples.ts";
import type { Example } from "./task/types.ts";

export type InspectOptions = {
  /** Default: `chatml`. */
  chatTemplate?: ChatTemplate;
  /** Default: four bytes a token. */
  counter?: TokenCounter;
  /** Texts of a split whose length is counted, at most, evenly spread; default 5,000. */
  mostCounted?: number;
};

export type SplitLengths = {
  /** Texts that were counted; fewer than the examples where a split is large. */
  counted: number;
  chars: LengthHistogram;
  tokens: LengthHistogram;
  /** Tokens of all examples of the split, projected where not all were counted. */
  totalTokens: number;
};

export type CostEstimate = Price & { usdPerEpoch: number | null };

export type DatasetLook = {
  manifest: DatasetManifest;
  samples: Record<string, Example>;
  /** The samples as the model reads them. */
  rendered: Record<string, string>;
  chatTemplate: string;
  /** How tokens are counted. */
  tokenizer: string;
  lengths: Record<Split, SplitLengths>;
  /** Counted texts that hold the template's own markup as data. */
  withMarkup: { count: number; examples: string[] };
  costs: CostEstimate[];
};

/**
 * Looks at a dataset folder.
 * @throws DataError for an incomplete folder, UsageError for a chat template that does not take its messages.
 */
export async function inspectDataset(
  dir: string,
  options: InspectOptions = {},
): Promise<DatasetLook> {
  const manifest = await readManifest(dir);
  const template = options.chatTemplate ?? (await openChatTemplate("chatml"));
  const counter = options.counter ?? roughCounter;
  const samples: Record<string, Example> = {};
  const rendered: Record<string, string> = {};
  const withMarkup: DatasetLook["withMarkup"] = { count: 0, examples: [] };
  const lengths = {} as DatasetLook["lengths"];
  for (const split of splits) {
    const size = countExamples(manifest, split);
    const every = Math.max(1, Math.ceil(size / (options.mostCounted ?? 5000)));
    const held = { chars: emptyHistogram(), tokens: emptyHistogram() };
    let at = 0;
    for await (const { example } of readFileExamples(join(dir, `${split}.jsonl`), split)) {
      const isCounted = at++ % every === 0;
      const isFirst = samples[example.task] === undefined;
      if (!isCounted && !isFirst) continue;
      const messages = [...example.prompt, ...example.completion];
      const text = template.render(messages);
      if (isFirst) {
        samples[example.task] = example;
        rendered[example.task] = text;
      }
      if (!isCounted) continue;
      addLength(held.chars, text.length);
      addLength(held.tokens, counter.count(text));
      const holds = messages.some(({ content }) =>
        template.markers.some((marker) => content.includes(marker)),
      );
      if (holds && ++withMarkup.count <= 5) withMarkup.examples.push(example.id);
    }
    const { count, total } = held.tokens;
    const totalTokens = count === 0 ? 0 : Math.round((total * at) / count);
    lengths[split] = { counted: count, ...held, totalTokens };
  }
  return {
    manifest,
    samples,
    rendered,
    chatTemplate: template.name,
    tokenizer: counter.about,
    lengths,
    withMarkup,
    costs: estimateCosts(lengths.train.totalTokens),
  };
}

/** One pass over `tokens` at the published prices; null where the price is by time, or unknown. */
export function estimateCosts(tokens: number): CostEstimate[] {
  return prices.map((price) => ({
    ...price,
    usdPerEpoch:
      price.usdPerMillionTokens === null ? null : (tokens / 1e6) * price.usdPerMillionTokens,
  }));
}
