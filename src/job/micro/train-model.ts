// From texts to two models: a base that has seen the texts with shuffled answers, and the model tuned from it on the
// true ones. The base knows the form and how often each answer occurs, and nothing of what belongs to which prompt.

import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import type { Logger } from "../../base/logger.ts";
import { rngFor } from "../../base/rng.ts";
import type { AdamState } from "./adamw.ts";
import { makeSequence, planBatches, type Sequence, type SequenceGroup } from "./batch.ts";
import { openEnginePool, type EnginePool } from "./engine-pool.ts";
import { fitWeights, freshState, initialWeights } from "./fit.ts";
import { isModelFolder, readModel, writeModel } from "./model-folder.ts";
import type { MicroOptions } from "./options.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { namedShapes, parameterCount, type Shape, type ShapeName, type Tensor } from "./shape.ts";
import { trainTokenizer, type ChatMessage, type Tokenizer } from "./tokenizer.ts";

/** One example to learn. `group` names its share of the batches. */
export type Text = { group: string; prompt: ChatMessage[]; answer: string; learnPrompt: boolean };

export type Metric = {
  phase: "base" | "tune";
  step: number;
  steps: number;
  loss: number;
  rate: number;
  tokensPerSecond: number;
};

export type TrainRequest = {
  texts: Text[];
  /** Texts that become one token each. */
  extraTokens: readonly string[];
  /** Size by name, e.g. `d64`. */
  model: ShapeName;
  /** Where the tuned model goes; a checkpoint stands beside it while it is unfinished. */
  jobDir: string;
  /** Where the base goes; taken as it is when complete. */
  baseDir: string;
  epochs: number;
  learningRate: number | "auto";
  batchSize: number | "auto";
  /** Longest sequence in tokens; longer ones are left out and counted. */
  maxTokens: number;
  options: MicroOptions;
  seed: number;
  threads: number;
  signal: AbortSignal;
  log: Logger;
  now: () => number;
  onMetric: (metric: Metric) => void;
};

export type Trained = { finished: boolean; modelDir: string; steps: number; tokens: number };

const auto = { learningRate: 0.003, batchSize: 32 };
const adam = { beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.05, clipNorm: 1 };
const tokenizerTexts = 4000;

/**
 * Trains base and tuned model. An aborted run keeps a checkpoint; the same call goes on from there to the same weights.
 * @throws DataError when no text fits into maxTokens
 */
export async function trainModel(request: TrainRequest): Promise<Trained> {
  const { options, seed, signal } = request;
  const modelDir = join(request.jobDir, "model");
  const base = await startBase(request);
  const batch = request.batchSize === "auto" ? auto.batchSize : request.batchSize;
  const steps =
    options.steps ?? Math.max(1, Math.ceil((request.texts.length * request.epochs) / batch));
  const peak = request.learningRate === "auto" ? auto.learningRate : request.learningRate;
  const pool = openEnginePool(base.shape, request.threads);
  let tokens = 0;
  try {
    const run = async (
      phase: "base" | "tune",
      state: AdamState,
      total: number,
      save?: typeof saveCheckpoint,
    ) => {
      const answers = phase === "base" ? shuffleAnswers(request) : null;
      const plan = planBatches(makeGroups(request, base.tokenizer, total * batch, answers), {
        steps: total,
        batch,
        seed,
        purpose: phase,
      });
      let from = request.now();
      let since = 0;
      return fitWeights(pool, plan, state, {
        ...adam,
        steps: total,
        rate: peak,
        warmup: Math.min(30, Math.ceil(total / 10)),
        signal,
        saveEvery: options.saveEvery,
        ...(save && { save: (held: AdamState) => save(request.jobDir, pool, held) }),
        onStep: ({ step, loss, rate, tokens: stepTokens }) => {
          tokens += stepTokens;
          since += stepTokens;
          const seconds = (request.now() - from) / 1000;
          request.onMetric({
            phase,
            step,
            steps: total,
            loss,
            rate,
            tokensPerSecond: seconds > 0 ? since / seconds : 0,
          });
          if (step % 50 === 0) {
            from = request.now();
            since = 0;
          }
        },
      });
    };
    if (base.weights) pool.weights.set(base.weights);
    else {
      pool.weights.set(initialWeights(base.shape, seed));
      const { finished } = await run("base", freshState(pool.weights.length), options.baseSteps);
      if (!finished) return { finished: false, modelDir, steps: 0, tokens };
      await writeModel(request.baseDir, {
        shape: base.shape,
        weights: pool.weights,
        tokenizer: base.tokenizer,
      });
    }
    const state = await readCheckpoint(request.jobDir, pool);
    if (state.step > 0) request.log.info(`resuming from step ${state.step} of ${steps}`);
    const { finished } = await run("tune", state, steps, saveCheckpoint);
    if (finished) {
      await writeModel(modelDir, {
        shape: base.shape,
        weights: pool.weights,
        tokenizer: base.tokenizer,
      });
      await rm(join(request.jobDir, checkpointName), { force: true });
    }
    return { finished, modelDir, steps: state.step, tokens };
  } finally {
    await pool.close();
  }
}

type Base = { shape: Shape; tokenizer: Tokenizer; weights: Float32Array | null };

