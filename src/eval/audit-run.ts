// The audit of a finished eval: its predictions beside the dataset that they were made with, both read anew. It trusts
// nothing that was checked when the questions were asked: the hash that a prediction keeps of its request proves that the
// shots it names are those that were sent.

import { join } from "node:path";
import { checkOutputs, type FileAudit } from "../dataset/audit-files.ts";
import type { AuditReport } from "../dataset/audit/run-audit.ts";
import { readFileExamples, type FoundExample } from "../dataset/read-examples.ts";
import { splits } from "../log/split/timeline.ts";
import { auditShots, type AskedWithShots, type ExampleFacts } from "./audit-shots.ts";
import { hashRequest } from "./predict.ts";
import { openRunData } from "./report/write-report.ts";
import { latestAnswers } from "./score/score.ts";
import type { Prediction } from "./score/types.ts";
import { once, type EvalData } from "./suite/eval-data.ts";
import { findListed } from "./suite/expand-checkpoints.ts";
import { readPredictions } from "./suite/prediction-file.ts";
import {
  findAnswers,
  findState,
  predictionsPath,
  readState,
  type RunState,
} from "./suite/run-folder.ts";
import { expandSeeds } from "./suite/seed-keys.ts";
import { askExample } from "./system/ask-example.ts";
import { namingOf } from "./system/find-systems.ts";
import { makeShotPlacer } from "./system/shot-prompts.ts";

/** Whether a folder is that of a finished eval. */
export async function isRunFolder(dir: string): Promise<boolean> {
  return (await findState(dir)) !== null;
}

/**
 * Audits the run folder of an eval; `examples` counts the predictions that were looked at. Of several lines for one
 * question the last counts, as in the report.
 * @throws DataError where the folder or its dataset is missing, or the dataset is another one by now.
 */
export async function auditRun(dir: string): Promise<FileAudit> {
  const state = await readState(dir);
  const data = await openRunData(dir, state);
  let examples = 0;
  const asked: Prediction[] = [];
  const missing: { system: string; example: string }[] = [];
  for (const { name: system, kind } of state.systems) {
    // What was changed since is judged as it is now.
    const held = await findAnswers(dir, system);
    const latest = latestAnswers(held ?? (await readPredictions(predictionsPath(dir, system))));
    for (const predictions of latest.values()) {
      examples += predictions.length;
      for (const one of predictions) if (one.shots !== undefined) asked.push({ ...one, system });
    }
    if (kind !== "few-shot") continue;
    for (const { id: example } of await data.examples())
      if (!latest.get(example)?.every(({ shots }) => shots !== undefined))
        missing.push({ system, example });
  }
  const wanted = new Set(asked.flatMap(({ example, shots = [] }) => [example, ...shots]));
  const parts: Map<string, FoundExample>[] = [];
  if (wanted.size > 0)
    for (const part of data.parts) parts.push(await readWanted(part.dir, wanted));
  const proves = makeProver(state, data);
  const judged: AskedWithShots[] = [];
  for (const one of asked) judged.push(await lookUp(one, parts, proves));
  const report = auditShots(judged, missing);
  return { examples, report: wanted.size > 0 ? await addFiles(report, data) : report };
}

// Each fold has its own train and test: a question is judged by the fold that asks it.
async function lookUp(
  prediction: Prediction,
  parts: readonly ReadonlyMap<string, FoundExample>[],
  proves: Prover,
): Promise<AskedWithShots> {
  const { system, example, shots = [] } = prediction;
  const at = parts.findIndex((held) => held.get(example)?.split === "test");
  const part = parts[at];
  const target = part?.get(example);
  const found = shots.map((id) => ({ id, facts: part?.get(id) }));
  return {
    system,
    example,
    target: target ? factsOf(target) : null,
    shots: found.map(({ id, facts }) => ({ id, facts: facts ? factsOf(facts) : null })),
    isProven: target
      ? await proves(
          prediction,
          target,
          found.flatMap(({ facts }) => facts ?? []),
          at,
        )
      : null,
  };
}

type Prover = (
  prediction: Prediction,
  target: FoundExample,
  shots: readonly FoundExample[],
  part: number,
) => Promise<boolean | null>;

/** Whether a request was that of the question with these shots; null where the question cannot be made again. */
function makeProver(state: RunState, data: EvalData): Prover {
  const listed = expandSeeds(state.value.systems);
  const systems = new Map(
    state.systems.map(({ name, identity }) => {
      const shots = findListed(listed, name)?.shots;
      return [
        name,
        { identity, places: shots && data.parts.map((part) => makeShotPlacer(part, shots.style)) },
      ];
    }),
  );
  const naming = once(() => namingOf(data));
  return async ({ system, perm, request, shots: ids = [] }, { example }, shots, part) => {
    const { identity, places } = systems.get(system) ?? {};
    if (!places || identity === undefined || perm !== 0 || shots.length < ids.length) return null;
    const messages = await places[part]!(
      example,
      shots.map((shot) => shot.example),
    );
    const question = askExample(example, await naming(), messages);
    return hashRequest(identity, question) === request;
  };
}

/** The wanted examples of a dataset; of the others nothing is kept. */
async function readWanted(
  dir: string,
  wanted: ReadonlySet<string>,
): Promise<Map<string, FoundExample>> {
  const held = new Map<string, FoundExample>();
  for (const split of splits) {
    for await (const found of readFileExamples(join(dir, `${split}.jsonl`), split))
      if (wanted.has(found.example.id)) held.set(found.example.id, found);
  }
  return held;
}

function factsOf({ example: { id, user, time }, split }: FoundExample): ExampleFacts {
  return { id, user, time, split };
}

/** The report with `files-changed` of the example files that it was judged by; of folds, the first that has the fault. */
async function addFiles(report: AuditReport, data: EvalData): Promise<AuditReport> {
  const names = splits.map((split) => `${split}.jsonl`);
  const all: AuditReport[string][] = [];
  for (const { dir, manifest } of data.parts) all.push(await checkOutputs(dir, manifest, names));
  return { ...report, "files-changed": all.find(({ count }) => count > 0) ?? all[0]! };
}
