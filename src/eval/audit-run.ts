// The audit of a finished eval: its predictions beside the dataset that they were made with, both read anew. It trusts
// nothing that was checked when the questions were asked.

import { join, resolve } from "node:path";
import type { FileAudit } from "../dataset/audit-files.ts";
import { readFileExamples } from "../dataset/read-examples.ts";
import { splits } from "../log/split/timeline.ts";
import { auditShots, type AskedWithShots, type ExampleFacts } from "./audit-shots.ts";
import { openRunData } from "./report/write-report.ts";
import type { Prediction } from "./score/types.ts";
import { readPredictions } from "./suite/prediction-file.ts";
import { findState, predictionsPath, readState } from "./suite/run-folder.ts";

/** Whether a folder is that of a finished eval. */
export async function isRunFolder(dir: string): Promise<boolean> {
  return (await findState(dir)) !== null;
}

/**
 * Audits the run folder of an eval; `examples` counts the predictions that were looked at.
 * @throws DataError where the folder or its dataset is missing, or the dataset is another one by now.
 */
export async function auditRun(dir: string): Promise<FileAudit> {
  const state = await readState(dir);
  await openRunData(dir, state);
  const bySystem: Prediction[][] = [];
  for (const { name } of state.systems)
    bySystem.push(await readPredictions(predictionsPath(dir, name)));
  const predictions = bySystem.flat();
  const asked = predictions.filter(({ shots = [] }) => shots.length > 0);
  const wanted = new Set(asked.flatMap(({ example, shots = [] }) => [example, ...shots]));
  const folders = (state.dataset.folds ?? [state.dataset.dir]).map((fold) => resolve(dir, fold));
  const parts: Map<string, ExampleFacts>[] = [];
  if (wanted.size > 0) for (const folder of folders) parts.push(await readFacts(folder, wanted));
  return {
    examples: predictions.length,
    report: auditShots(asked.map((one) => lookUp(one, parts))),
  };
}

// Each fold has its own train and test: a question is judged by the fold that asks it.
function lookUp(
  { system, example, shots = [] }: Prediction,
  parts: readonly ReadonlyMap<string, ExampleFacts>[],
): AskedWithShots {
  const part = parts.find((held) => held.get(example)?.split === "test");
  const facts = shots.map((id) => ({ id, facts: part?.get(id) ?? null }));
  return { system, example, target: part?.get(example) ?? null, shots: facts };
}

/** The wanted examples of a dataset; of the others nothing is kept. */
async function readFacts(
  dir: string,
  wanted: ReadonlySet<string>,
): Promise<Map<string, ExampleFacts>> {
  const held = new Map<string, ExampleFacts>();
  for (const split of splits) {
    for await (const { example } of readFileExamples(join(dir, `${split}.jsonl`), split)) {
      const { id, user, time } = example;
      if (wanted.has(id)) held.set(id, { id, user, time, split });
    }
  }
  return held;
}
