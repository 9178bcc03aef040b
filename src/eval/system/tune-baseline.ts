// Tunes a baseline as its authors would: settings are tried on the validation examples, fitted on train alone, and the best
// is asked the test examples. What was tried is kept beside the predictions, so that the budget can be read (Ferrari Dacrema
// et al., RecSys 2019: baselines that nobody tuned made much reported progress).

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { hashOf } from "../../base/ids.ts";
import { prettyJson } from "../../base/json.ts";
import { rngFor } from "../../base/rng.ts";
import { mean } from "../../base/stat/summary.ts";
import type { Example } from "../../dataset/task/types.ts";
import { baselines } from "../../log/baseline/index.ts";
import {
  describeParams,
  fillParams,
  type Params,
  type ParamSpecs,
} from "../../log/baseline/params.ts";
import type { FullRanking } from "../suite/baseline-keys.ts";
import { answerWith, makeAsking } from "./answer-baseline.ts";
import { takeTrain, type BaselineData } from "./fit-baseline.ts";
import { scoreSystem } from "../score/score.ts";
import type { Prediction } from "../score/types.ts";

export type Trial = { params: Params; value: number };

/** `tuning/<system>.json` of a run folder. */
export type Tuning = {
  kind: "rectune-tuning";
  /** Hash of all that could change the outcome. */
  key: string;
  baseline: string;
  metric: string;
  higherIsBetter: boolean;
  examples: number;
  trials: Trial[];
  best: Trial;
};

export type TuneOptions = {
  seed: number;
  /** Settings tried at most. */
  trials: number;
  /** Parameters that the suite pins. */
  pinned: Params;
  tasks: readonly string[];
  fullRanking: FullRanking;
  variant: string;
  scale: readonly number[];
};

/** Settings in the order they are tried: the defaults, then the rest of the grid, shuffled with the seed. */
export function listSettings(
  name: string,
  { seed, trials, pinned }: Pick<TuneOptions, "seed" | "trials" | "pinned">,
): Params[] {
  const specs: ParamSpecs = baselines[name]?.params ?? {};
  const first = fillParams(name, specs, pinned);
  let grid: Params[] = [first];
  for (const [param, { tried }] of Object.entries(specs)) {
    if (Object.hasOwn(pinned, param)) continue;
    const values = [...new Set([first[param]!, ...tried])];
    grid = grid.flatMap((params) => values.map((value) => ({ ...params, [param]: value })));
  }
  const rest = rngFor(seed, "tune", name).shuffle(grid.slice(1));
  return [first, ...rest].slice(0, trials);
}

/**
 * Tries settings on validation examples; the earlier of two equal ones wins.
 * @throws DataError `tune-examples` where the dataset has no validation example that the baseline answers.
 */
export function tuneBaseline(
  name: string,
  data: BaselineData,
  examples: readonly Example[],
  options: TuneOptions,
): Omit<Tuning, "kind" | "key"> {
  const task = options.tasks.find((asked) => examples.some((example) => example.task === asked));
  if (task === undefined) {
    throw new DataError(`there are no validation examples to tune ${name} on`, {
      code: "tune-examples",
      where: "tune",
      next: "Use a split with validation rows, or leave `tune` out of the suite.",
    });
  }
  const asked = examples.filter((example) => example.task === task);
  const train = takeTrain(data);
  const asking = makeAsking(data, { fullRanking: options.fullRanking, fitOn: "train" });
  const metric = metricOf(task, options.variant);
  const higherIsBetter = task !== "rating" && task !== "preference";
  const trials = listSettings(name, options).map((params): Trial => {
    const fitted = baselines[name]!.fit(train, { seed: options.seed, params });
    const predictions = asked.map((example) =>
      predictionOf(example, answerWith(example, { fitted, ...asking })),
    );
    const { perUser } = scoreSystem({
      examples: asked,
      predictions,
      catalog: data.catalog,
      variant: options.variant,
      scale: options.scale,
      metrics: [metric],
    });
    return { params, value: mean(perUser[metric]!.values) };
  });
  const best = trials.reduce((a, b) =>
    (higherIsBetter ? b.value > a.value : b.value < a.value) ? b : a,
  );
  return { baseline: name, metric, higherIsBetter, examples: asked.length, trials, best };
}

export const tuningPath = (dir: string, system: string): string =>
  join(dir, "tuning", `${system}.json`);

/** The tuning of one system: as the run folder has it where it is still the same, else made and written there. */
export async function findTuning(
  file: string,
  subject: unknown,
  make: () => Promise<Omit<Tuning, "kind" | "key">>,
): Promise<Tuning> {
  const key = hashOf(subject);
  const held = await readTuning(file);
  if (held?.key === key) return held;
  const tuning: Tuning = { kind: "rectune-tuning", key, ...(await make()) };
  await writeFileAtomic(file, prettyJson(tuning));
  return tuning;
}

/** A tuning on disk, or null where there is none that can be read. */
export async function readTuning(file: string): Promise<Tuning | null> {
  try {
    const held = JSON.parse(await readFile(file, "utf8")) as Partial<Tuning> | null;
    return held?.kind === "rectune-tuning" ? (held as Tuning) : null;
  } catch {
    return null;
  }
}

/** One line of the protocol: what was found, of how many, by what. */
export function describeTuning({ metric, trials, best, examples }: Tuning): string {
  const tried = `best of ${trials.length} settings on ${examples} validation examples`;
  return `${describeParams(best.params) || "no parameters"} (${tried}, ${metric} ${best.value.toFixed(4)})`;
}

function metricOf(task: string, variant: string): string {
  if (task === "rating") return "mae";
  if (task === "preference") return "log-loss";
  return task === "next-item" ? "ndcg@10/full" : `ndcg@10/${variant}`;
}

function predictionOf({ id }: Example, answer: ReturnType<typeof answerWith>): Prediction {
  const unused = { system: "", perm: 0, request: "", latencyMs: 0, model: "", at: 0, attempt: 1 };
  return { example: id, ...unused, ...answer };
}
