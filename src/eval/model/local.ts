// A model folder asked on this machine through jobs/trainer/score.py, in the environment that trained it: RECTUNE_PYTHON,
// the interpreter that the job recorded, or one that uv makes. Identified by the hash of weights, adapter and base.

import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { hashFile, pathKind } from "../../base/files.ts";
import { hashOf } from "../../base/ids.ts";
import type { Context } from "../../base/logger.ts";
import { childEnv, resolveInterpreter } from "../../job/provider/local-child.ts";
import { trainerPath } from "../../job/provider/trainer-options.ts";
import { startScorer, type Scorer, type ScorerAnswer } from "./scorer-process.ts";
import type { Choice, Completion, ModelSource } from "./types.ts";

const scorerPath = join(dirname(trainerPath), "score.py");
const batch = 16;

/**
 * The model in a folder (or a GGUF file); its files are hashed now and loaded by `open`.
 * @throws UsageError `model-missing` where there is no model.
 */
export async function findLocalModel(
  path: string,
  names: { name: string; about: string },
  context: Pick<Context, "env" | "cwd">,
): Promise<ModelSource> {
  const identity = await identityOf(path, path);
  const scorer = await hashFile(scorerPath);
  return {
    ...names,
    identity: hashOf({ ...identity, scorer: scorer.sha256 }),
    async open({ threads }) {
      const python = context.env["RECTUNE_PYTHON"] ? null : await recordedPython(path);
      const command = [
        ...resolveInterpreter(python, context),
        scorerPath,
        "--model",
        path,
        "--batch",
        String(batch),
        "--threads",
        String(threads),
      ] as [string, ...string[]];
      const env = childEnv(context.env);
      const child = await startScorer(command, { env, model: path });
      return {
        name: names.name,
        caps: { batch },
        complete: (prompts, { maxTokens }) =>
          askAll(
            child,
            prompts.map((messages) => ({ messages, choices: null, maxTokens })),
            completionOf,
          ),
        choose: (prompts, { maxTokens }) =>
          askAll(
            child,
            prompts.map((prompt) => ({ ...prompt, maxTokens })),
            choiceOf,
          ),
        close: () => child.close(),
      };
    },
  };
}

async function askAll<T>(
  scorer: Scorer,
  prompts: Parameters<Scorer["ask"]>[0],
  read: (answer: ScorerAnswer, choices: readonly string[]) => T,
): Promise<T[]> {
  const answers = await scorer.ask(prompts);
  return answers.map((answer, i) => read(answer, prompts[i]!.choices ?? []));
}

const nothing = { tokensIn: 0, tokensOut: 0, costUsd: 0 };

function completionOf(answer: ScorerAnswer): Completion {
  if ("error" in answer) return { ...nothing, text: "", finish: "failed", note: answer.error };
  const { text, finish, tokensIn, tokensOut, latencyMs } = answer;
  return { text, finish, tokensIn, tokensOut, latencyMs, costUsd: 0 };
}

function choiceOf(answer: ScorerAnswer, choices: readonly string[]): Choice {
  if ("error" in answer) {
    const logprobs = new Float64Array(choices.length).fill(Number.NaN);
    return { tokensIn: 0, costUsd: 0, logprobs, note: answer.error };
  }
  const { logprobs, tokensIn, latencyMs } = answer;
  return { tokensIn, latencyMs, costUsd: 0, logprobs: Float64Array.from(logprobs ?? []) };
}

type Identity = { files: Record<string, string>; base: string | null };

/** Hashes of what answers: weights, tokenizer and template, and of the base under an adapter. */
async function identityOf(path: string, where: string): Promise<Identity> {
  const kind = await pathKind(path);
  if (kind === "file" && path.endsWith(".gguf"))
    return { files: { [basename(path)]: (await hashFile(path)).sha256 }, base: null };
  const names = kind === "folder" ? (await readdir(path)).toSorted() : [];
  const pointer = names.includes("rectune.json") ? await readJson(join(path, "rectune.json")) : {};
  if (typeof pointer["model"] === "string") return baseIdentity(pointer["model"], path);
  const counted =
    /\.(safetensors|gguf)$|^(config|tokenizer|tokenizer_config|adapter_config)\.json$|^chat_template\./;
  const files: Record<string, string> = {};
  for (const name of names.filter((name) => counted.test(name)))
    files[name] = (await hashFile(join(path, name))).sha256;
  if (!Object.keys(files).some((name) => /\.(safetensors|gguf)$/.test(name))) {
    throw new UsageError("there is no model in this folder: no .safetensors and no .gguf", {
      code: "model-missing",
      where,
      next: "A model folder is made by rectune tune (provider local; its path ends in /output/model), or is any that transformers loads.",
    });
  }
  const adapter = names.includes("adapter_config.json")
    ? await readJson(join(path, "adapter_config.json"))
    : {};
  const base = adapter["base_model_name_or_path"];
  if (typeof base !== "string") return { files, base: null };
  return { files, base: hashOf(await baseIdentity(base, path)) };
}

/** A base by its folder, else beside the adapter (a job that was moved), else by its name on the Hub. */
async function baseIdentity(base: string, adapter: string): Promise<Identity> {
  if ((await pathKind(base)) !== "none") return identityOf(base, base);
  const beside = resolve(adapter, "../base");
  if (beside !== adapter && (await pathKind(join(beside, "config.json"))) === "file")
    return identityOf(beside, beside);
  return { files: {}, base };
}

/** The interpreter that the job of a folder recorded (JOB/output/model, JOB/output/base); null: none. */
async function recordedPython(path: string): Promise<string | null> {
  for (const up of ["../../local.json", "../../../local.json", "../../slurm.json"]) {
    const { python } = await readJson(resolve(path, up));
    if (typeof python === "string") return python;
  }
  return null;
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}
