// A trained micro model as something that answers: choices scored in batches by the array engine, text written by the
// plain sampler.

import { padBatch, promptSequence, type Sequence } from "./batch.ts";
import { openEnginePool, type EnginePool } from "./engine-pool.ts";
import { readModel } from "./model-folder.ts";
import { logProbability, makeSampler } from "./sampler.ts";
import { endId, marks, type ChatMessage } from "./tokenizer.ts";

export type OpenMicroModel = {
  name: string;
  /** Natural-log probability of each choice as the whole answer. */
  scoreChoices(
    prompts: { messages: ChatMessage[]; choices: string[] }[],
  ): Promise<{ logprobs: Float64Array; tokensIn: number }[]>;
  /** Greedy answers. */
  generate(
    prompts: ChatMessage[][],
    options: { maxTokens: number },
  ): Promise<{ text: string; finish: "stop" | "length"; tokensIn: number; tokensOut: number }[]>;
  close(): Promise<void>;
};

const batchRows = 32;

/**
 * Opens the model in `dir`.
 * @throws DataError when it is not a complete micro model
 */
export async function openMicroModel(
  dir: string,
  options: { threads: number },
): Promise<OpenMicroModel> {
  const { shape, weights, tokenizer } = await readModel(dir);
  const sampler = makeSampler(shape, weights);
  let pool: EnginePool | null = null;
  const engines = (): EnginePool => {
    if (!pool) {
      pool = openEnginePool(shape, options.threads);
      pool.weights.set(weights);
    }
    return pool;
  };

  /** The prompt's last tokens where it is longer than the model reads; the answer needs `room`. */
  const promptTokens = (messages: ChatMessage[], room: number): number[] =>
    tokenizer.encodeChat(messages).slice(-(shape.context - room));

  /** Choices of one token each: all are read from the logits after the prompt. */
  const scoreAtOnce = async (
    rows: { tokens: number[]; choices: number[] }[],
  ): Promise<Float64Array[]> => {
    const parts = groupBy(rows, batchRows);
    const results = await Promise.all(
      parts.map(async (part) => {
        const sequences: Sequence[] = part.map((row) => promptSequence(row.tokens));
        while (sequences.length < batchRows) sequences.push(sequences[0]!);
        const longest = Math.max(...sequences.map((s) => s.tokens.length));
        const logits = await engines().logits(padBatch(sequences, Math.ceil(longest / 16) * 16, 1));
        return part.map((row, i) => {
          const own = logits.subarray(i * shape.vocab, (i + 1) * shape.vocab);
          const normaliser = own[0]! - logProbability(own, 0);
          return Float64Array.from(row.choices, (choice) => own[choice]! - normaliser);
        });
      }),
    );
    return results.flat();
  };

  /** Choices of any length, end mark included, from a shared prompt. */
  const scoreOneByOne = (tokens: number[], choices: number[][]): Float64Array => {
    const shared = sampler.start();
    const first = sampler.read(shared, tokens).slice();
    return Float64Array.from(choices, (choice) => {
      const cache = sampler.fork(shared);
      let sum = 0;
      let logits: Float32Array = first;
      for (const token of [...choice, endId]) {
        sum += logProbability(logits, token);
        if (token !== endId) logits = sampler.step(cache, token);
      }
      return sum;
    });
  };
  return {
    name: `micro:${dir}`,
    async scoreChoices(prompts) {
      const asked = prompts.map(({ messages, choices }) => {
        const ids = choices.map((choice) => tokenizer.encode(choice));
        const room = Math.max(...ids.map((c) => c.length)) + 1;
        return { tokens: promptTokens(messages, room), ids };
      });
      const isSingle = (row: (typeof asked)[number]): boolean =>
        row.ids.every((c) => c.length === 1);
      const single = asked.filter(isSingle);
      const scored = await scoreAtOnce(
        single.map((r) => ({ tokens: r.tokens, choices: r.ids.map((c) => c[0]!) })),
      );
      const bySingle = new Map(single.map((row, i) => [row, scored[i]!]));
      return asked.map((row) => ({
        logprobs: bySingle.get(row) ?? scoreOneByOne(row.tokens, row.ids),
        tokensIn: row.tokens.length,
      }));
    },
    async generate(prompts, { maxTokens }) {
      return prompts.map((messages) => {
        const tokens = promptTokens(messages, Math.min(maxTokens, shape.context / 2) + 1);
        const cache = sampler.start();
        let logits = sampler.read(cache, tokens);
        const written: number[] = [];
        let finish: "stop" | "length" = "length";
        while (written.length < maxTokens && cache.length < shape.context) {
          const next = bestToken(logits);
          if (next === endId) {
            finish = "stop";
            break;
          }
          written.push(next);
          logits = sampler.step(cache, next);
        }
        return {
          text: tokenizer.decode(written),
          finish,
          tokensIn: tokens.length,
          tokensOut: written.length,
        };
      });
    },
    async close() {
      await pool?.close();
    },
  };
}

/** The likeliest token; marks other than the end are never written. */
function bestToken(logits: Float32Array): number {
  let best = endId;
  for (let i = marks.length; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

function groupBy<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < items.length; i += size) groups.push(items.slice(i, i + size));
  return groups;
}
