// The systems of a suite: what it lists, and the trivial ones that always run. Nothing heavy is loaded here; models are
// found and hashed, so that it shows whether anything has to be asked at all.

import { makeAnswers } from "../../dataset/format/answers.ts";
import { hashOf } from "../../base/ids.ts";
import type { Likes } from "../../log/baseline/types.ts";
import type { EvalData } from "../suite/eval-data.ts";
import { baselines } from "../../log/baseline/index.ts";
import {
  answerVersion,
  makeBaselineSystem,
  tasksOfBaseline,
  type BaselineData,
  type TunedParams,
} from "./baseline-system.ts";
import { makeAblation } from "./ablation.ts";
import type { Naming } from "./ask-example.ts";
import { makeModelSystem } from "./model-system.ts";
import { makeShotPrompts } from "./shot-prompts.ts";
import { expandCheckpoints } from "../suite/expand-checkpoints.ts";
import { expandSeeds } from "../suite/seed-keys.ts";
import type { ModelSource } from "../model/types.ts";
import { baselineOf } from "../suite/baseline-keys.ts";
import {
  retrieverOf,
  trivialRules,
  type Suite,
  type SuiteSystem,
  type SuiteValue,
} from "../suite/recipe.ts";
import { variantOf } from "../score/score.ts";
import type { System } from "./system.ts";
import {
  findTuning,
  tuneBaseline,
  tuningPath,
  type TuneOptions,
  type Tuning,
} from "./tune-baseline.ts";
import type { SystemKind } from "../score/types.ts";

/** Finds the model of a system such as {model: job}, {model: 'micro:DIR'} or {model: 'openai:NAME', baseUrl}. */
export type FindModel = (system: SuiteSystem & { model: string }) => Promise<ModelSource>;

/**
 * The systems in the order of the suite, then the trivial ones that it does not list.
 * @throws UsageError for models that cannot be found.
 */
export async function findSystems(
  { value }: Suite,
  data: EvalData,
  options: {
    findModel: FindModel;
    /** Steps at which the job of a reference kept its model; needed where a system names checkpoints. */
    stepsOf?: (reference: string) => Promise<readonly number[]>;
    threads: number;
    /** The dataset recipe's own templates; needed where a system has an ablation. */
    templatesDir?: () => Promise<string | null>;
    runDir?: string;
  },
): Promise<System[]> {
  const asked = value.tasks.filter((task) => (data.manifest.counts.examples.test[task] ?? 0) > 0);
  const naming = (): Promise<Naming> => namingOf(data);
  const baseline = (system: SuiteSystem, tasks: string[]): System => {
    const { name, params, fitOn } = system;
    const tuned = findsTuning(system, value)
      ? tuneOn(system, tasks, { value, data, runDir: options.runDir ?? null })
      : null;
    return makeBaselineSystem(name, {
      datasetHash: data.manifest.hash,
      seed: value.seed,
      tasks,
      data: () => baselineDataOf(data),
      folds: { parts: data.parts.map((part) => () => baselineDataOf(part)), of: data.partOf },
      setup: {
        baseline: baselineOf(system)!,
        fullRanking: value.fullRanking,
        tuned,
        ...(params && { params }),
        ...(fitOn && { fitOn }),
      },
    });
  };
  const systems: System[] = [];
  for (const system of await expandCheckpoints(
    expandSeeds(value.systems),
    options.stepsOf ?? noSteps,
  )) {
    const { name, model } = system;
    if (model === undefined) {
      systems.push(baseline(system, tasksOfBaseline(baselineOf(system)!, asked)));
      continue;
    }
    const source = await options.findModel({ ...system, model });
    const { threads, templatesDir = noTemplates } = options;
    const { seed } = value;
    const ablated =
      system.ablation &&
      (await makeAblation(system.ablation, data, { seed, tasks: asked, naming, templatesDir }));
    systems.push(
      makeModelSystem(name, source, {
        kind: system.shots ? "few-shot" : kindOf(model),
        tasks: ablated?.tasks ?? asked,
        naming: ablated?.naming ?? naming,
        threads,
        ...(ablated && { ablated }),
        ...(system.shots && {
          shots: makeShotPrompts(data, system.shots, { seed, tasks: asked }),
        }),
      }),
    );
  }
  const always = alwaysAsked(asked, value.candidates);
  const listed = new Set(value.systems.map(({ name }) => name));
  const added = [...always].filter(([name]) => !listed.has(name));
  return [...systems, ...added.map(([name, tasks]) => baseline({ name }, tasks))];
}

