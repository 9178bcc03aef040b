// Compares the systems of two finished evals on the examples that both asked: the same system in both, or one named
// system of each. Everything comes from the predictions on disk.

import { DataError, RefusedError, UsageError, nearest } from "../base/errors.ts";
import { parseMetricName } from "../base/metric/index.ts";
import type { Example } from "../dataset/task/types.ts";
import { compareSystems, correctFamily } from "./score/compare.ts";
import { compareSeeds, type SeedPair } from "./score/pool-scores.ts";
import { factsOf, type EvalData } from "./suite/eval-data.ts";
import { readFoldCatalogs } from "./suite/fold-catalogs.ts";
import { readAnswers, readState, type RunState } from "./suite/run-folder.ts";
import {
  evalMetrics,
  headlineNames,
  scoreSystem,
  variantOf,
  type SystemScores,
} from "./score/score.ts";
import type { Comparison } from "./score/types.ts";
import { openRunData } from "./report/write-report.ts";

export type RunComparison = {
  /** Examples that both asked, and those that only one of them did. */
  shared: number;
  onlyA: number;
  onlyB: number;
  /** Of the shared ones, those whose prompt is worded otherwise; what reads prompts is compared on the others alone. */
  reworded: number;
  /** Systems `<run>/<system> and <run>/<system>` that no question was put to in the same words. */
  unlike: string[];
  /** Named `<run>/<system>`; one family for Holm. */
  comparisons: Comparison[];
};

type Run = {
  label: string;
  dir: string;
  state: RunState;
  data: EvalData;
  examples: Map<string, Example>;
};

/**
 * Compares run folder `a` with run folder `b`, a − b, user by user.
 * Evals of different datasets, or that put different candidates or wordings before the systems, are compared only where
 * told, and then on the questions that are the same: for models word for word, baselines read no prompt.
 * @throws RefusedError `compare-different`; DataError where a folder is no finished eval or the two share no example; UsageError for unknown systems.
 */
export async function compareRuns(
  a: string,
  b: string,
  options: { system?: string; against?: string; allowDifferent?: boolean; B?: number } = {},
): Promise<RunComparison> {
  const runs = [await openRun(a, "A"), await openRun(b, "B")] as const;
  const [first, second] = runs;
  if (options.allowDifferent !== true) refuseDifferent(first, second);
  const shared = Array.from(first.examples.values()).filter((example) => {
    const other = second.examples.get(example.id);
    return other !== undefined && isSameQuestion(example, other);
  });
  if (shared.length === 0) {
    throw new DataError("the two evals share no example", {
      code: "compare-examples",
      where: `${a} and ${b}`,
      next: "Compare evals of the same dataset recipe and log: only the same questions can be compared.",
    });
  }
  const { value } = first.state;
  const headline = headlineNames(
    variantOfRun(first),
    value.primary.map(({ metric }) => metric),
  );
  const wordedAlike = shared.filter((example) =>
    isSamePrompt(example, second.examples.get(example.id)!),
  );
  const comparisons: Comparison[] = [];
  const unlike: string[] = [];
  for (const [name, against] of pairsOf(first, second, options)) {
    const asked = readsPrompt(first, name) || readsPrompt(second, against) ? wordedAlike : shared;
    if (asked.length === 0) {
      unlike.push(`${first.label}/${name} and ${second.label}/${against}`);
      continue;
    }
    const own = await scoreRun(first, name, asked);
    const other = await scoreRun(second, against, asked);
    for (const metric of Object.keys(own.perUser)) {
      const values = other.perUser[metric];
      if (!values || !headline.has(metric) || !isComparable(metric)) continue;
      const names = { system: `${first.label}/${name}`, against: `${second.label}/${against}` };
      const { seed } = value;
      const B = options.B === undefined ? {} : { B: options.B };
      comparisons.push(
        compareSystems(own.perUser[metric]!, values, metric, { seed, ...names, ...B }),
      );
    }
  }
  if (unlike.length > 0 && comparisons.length === 0) throw noneAlike(unlike, shared.length, [a, b]);
  return {
    shared: shared.length,
    onlyA: first.examples.size - shared.length,
    onlyB: second.examples.size - shared.length,
    reworded: shared.length - wordedAlike.length,
    unlike,
    comparisons: correctFamily(comparisons),
  };
}

/**
 * Compares two systems over evals of the same suite that differ in the training seed alone: each user's mean difference over
 * the seeds, and the delta of every seed beside it, seeds called 1, 2, … in the order of `dirs`.
 * @throws DataError where a folder is no finished eval, the evals share no example, or one does not give the metric.
 */
export async function compareSeedRuns(
  dirs: readonly string[],
  { system, against, metric, B }: { system: string; against: string; metric: string; B?: number },
): Promise<Comparison> {
  const runs = await Promise.all(dirs.map((dir, i) => openRun(dir, `seed ${i + 1}`)));
  const [first, ...others] = runs;
  const readsAny = runs.some((run) => readsPrompt(run, system) || readsPrompt(run, against));
  const shared = Array.from(first?.examples.values() ?? []).filter((example) =>
    others.every(({ examples }) => {
      const other = examples.get(example.id);
      if (other === undefined || !isSameQuestion(example, other)) return false;
      return !readsAny || isSamePrompt(example, other);
    }),
  );
  const pairs: SeedPair[] = [];
  for (const [i, run] of runs.entries()) {
    const [a, b] = [
      (await scoreRun(run, system, shared)).perUser[metric],
      (await scoreRun(run, against, shared)).perUser[metric],
    ];
    if (!a || !b) {
      throw new DataError(`${system} and ${against} were not both measured by ${metric}`, {
        code: "compare-examples",
        where: run.dir,
        next: "Name a metric that every one of the evals reports for both systems.",
      });
    }
    pairs.push({ seed: i + 1, a, b });
  }
  const { seed } = first!.state.value;
  const options = { seed, system, against, ...(B === undefined ? {} : { B }) };
  return compareSeeds(pairs, metric, options);
}