/** The finished base, or the tokenizer and shape to train one with. */
async function startBase(request: TrainRequest): Promise<Base> {
  if (isModelFolder(request.baseDir)) return readModel(request.baseDir);
  const stride = Math.max(1, Math.floor(request.texts.length / tokenizerTexts));
  const sample: string[] = [];
  for (let i = 0; i < request.texts.length; i += stride) {
    const { prompt, answer } = request.texts[i]!;
    for (const message of prompt) sample.push(message.content);
    sample.push(answer);
  }
  const tokenizer = trainTokenizer(sample, request.extraTokens, request.options.merges);
  const shape: Shape = {
    ...namedShapes[request.model],
    vocab: tokenizer.size,
    context: request.maxTokens,
    ropeTheta: 10_000,
    normEps: 1e-5,
  };
  return { shape, tokenizer, weights: null };
}

/**
 * The sequences of a phase by group. Of a group with more texts than the phase draws, a seeded sample is taken.
 * @param draws sequences that the whole phase draws
 * @param answers the answers to learn; null = the texts' own
 */
function makeGroups(
  request: TrainRequest,
  tokenizer: Tokenizer,
  draws: number,
  answers: readonly string[] | null,
): SequenceGroup[] {
  const { texts, options, maxTokens, seed } = request;
  const firstExtra = tokenizer.size - new Set(request.extraTokens).size;
  let tooLong = 0;
  let read = 0;
  const groups: SequenceGroup[] = [];
  const places = placesOf(texts);
  const shareOf = (name: string): number =>
    options.mixture ? (options.mixture[name] ?? 0) : places.get(name)!.length / texts.length;
  const total = [...places.keys()].reduce((sum, name) => sum + shareOf(name), 0);
  for (const [name, all] of places) {
    const share = shareOf(name) / total;
    if (!(share > 0)) continue;
    const wanted = Math.ceil(draws * share);
    const drawn =
      all.length > wanted
        ? rngFor(seed, "sample", name)
            .shuffle([...all])
            .slice(0, wanted)
        : all;
    const sequences: Sequence[] = [];
    for (const i of drawn) {
      const { prompt, answer, learnPrompt } = texts[i]!;
      const sequence = makeSequence(
        tokenizer.encodeChat(prompt),
        tokenizer.encode(answers ? answers[i]! : answer),
        // Weight 0 for the base keeps its batches of one shape with the tuned model's, so that one compiled pass serves both.
        learnPrompt && options.promptWeight > 0
          ? { from: firstExtra, weight: answers ? 0 : options.promptWeight }
          : null,
      );
      read++;
      if (sequence.tokens.length > maxTokens) tooLong++;
      else sequences.push(sequence);
    }
    if (sequences.length > 0) groups.push({ name, share, sequences });
  }
  if (groups.length === 0) {
    throw new DataError(`none of ${read} examples fits into ${maxTokens} tokens`, {
      code: "micro-too-long",
      where: "hyperparameters.maxTokens",
      next: "Raise it, or shorten the history window in the dataset recipe.",
    });
  }
  if (tooLong > 0 && !answers) {
    request.log.warn(
      `${tooLong} of ${read} examples are longer than ${maxTokens} tokens and are left out`,
    );
  }
  return groups;
}

/** Indices of the texts of each group. */
function placesOf(texts: readonly Text[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  texts.forEach(({ group }, i) => {
    const held = places.get(group);
    if (held) held.push(i);
    else places.set(group, [i]);
  });
  return places;
}

/** The answers of the texts, dealt out anew within each group. */
function shuffleAnswers({ texts, seed }: TrainRequest): string[] {
  const answers = texts.map((text) => text.answer);
  for (const [group, indices] of placesOf(texts)) {
    const dealt = rngFor(seed, "base-answers", group).shuffle([...indices]);
    indices.forEach((to, i) => (answers[to] = texts[dealt[i]!]!.answer));
  }
  return answers;
}

const checkpointName = "checkpoint.safetensors";

function checkpointLayout(size: number): Tensor[] {
  const part = (name: string, offset: number, length: number): Tensor => ({
    name,
    shape: [length],
    offset,
    size: length,
    decay: false,
  });
  return [
    part("weights", 0, size),
    part("mean", size, size),
    part("square", 2 * size, size),
    part("step", 3 * size, 1),
  ];
}

async function saveCheckpoint(jobDir: string, pool: EnginePool, state: AdamState): Promise<void> {
  const size = pool.weights.length;
  const flat = new Float32Array(3 * size + 1);
  flat.set(pool.weights, 0);
  flat.set(state.mean, size);
  flat.set(state.square, 2 * size);
  flat[3 * size] = state.step;
  const layout = checkpointLayout(size);
  await mkdir(jobDir, { recursive: true });
  await writeFileAtomic(join(jobDir, checkpointName), writeSafetensors(layout, flat));
}

/** The state to go on from; also sets the pool's weights. A fresh state where there is no checkpoint. */
async function readCheckpoint(jobDir: string, pool: EnginePool): Promise<AdamState> {
  const size = parameterCount(pool.shape);
  const path = join(jobDir, checkpointName);
  if (!existsSync(path)) return freshState(size);
  const layout = checkpointLayout(size);
  const flat = readSafetensors(await readFile(path), layout);
  pool.weights.set(flat.subarray(0, size));
  return {
    step: flat[3 * size]!,
    mean: flat.slice(size, 2 * size),
    square: flat.slice(2 * size, 3 * size),
  };
}
