// From predictions to the files of a report. Nothing is asked here: the same predictions and dataset give the same bytes.

import { resolve } from "node:path";
import { writeFileAtomic } from "../../base/files.ts";
import { prettyJson } from "../../base/json.ts";
import { readManifest } from "../../dataset/manifest.ts";
import { DataError } from "../../base/errors.ts";
import { baselineProtocol } from "../system/baseline-system.ts";
import { factsOf, openEvalData, type EvalData } from "../suite/eval-data.ts";
import { readFoldCatalogs } from "../suite/fold-catalogs.ts";
import { joinFolds } from "../suite/folds.ts";
import { trivialOf, type SuiteValue } from "../suite/recipe.ts";
import { poolsOf } from "../suite/seed-keys.ts";
import { renderReport } from "./page.ts";
import { makeReport } from "./report.ts";
import { recordFiles, type FileRecords } from "../suite/run-files.ts";
import {
  pagePath,
  predictionsPath,
  readAnswers,
  readFrom,
  readState,
  reportPath,
  writeState,
  type RunState,
} from "../suite/run-folder.ts";
import { variantOf } from "../score/score.ts";
import { describeTuning, readTuning, tuningPath } from "../system/tune-baseline.ts";
import type { Prediction, Report } from "../score/types.ts";

/**
 * Makes report.json and report.html in `dir`, then records the state that they belong to, and the files that they are made
 * `from`: those of the folder as they are now, unless given.
 */
export async function writeReport(
  dir: string,
  state: RunState,
  data: EvalData,
  predictions: ReadonlyMap<string, readonly Prediction[]>,
  from?: FileRecords | null,
): Promise<Report> {
  const { value, systems } = state;
  const { manifest } = data;
  const catalog = await data.catalog();
  const facts = factsOf(await data.interactions(), { catalog, likedFrom: manifest.likedFrom });
  const { samples, ...report } = makeReport({
    suite: state.suite,
    lang: langsOf(data),
    seed: value.seed,
    protocol: { ...protocolOf(state, data), ...(await tuningOf(dir, state)) },
    examples: await data.examples(),
    catalog,
    catalogOf: await readFoldCatalogs(data),
    variant: variantOf({ ...value.candidates, truth: "forced" }),
    systems: systems.map(({ name, kind, about }) => {
      return { name, kind, about, predictions: predictions.get(name) ?? [] };
    }),
    pools: poolsOf(value.systems),
    permutations: ordersAsked(value),
    primary: value.primary,
    slices: value.slices,
    warnings: [...state.notes, ...manifest.notes.map(({ message }) => message)],
    scale: manifest.scale,
    ...facts,
  });
  await writeFileAtomic(reportPath(dir), prettyJson(report));
  await writeFileAtomic(pagePath(dir), renderReport({ ...report, samples }));
  const failed = [...predictions.values()].flat().filter(({ outcome }) => outcome === "error");
  await writeState(dir, state, {
    errors: failed.length,
    from: from === undefined ? await recordFiles(dir, filesOf(dir, state)) : from,
  });
  return report;
}

/**
 * Makes the report of a finished eval again, from its predictions and dataset alone.
 * @throws DataError where the folder, the dataset or predictions are missing, or the dataset or they are others by now.
 */
export async function reportAgain(dir: string): Promise<Report> {
  const state = await readState(dir);
  const data = await openRunData(dir, state);
  const from = await readFrom(dir);
  const predictions = new Map<string, Prediction[]>();
  for (const { name } of state.systems) {
    const held = await readAnswers(dir, name);
    // The file may hold orders that an earlier state of the suite asked for.
    predictions.set(
      name,
      held.filter(({ perm }) => perm < ordersAsked(state.value)),
    );
  }
  return writeReport(dir, state, data, predictions, from);
}

/** The dataset that a run folder was made with. @throws DataError `eval-dataset` when it is another one by now. */
export async function openRunData(dir: string, state: RunState): Promise<EvalData> {
  const datasetDir = resolve(dir, state.dataset.dir);
  const parts: EvalData[] = [];
  for (const fold of state.dataset.folds ?? [state.dataset.dir]) {
    const folder = resolve(dir, fold);
    parts.push(openEvalData(folder, await readManifest(folder), state.value));
  }
  const data = joinFolds(parts, state.value);
  if (data.manifest.hash !== state.dataset.hash) {
    throw new DataError("the dataset was built anew since this eval", {
      code: "eval-dataset",
      where: datasetDir,
      next: "Run the eval again: rectune eval SUITE",
    });
  }
  return data;
}

function filesOf(dir: string, { systems, value }: RunState): string[] {
  return systems.flatMap(({ name }) => [
    predictionsPath(dir, name),
    ...(value.tune ? [tuningPath(dir, name)] : []),
  ]);
}

function langsOf({ manifest }: EvalData): string[] {
  return (manifest.recipe as { lang?: string[] }).lang ?? ["en"];
}

/** What tuning found, for the systems that were tuned. */
async function tuningOf(dir: string, { systems, value }: RunState): Promise<Report["protocol"]> {
  // A folder may still hold what an earlier state of the suite has tuned.
  if (!value.tune) return {};
  const lines: [string, string][] = [];
  for (const { name } of systems) {
    const tuning = await readTuning(tuningPath(dir, name));
    if (tuning) lines.push([`tuned ${name}`, describeTuning(tuning)]);
  }
  return Object.fromEntries(lines);
}

/** Folders of earlier versions have no such key. */
function ordersAsked({ permutations = 1 }: Partial<SuiteValue>): number {
  return permutations;
}

function ordersOf(value: SuiteValue): Report["protocol"] {
  const orders = ordersAsked(value);
  if (orders === 1) return {};
  return {
    "orders of candidates": `${orders}, the stored one and others drawn with seed ${value.seed}; models are asked in all, baselines, which read no prompt, once; tables and comparisons are of the stored order`,
  };
}

function protocolOf(state: RunState, { manifest }: EvalData): Report["protocol"] {
  const { value, dataset, systems, job } = state;
  const { split } = manifest.recipe as { split?: { by?: string } };
  const models = systems
    .filter(({ model }) => !model.startsWith("baseline:"))
    .map(({ name, model, identity }) => `${name}: ${model} (${identity.slice(0, 12)})`);
  const limits = value.tasks.flatMap((task) => {
    const limit = value.limit[task];
    return limit === null ? [] : [`${task}: at most ${limit} users`];
  });
  return {
    dataset: `${dataset.name} (${dataset.hash.slice(0, 12)})`,
    split: split?.by ?? null,
    "tie share": manifest.tieShare === null ? null : Math.round(manifest.tieShare * 1e4) / 1e4,
    "users in log": manifest.counts.users,
    items: manifest.counts.items,
    candidates: `${value.candidates.from}, ${value.candidates.n}, truth forced in, order shuffled with seed ${manifest.seed}`,
    ...ordersOf(value),
    "dataset seed": manifest.seed,
    limits: limits.length > 0 ? limits.join("; ") : null,
    models: models.length > 0 ? models.join("; ") : null,
    job,
    baselines: baselineProtocol,
    "always run": trivialOf(value.tasks).join(", "),
  };
}