/** How a dataset names things in the questions that are asked of it. */
export async function namingOf(data: EvalData): Promise<Naming> {
  const [catalog, { show, manifest }] = [await data.catalog(), data];
  const { answers: texts, words, scale } = manifest;
  const answers = makeAnswers({ answers: texts ?? {}, words, tasks: [], show, catalog });
  return { catalog, show, scale, answers };
}

const noTemplates = async (): Promise<null> => null;
const noSteps = async (): Promise<number[]> => [];

/**
 * Baselines that answer without being listed, with their tasks: the trivial ones, and the retriever of the candidates. One
 * added for the ratings stays out of the rankings, where it says nothing that random does not.
 */
function alwaysAsked(
  asked: readonly string[],
  candidates: { from: string },
): Map<string, string[]> {
  const always = new Map<string, string[]>();
  const add = (name: string, task: string): void => {
    always.set(name, [...(always.get(name) ?? []), task]);
  };
  const retriever = retrieverOf(candidates);
  // Rankings first: reports keep this order.
  for (const task of ["ranking", "next-item", "rating", "preference"]) {
    if (!asked.includes(task)) continue;
    const extra = task === "ranking" && retriever !== null ? [retriever] : [];
    for (const name of new Set([...(trivialRules[task] ?? []), ...extra])) add(name, task);
  }
  return always;
}

/** Whether the suite's `tune` chooses a parameter of a baseline: one that the suite does not pin. */
function findsTuning(system: SuiteSystem, { tune }: SuiteValue): boolean {
  if (tune === null || system.tune === false) return false;
  const specs = Object.keys(baselines[baselineOf(system)!]?.params ?? {});
  return specs.some((param) => !Object.hasOwn(system.params ?? {}, param));
}

function tuneOn(
  system: SuiteSystem,
  tasks: readonly string[],
  { value, data, runDir }: { value: SuiteValue; data: EvalData; runDir: string | null },
): TunedParams {
  const kind = baselineOf(system)!;
  const { trials } = value.tune!;
  const options: TuneOptions = {
    seed: value.seed,
    trials,
    pinned: system.params ?? {},
    tasks,
    fullRanking: value.fullRanking,
    variant: variantOf({ ...value.candidates, truth: "forced" }),
    scale: data.manifest.scale,
  };
  // The suite's limit cuts the validation examples too.
  const { hash } = data.manifest;
  const subject = { identity: `${kind}@${answerVersion}/${hash}`, limit: value.limit, options };
  return {
    budget: `at most ${trials} settings`,
    identity: hashOf(subject),
    async find() {
      const make = async (): Promise<Omit<Tuning, "kind" | "key">> =>
        tuneBaseline(kind, await baselineDataOf(data), await data.validation(), options);
      if (runDir === null) return (await make()).best.params;
      const file = tuningPath(runDir, system.name);
      return (await findTuning(file, subject, make)).best.params;
    },
  };
}

/** What the baselines of a dataset are fitted on. */
export async function baselineDataOf(data: EvalData): Promise<BaselineData> {
  const { repeats } = data.manifest.recipe as { repeats?: BaselineData["repeats"] };
  const likes = likesOf(data);
  return {
    catalog: await data.catalog(),
    interactions: await data.interactions(),
    ...(likes && { likes }),
    ...(repeats && { repeats }),
  };
}

// As the labels are made: the preference task may set its own thresholds.
function likesOf({ manifest }: EvalData): Likes | null {
  type Own = { type: string; likedFrom?: Likes["from"] | null; dislikedUpTo?: number | null };
  const { tasks } = manifest.recipe as { tasks?: Own[] };
  const own = tasks?.find(({ type }) => type === "preference");
  const from = own?.likedFrom ?? manifest.likedFrom;
  return from === undefined ? null : { from, dislikedUpTo: own?.dislikedUpTo ?? null };
}

/** `job` is the tuned model, `job:base` its base; models named otherwise are neither. */
function kindOf(reference: string): SystemKind {
  if (reference === "job:base" || /^job:.+\/base$/.test(reference)) return "base";
  return /^job(?:$|[:@])/.test(reference) ? "tuned" : "model";
}
