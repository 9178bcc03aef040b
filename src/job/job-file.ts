// What stands in a job's folder for people and for later: job.json (what it was, where it stands) and the model card.

import { join, relative } from "node:path";
import { stringify } from "yaml";
import { writeFileAtomic } from "../base/files.ts";
import { prettyJson } from "../base/json.ts";
import { toolVersion } from "../base/version.ts";
import type { JobRecord, Ledger } from "./ledger.ts";
import type { JobResult } from "./provider/types.ts";

export const jobFileName = "job.json";

/** Writes job.json, made from the ledger alone; paths in it are relative to the job's folder. */
export async function writeJobFile(
  ledger: Ledger,
  job: JobRecord,
  result: JobResult | null,
): Promise<void> {
  const {
    id,
    runKey,
    provider,
    account,
    model,
    method,
    attempt,
    state,
    remoteId,
    ceilingUsd,
    spec,
    jobDir,
  } = job;
  const states = ledger
    .events(id)
    .filter(({ kind }) => kind === "state")
    .map(({ to, at }) => ({ state: to, at: new Date(at).toISOString() }));
  const document = {
    kind: "rectune-job",
    toolVersion,
    id,
    runKey,
    provider,
    account,
    model,
    method,
    hyperparameters: spec.hyperparameters,
    options: spec.options,
    seed: spec.seed,
    attempt,
    dataset: { ...spec.dataset, dir: relative(jobDir, spec.dataset.dir) },
    remoteId,
    ceilingUsd,
    spentUsd: ledger.spentUsd(id),
    spentByKind: ledger.spentByKind(id),
    state,
    states,
    modelDir: result?.modelDir ?? null,
    baseDir: result?.baseDir ?? null,
    result,
  };
  await writeFileAtomic(
    join(jobDir, jobFileName),
    prettyJson({ ...document, result: portable(result) }),
  );
}

// Names that hold a folder of this machine are left to modelDir and baseDir.
function portable(result: JobResult | null): object | null {
  if (!result) return null;
  const { model, base, modelDir, baseDir, steps, tokens, checkpoints, call } = result;
  return {
    model: modelDir === null ? model : null,
    base: baseDir === null ? base : null,
    steps,
    tokens,
    checkpoints: modelDir === null ? checkpoints : [],
    call: modelDir === null ? call : [],
  };
}

/** Writes README.md, the model card. */
export async function writeModelCard(job: JobRecord, result: JobResult): Promise<void> {
  await writeFileAtomic(join(job.jobDir, "README.md"), renderModelCard(job, result));
}

/** The model card as Markdown with Hugging Face front matter. Names from outside stand in code spans or quoted. */
export function renderModelCard(job: JobRecord, result: JobResult): string {
  const { spec, model, method, provider, runKey, datasetSha256 } = job;
  const { hyperparameters: h, dataset } = spec;
  const embedded = result.baseDir !== null;
  return `---
tags: [recommendation, rectune]
base_model: ${JSON.stringify(`${provider}:${model}`)}
language: [${dataset.langs.join(", ")}]
---

# ${code(dataset.name)}, tuned

| | |
| --- | --- |
| base model | ${code(`${provider}:${model}`)} |
| method | ${method}, ${h.epochs} epochs, learning rate ${h.learningRate}, batch size ${h.batchSize}, at most ${h.maxTokens} tokens an example |
| dataset | ${code(dataset.name)}, SHA-256 ${code(datasetSha256)} |
| examples | ${dataset.rows.train} train, ${dataset.rows.validation} validation |
| seed | ${spec.seed} |
| steps, tokens | ${result.steps ?? "not told"}, ${result.tokens ?? "not told"} |
| run key | ${code(runKey)} |

## Recipe

${fenced(recipeText(job))}

## What the base is
${
  embedded
    ? `The base is the same net, trained on the same prompts with shuffled targets: it knows the format and what is popular,
and nothing of the user. What the tuned model has over it comes from reading the user's history.`
    : `The base is the provider's model as it is, without this training.`
}

## What to expect
${
  embedded
    ? `A tiny net of one catalog: it answers prompts of this dataset's wordings about titles of this catalog and nothing else.
It shows that the pipeline works and how much a log can teach; it is no language model.`
    : `It learned from one log; titles that the log does not have were not taught.`
}
Measure it before use: \`rectune eval SUITE\` compares it with its base, with few-shot prompting and with classic recommenders.
`;
}

/** What `jobs/*.yaml` would say, with every default filled in. */
function recipeText({ provider, model, method, spec }: JobRecord): string {
  const { hyperparameters, options, seed } = spec;
  return stringify({ version: 1, provider, model, method, hyperparameters, seed, options });
}

/** A block of YAML that no text inside can end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}yaml\n${text}${fence}`;
}

function code(text: string): string {
  const flat = text.replace(/\s+/g, " ").replace(/\|/g, "\\|");
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${flat}${fence}` : `${fence} ${flat} ${fence}`;
}
