// Direct recommendation: a model recommends from a history, and what is handed on are items of the catalog alone. An
// item that does not ground, was seen or stands twice is dropped and named in the next request, at most twice; what is
// still missing then comes from a retriever, and is said to.

import { RectuneError, RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { rngFor } from "../../base/rng.ts";
import type { Message } from "../../dataset/task/types.ts";
import type { Wording } from "../../dataset/template/wording.ts";
import type { AskOptions, Completion, Model } from "../model/types.ts";
import { readAnswer, type AnswerContext, type Dropped } from "./answer.ts";
import { answerSchema, asksJson, writePrompt, type Ask, type PromptSetting } from "./prompt.ts";
import { countBorda, type BordaItem } from "./rank.ts";
import type { Retriever } from "./retriever.ts";
import type { RecommendShots } from "./shots.ts";

/** Requests after the first that name what was rejected. */
const mostAgain = 2;
const mostRejected = 60;

export type RecommendSetting = PromptSetting & {
  wording: Wording;
  answers: AnswerContext;
  n: number;
  taste: string | null;
  /** Catalog indices in the retriever's order; null: the whole catalog. */
  candidates: readonly number[] | null;
  permutations: number;
  /** Null: none. */
  shots: RecommendShots | null;
  seed: number;
};

export type Recommended = {
  index: number;
  /** Borda score where candidates were permuted, a log-probability where a model chose; null where there is none. */
  score: number | null;
  reason: string | null;
  from: "model" | "retriever";
  written: string | null;
  spread: { best: number; worst: number; named: number } | null;
};

export type Used = { requests: number; tokensIn: number; tokensOut: number; costUsd: number };

/** `ask`: the request (from 1) whose answer held it. */
export type DroppedItem = Dropped & { ask: number };

export type Recommendations = {
  items: Recommended[];
  dropped: DroppedItem[];
  used: Used;
  notes: string[];
};

/** @throws RemoteError `recommend-no-answer` where no answer came at all, and what halted the model. */
export async function recommendFrom(
  model: Model,
  setting: RecommendSetting,
  retriever: Retriever,
  context: Pick<Context, "signal">,
): Promise<Recommendations> {
  const result: Recommendations = {
    items: [],
    dropped: [],
    used: { requests: 0, tokensIn: 0, tokensOut: 0, costUsd: 0 },
    notes: [],
  };
  const asker = makeAsker(model, setting, result, context);
  if (setting.candidates !== null && setting.permutations > 1)
    await askPermuted(asker, setting, result);
  else await askInTurn(asker, setting, result);
  fill(setting, retriever, result);
  return result;
}

type Asker = (ask: Ask) => Promise<string | null>;

/** Asks once; null where no answer came but earlier ones did. */
function makeAsker(
  model: Model,
  setting: RecommendSetting,
  { used, notes }: Recommendations,
  { signal }: Pick<Context, "signal">,
): Asker {
  let answered = 0;
  let isSpent = false;
  return async (ask) => {
    signal.throwIfAborted();
    if (isSpent) return null;
    const question = writePrompt(setting.wording, ask, setting);
    const prompt = setting.shots === null ? question : setting.shots.add(question);
    const options = {
      maxTokens: answerTokens(ask.n),
      ...(asksJson(setting.wording) ? { schema: answerSchema(ask, setting) } : {}),
    };
    const answer = await complete(model, prompt, options).catch((error: unknown) => {
      // What was answered is paid for; it is worth more than the rest.
      if (answered === 0 || !(error instanceof RectuneError) || error.code !== "budget")
        throw error;
      isSpent = true;
      notes.push(`not asked again: ${error.message.split("\n")[0]!}`);
      return null;
    });
    if (answer === null) return null;
    used.requests++;
    used.tokensIn += answer.tokensIn;
    used.tokensOut += answer.tokensOut;
    used.costUsd += answer.costUsd;
    if (answer.finish === "failed") {
      const halted = model.halted?.();
      if (halted) throw halted;
      if (answered === 0) {
        throw new RemoteError(`no answer came: ${answer.note ?? "no reason given"}`, {
          code: "recommend-no-answer",
          where: model.name,
          next: "Check that the server is up and knows the model, then run it again.",
        });
      }
      notes.push(`request ${used.requests} failed: ${answer.note ?? "no reason given"}`);
      return null;
    }
    answered++;
    if (answer.finish === "length") notes.push(`answer ${used.requests} was cut off`);
    if (answer.finish === "refused") notes.push(`the model refused request ${used.requests}`);
    return answer.text;
  };
}

/** Tokens of an answer of n titles with their reasons; Hangul takes up to three a syllable. */
export function answerTokens(n: number): number {
  return 256 + 160 * n;
}

async function complete(model: Model, prompt: Message[], options: AskOptions): Promise<Completion> {
  const [answer] = await model.complete([prompt], options);
  return answer!;
}

async function askInTurn(
  asker: Asker,
  setting: RecommendSetting,
  result: Recommendations,
): Promise<void> {
  const { n, taste, candidates, answers } = setting;
  for (let turn = 0; turn <= mostAgain && result.items.length < n; turn++) {
    const held = new Set(result.items.map(({ index }) => index));
    const left = candidates?.filter((index) => !held.has(index)) ?? null;
    if (left?.length === 0) return;
    const text = await asker({
      n: n - held.size,
      taste,
      // Also a single request gets its candidates in an order that says nothing of the retriever's.
      candidates: left === null ? null : shuffle(left, setting.seed, turn),
      rejected: turn === 0 ? [] : rejectedOf(setting, result),
    });
    if (text === null) continue;
    const read = readAnswer(text, answers, held);
    for (const { index, reason, written } of read.accepted.slice(0, n - held.size))
      result.items.push({ index, score: null, reason, from: "model", written, spread: null });
    result.dropped.push(...read.dropped.map((drop) => ({ ...drop, ask: result.used.requests })));
  }
}

/** What the next request says not to name: what was dropped, and what is held already. */
function rejectedOf({ catalog, lang }: RecommendSetting, result: Recommendations): string[] {
  const titles = [
    ...result.items.map(({ index }) => catalog.label(index, lang)),
    ...result.dropped.filter(({ why }) => why !== "unreadable").map(({ title }) => title),
  ];
  return [...new Set(titles)].slice(-mostRejected);
}

async function askPermuted(
  asker: Asker,
  setting: RecommendSetting,
  result: Recommendations,
): Promise<void> {
  const candidates = setting.candidates!;
  const reasons = new Map<number, { reason: string | null; written: string | null }>();
  const rankings: number[][] = [];
  for (let p = 0; p < setting.permutations; p++) {
    const order = shuffle(candidates, setting.seed, p);
    const n = Math.min(setting.n, order.length);
    const text = await asker({ n, taste: setting.taste, candidates: order, rejected: [] });
    if (text === null) continue;
    const { accepted, dropped } = readAnswer(text, setting.answers, new Set());
    for (const { index, reason, written } of accepted)
      if (!reasons.has(index) || reasons.get(index)!.reason === null)
        reasons.set(index, { reason, written });
    rankings.push(accepted.map(({ index }) => index));
    result.dropped.push(...dropped.map((drop) => ({ ...drop, ask: result.used.requests })));
  }
  for (const item of countBorda(rankings, candidates.length).slice(0, setting.n))
    result.items.push(bordaItem(item, reasons.get(item.index)!));
}

function bordaItem(
  { index, score, best, worst, named }: BordaItem,
  said: { reason: string | null; written: string | null },
): Recommended {
  return { index, score, ...said, from: "model", spread: { best, worst, named } };
}

/** The order of the p-th permutation of the candidates. */
export function shuffle(candidates: readonly number[], seed: number, p: number): number[] {
  return rngFor(seed, "recommend-order", p).shuffle([...candidates]);
}

function fill(setting: RecommendSetting, retriever: Retriever, result: Recommendations): void {
  const missing = setting.n - result.items.length;
  if (missing <= 0) return;
  const leftOut = new Set([...setting.answers.seen, ...result.items.map(({ index }) => index)]);
  for (const index of retriever(missing, leftOut)) {
    const none = { score: null, reason: null, written: null, spread: null };
    result.items.push({ index, from: "retriever", ...none });
  }
}
