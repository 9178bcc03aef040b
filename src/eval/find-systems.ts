// The systems of a suite: what it lists, and the trivial ones that always run. Nothing heavy is loaded here; models are
// found and hashed, so that it shows whether anything has to be asked at all.

import type { EvalData } from "./eval-data.ts";
import { makeBaselineSystem, tasksOfBaseline } from "./baseline-system.ts";
import { makeModelSystem, type Naming } from "./model-system.ts";
import type { ModelSource } from "./model/types.ts";
import { trivialOf, type Suite, type SuiteSystem } from "./recipe.ts";
import type { System } from "./system.ts";
import type { SystemKind } from "./types.ts";

/** Finds the model of a system such as {model: job}, {model: 'micro:DIR'} or {model: 'openai:NAME', baseUrl}. */
export type FindModel = (system: SuiteSystem & { model: string }) => Promise<ModelSource>;

/**
 * The systems in the order of the suite, then the trivial ones that it does not list.
 * @throws UsageError for models that cannot be found.
 */
export async function findSystems(
  { value }: Suite,
  data: EvalData,
  options: { findModel: FindModel; threads: number },
): Promise<System[]> {
  const asked = value.tasks.filter((task) => (data.manifest.counts.examples.test[task] ?? 0) > 0);
  const naming = async (): Promise<Naming> => {
    return { catalog: await data.catalog(), show: data.show, scale: data.manifest.scale };
  };
  const baseline = (name: string, tasks: string[]): System =>
    makeBaselineSystem(name, {
      datasetHash: data.manifest.hash,
      seed: value.seed,
      tasks,
      data: async () => ({
        catalog: await data.catalog(),
        interactions: await data.interactions(),
      }),
    });
  const systems: System[] = [];
  for (const system of value.systems) {
    const { name, model } = system;
    if (model === undefined) {
      systems.push(baseline(name, tasksOfBaseline(name, asked)));
      continue;
    }
    const source = await options.findModel({ ...system, model });
    const { threads } = options;
    systems.push(
      makeModelSystem(name, source, { kind: kindOf(model), tasks: asked, naming, threads }),
    );
  }
  // One added for the ratings stays out of the rankings, where it says nothing that random does not.
  const ranking = trivialOf(asked.filter((task) => task === "ranking"));
  const rating = trivialOf(asked.filter((task) => task === "rating"));
  const isListed = (name: string): boolean => value.systems.some((system) => system.name === name);
  return [
    ...systems,
    ...ranking.filter((name) => !isListed(name)).map((name) => baseline(name, ["ranking"])),
    ...rating.filter((name) => !isListed(name)).map((name) => baseline(name, ["rating"])),
  ];
}

/** `job` is the tuned model, `job:base` its base; models named otherwise are neither. */
function kindOf(reference: string): SystemKind {
  if (reference === "job:base" || /^job:.+\/base$/.test(reference)) return "base";
  return reference === "job" || reference.startsWith("job:") ? "tuned" : "model";
}