async function openRun(dir: string, label: string): Promise<Run> {
  const state = await readState(dir);
  const data = await openRunData(dir, state);
  const examples = new Map((await data.examples()).map((example) => [example.id, example]));
  return { label, dir, state, data, examples };
}

function refuseDifferent(a: Run, b: Run): void {
  const both = [...a.examples.values()].filter(({ id }) => b.examples.has(id));
  const isSame = (example: Example): boolean =>
    isSameQuestion(example, b.examples.get(example.id)!);
  const changed = both.filter((example) => !isSame(example));
  const reworded = both.filter(
    (example) => isSame(example) && !isSamePrompt(example, b.examples.get(example.id)!),
  );
  const [own, other] = [a, b].map(({ state }) => state.dataset);
  const what = [
    ...(own!.hash === other!.hash
      ? []
      : [
          `their datasets (${own!.name} ${own!.hash.slice(0, 12)}, ${other!.name} ${other!.hash.slice(0, 12)})`,
        ]),
    ...(changed.length === 0
      ? []
      : [`what ${changed.length} of ${both.length} common examples ask (candidates, history)`]),
    ...(reworded.length === 0
      ? []
      : [`the wording alone of ${reworded.length} of ${both.length} common examples`]),
  ];
  if (what.length === 0) return;
  throw new RefusedError(`the two evals differ in ${what.join(" and ")}`, {
    code: "compare-different",
    where: `${a.dir} and ${b.dir}`,
    next: "Add --allow-different to compare them on the questions that are the same in both.",
  });
}

/** The same target with the same candidates after the same history: what a baseline is asked. */
function isSameQuestion(a: Example, b: Example): boolean {
  return (
    a.item === b.item &&
    a.rating === b.rating &&
    JSON.stringify(a.candidates) === JSON.stringify(b.candidates) &&
    JSON.stringify(a.history) === JSON.stringify(b.history)
  );
}

/** The same, word for word: what a model is asked. */
function isSamePrompt(a: Example, b: Example): boolean {
  return JSON.stringify(a.prompt) === JSON.stringify(b.prompt);
}

function readsPrompt({ state }: Run, name: string): boolean {
  const system = state.systems.find((one) => one.name === name);
  return system !== undefined && !system.model.startsWith("baseline:");
}

function noneAlike(unlike: readonly string[], shared: number, dirs: readonly string[]): DataError {
  return new DataError(`no question was put in the same words to ${unlike.join(", ")}`, {
    code: "compare-examples",
    where: dirs.join(" and "),
    next: `All ${shared} common questions differ in wording, which models read: compare evals of the same wordings.`,
  });
}

function pairsOf(
  a: Run,
  b: Run,
  { system, against }: { system?: string; against?: string },
): [string, string][] {
  const namesOf = (run: Run): string[] => run.state.systems.map(({ name }) => name);
  if (system !== undefined || against !== undefined) {
    const one = (system ?? against)!;
    const other = (against ?? system)!;
    return [[checkName(one, a, namesOf(a)), checkName(other, b, namesOf(b))]];
  }
  const common = namesOf(a).filter((name) => namesOf(b).includes(name));
  if (common.length > 0) return common.map((name) => [name, name]);
  throw new UsageError("the two evals have no system of the same name", {
    code: "compare-system",
    where: `${a.dir} and ${b.dir}`,
    next: `Name one of each: --system ${namesOf(a)[0]} --against ${namesOf(b)[0]}`,
  });
}

function checkName(name: string, { dir }: Run, names: string[]): string {
  if (names.includes(name)) return name;
  const near = nearest(name, names);
  throw new UsageError(`this eval has no system called "${name}"`, {
    code: "compare-system",
    where: dir,
    next: near === null ? `It has ${names.join(", ")}.` : `Did you mean ${near}?`,
  });
}

function variantOfRun({ state }: Run): string {
  return variantOf({ ...state.value.candidates, truth: "forced" });
}

async function scoreRun(
  run: Run,
  system: string,
  examples: readonly Example[],
): Promise<SystemScores> {
  const { data, state } = run;
  const catalog = await data.catalog();
  const { likes } = factsOf(await data.interactions(), {
    catalog,
    likedFrom: data.manifest.likedFrom,
  });
  return scoreSystem({
    examples,
    predictions: await readAnswers(run.dir, system),
    catalog,
    catalogOf: await readFoldCatalogs(data),
    variant: variantOfRun(run),
    metrics: state.value.primary.map(({ metric }) => metric),
    scale: data.manifest.scale,
    likes,
  });
}

function isComparable(name: string): boolean {
  const { metric } = parseMetricName(name, evalMetrics);
  return !(metric.kind === "value" && metric.finish);
}
