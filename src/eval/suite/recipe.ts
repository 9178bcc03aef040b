// The suite: a YAML file that says which systems answer which examples of a dataset, and which comparisons count. Its
// overrides reach into the dataset and job recipes that it names (DESIGN section 4).

import { basename, dirname, resolve } from "node:path";
import { z } from "zod";
import { nearest, RectuneError } from "../../base/errors.ts";
import { parseMetricName } from "../../base/metric/index.ts";
import { parseOverride, readYaml } from "../../base/yaml.ts";
import { candidateSources } from "../../dataset/task/draw-candidates.ts";
import { baselines } from "../../log/baseline/index.ts";
import { ablationSchema } from "./ablation-key.ts";
import { baselineKeys, baselineOf, findBaselineFaults, rankingKeys } from "./baseline-keys.ts";
import { checkpointKeys } from "./expand-checkpoints.ts";
import { gateSchema } from "./gate-schema.ts";
import { hostedKinds } from "../model/index.ts";
import { hostedKeys, type HostedSettings } from "../model/settings.ts";
import { evalMetrics } from "../score/score.ts";
import { findAblationFault, findPairFault, findSeedFault, poolsOf, seedKeys } from "./seed-keys.ts";
import { shotsSchema } from "./shot-keys.ts";
import { sliceNames } from "../score/slices.ts";

/** Tasks that a suite may ask, in the order they are asked. */
export const suiteTasks = ["rating", "ranking", "next-item", "preference", "explanation"] as const;
export type SuiteTask = (typeof suiteTasks)[number];

const systemName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "a system's name is letters, digits, dots, hyphens");

const systemSchema = z.strictObject({
  name: systemName.describe("Name in the report; that of a baseline needs no model"),
  model: z
    .string()
    .min(1)
    .optional()
    .describe(
      "job, job:base, job@STEP, job:ID, micro:DIR, openai:NAME, hf:ORG/NAME; `job` is the suite's own",
    ),
  shots: shotsSchema.optional().describe("Examples of other people before each question"),
  ablation: ablationSchema.optional(),
  ...baselineKeys,
  ...checkpointKeys,
  ...seedKeys,
  ...hostedKeys,
});
export type SuiteSystem = z.infer<typeof systemSchema>;

const metricName = z.string().superRefine((name, context) => {
  try {
    parseMetricName(name, evalMetrics);
  } catch (error) {
    if (!(error instanceof RectuneError)) throw error;
    context.addIssue({ code: "custom", message: error.message.replace(/\n\s*/g, "; ") });
  }
});

const primarySchema = z.strictObject({
  metric: metricName.describe("For example ndcg@10/uni20, mae, names-true-reason"),
  system: systemName,
  against: systemName,
  margin: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("Differences up to this size do not matter"),
});

const users = z.int().positive().nullable();
const limitSchema = z.strictObject({
  rating: users.default(null),
  ranking: users.default(null),
  "next-item": users.default(null),
  preference: users.default(null),
  explanation: users.default(100),
});

export const suiteSchema = z
  .strictObject({
    version: z.literal(1).describe("Version of the recipe's shape"),
    dataset: z.string().min(1).describe("Dataset recipe, relative to this file"),
    job: z.string().min(1).nullable().default(null).describe("Job recipe, relative to this file"),
    systems: z.array(systemSchema).min(1),
    tasks: z
      .array(z.enum(suiteTasks))
      .min(1)
      .default(["rating", "ranking", "explanation"])
      .describe("Tasks asked, those that the dataset has; next-item ranks the whole catalog"),
    candidates: z
      .strictObject({
        from: z.enum(candidateSources).default("uniform"),
        n: z.int().min(2).max(1000).default(20),
      })
      .prefault({})
      .describe("Candidates of ranking examples; must be those of the dataset"),
    permutations: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe("Orders of the candidates that models are asked each ranking in, and paid for"),
    ...rankingKeys,
    folds: z
      .union([z.literal("all"), z.array(z.int().nonnegative()).min(1)])
      .nullable()
      .default(null)
      .describe("Folds asked of a dataset that is split at random; null: the dataset's own alone"),
    primary: z.array(primarySchema).default([]).describe("Comparisons that carry the verdict"),
    slices: z.array(z.enum(sliceNames)).default(["history-length", "item-popularity"]),
    gate: gateSchema.nullable().default(null),
    limit: limitSchema
      .prefault({})
      .describe("Users asked at most, by task, drawn with the seed; null: all"),
    seed: z.int().nonnegative().default(1),
  })
  .superRefine((suite, context) => {
    for (const { path, message } of findContradictions(suite)) {
      context.addIssue({ code: "custom", path, message });
    }
  });

export type SuiteValue = z.infer<typeof suiteSchema>;

/** A suite with its name (that of the file), its paths made absolute, and the overrides of the recipes it names. */
export type Suite = {
  name: string;
  path: string;
  value: SuiteValue;
  datasetPath: string;
  jobPath: string | null;
  datasetOverrides: string[];
  jobOverrides: string[];
};

/**
 * Reads a suite. `overrides` are texts `key.path=value`: `dataset.…` and `job.…` go to those recipes, and so do the bare
 * keys of a dataset recipe (`log.…`, `filter.…`, `split.…`, `history.…`, `tasks.…`). Paths in them are relative to `cwd`.
 * @throws UsageError at file:line:col, or naming the flag.
 */
export async function loadSuite(
  path: string,
  overrides: readonly string[] = [],
  cwd = ".",
): Promise<Suite> {
  const file = resolve(cwd, path);
  const routed = overrides.map((text) => ({ text, ...routeOverride(text) }));
  const own = routed.filter(({ to }) => to === "suite").map(({ text }) => parseOverride(text));
  const { value } = await readYaml(
    file,
    suiteSchema,
    own.map((o) => rebase(o, cwd)),
  );
  const pick = (to: "dataset" | "job"): string[] =>
    routed.filter((o) => o.to === to).map((o) => o.rest);
  const dir = dirname(file);
  return {
    name: basename(file).replace(/\.ya?ml$/i, ""),
    path: file,
    value,
    datasetPath: resolve(dir, value.dataset),
    jobPath: value.job === null ? null : resolve(dir, value.job),
    datasetOverrides: pick("dataset"),
    jobOverrides: pick("job"),
  };
}

/** Baselines that answer in every suite, whatever it lists; nothing may be called good that does not beat them. */
export const trivialRules: Readonly<Partial<Record<string, readonly string[]>>> = {
  ranking: ["random", "popularity"],
  "next-item": ["random", "popularity"],
  rating: ["user-mean", "item-mean"],
  preference: ["like-count"],
};

/** The baselines that always answer some of these tasks. */
export function trivialOf(tasks: readonly string[]): string[] {
  return [...new Set(tasks.flatMap((task) => trivialRules[task] ?? []))];
}

/** The baseline that made the candidates: its own order is what a model's must beat. */
export function retrieverOf({ from }: { from: string }): string | null {
  return Object.hasOwn(baselines, from) ? from : null;
}

const bareDatasetKeys = ["log", "filter", "split", "history", "tasks"];

function routeOverride(text: string): { to: "suite" | "dataset" | "job"; rest: string } {
  const key = text.slice(0, Math.max(0, text.indexOf("=")));
  const [head = "", ...tail] = key.split(".");
  if (tail.length === 0) return { to: "suite", rest: text };
  if (head === "dataset" || head === "job") return { to: head, rest: text.slice(head.length + 1) };
  return { to: bareDatasetKeys.includes(head) ? "dataset" : "suite", rest: text };
}

function rebase<T extends { path: string[]; value: unknown }>(override: T, cwd: string): T {
  const key = override.path.join(".");
  return (key === "dataset" || key === "job") && typeof override.value === "string"
    ? { ...override, value: resolve(cwd, override.value) }
    : override;
}

type Contradiction = { path: (string | number)[]; message: string };

function findContradictions(suite: SuiteValue): Contradiction[] {
  const names = suite.systems.map(({ name }) => name);
  const retriever = suite.tasks.includes("ranking") ? retrieverOf(suite.candidates) : null;
  const always = [...trivialOf(suite.tasks), ...(retriever === null ? [] : [retriever])];
  const seeded = poolsOf(suite.systems).flatMap(({ members }) => members.map(({ name }) => name));
  const answering = [...new Set([...names, ...seeded, ...always])];
  const found: Contradiction[] = [];
  for (const [i, system] of suite.systems.entries()) {
    const { name, model } = system;
    const [setting] = Object.keys(hostedSettingsOf(system));
    if (setting !== undefined && !isHosted(model)) {
      const message = `only models on a server (${hostedKinds.join(":, ")}:, job) have ${setting}`;
      found.push({ path: ["systems", i, setting], message });
    }
    if (names.indexOf(name) !== i) {
      found.push({ path: ["systems", i, "name"], message: `"${name}" stands twice` });
    }
    const kind = baselineOf(system);
    if (kind !== undefined && !Object.hasOwn(baselines, kind)) {
      const advice = adviceOn(kind, Object.keys(baselines));
      const message =
        system.baseline === undefined
          ? `"${name}" has no model and is no baseline; ${advice}`
          : `no baseline is called "${kind}"; ${advice}`;
      const key = system.baseline === undefined ? "name" : "baseline";
      found.push({ path: ["systems", i, key], message });
    }
    if (system.checkpoints !== undefined && !/^job(?::[^/@]+)?$/.test(model ?? "")) {
      const message = "only a tuned model (job, job:ID) has checkpoints";
      found.push({ path: ["systems", i, "checkpoints"], message });
    }
    const unfit = findSeedFault(system);
    if (unfit !== null) found.push({ path: ["systems", i, "seeds"], message: unfit });
    const unpaired = findAblationFault(suite.systems, system);
    if (unpaired !== null) found.push({ path: ["systems", i], message: unpaired });
    if (seeded.includes(name)) {
      const message = `"${name}" is how a training seed of another system is called`;
      found.push({ path: ["systems", i, "name"], message });
    }
    for (const { key, message } of findBaselineFaults(system)) {
      found.push({ path: ["systems", i, ...key], message });
    }
    if (Object.hasOwn(baselines, name) && name !== (kind ?? "")) {
      const message = `"${name}" is the name of a baseline; call this system something else`;
      found.push({ path: ["systems", i, "name"], message });
    }
    if (system.shots !== undefined && model === undefined) {
      const message = `"${name}" is a baseline, which reads no prompt; only models take shots`;
      found.push({ path: ["systems", i, "shots"], message });
    }
    if (system.ablation !== undefined && (model === undefined || system.shots !== undefined)) {
      const message =
        model === undefined
          ? `"${name}" is a baseline, which reads no prompt; only models have ablations`
          : "questions with shots are not made again; give the system one of the two";
      found.push({ path: ["systems", i, "ablation"], message });
    }
    if (suite.job === null && /^job(?:$|@|:base$)/.test(model ?? "")) {
      const message = `"${model}" is the suite's own job, but the suite names none (key job)`;
      found.push({ path: ["systems", i, "model"], message });
    }
  }
  if (suite.folds !== null && suite.job !== null) {
    const message = "a job is tuned on one fold and has seen the others; leave folds or job out";
    found.push({ path: ["folds"], message });
  }
  if (suite.folds !== null && suite.tune !== null) {
    const message = "what is tuned on one fold has seen the others; leave folds or tune out";
    found.push({ path: ["folds"], message });
  }
  if (suite.permutations > 1) {
    const path = ["permutations"];
    if (!suite.tasks.includes("ranking"))
      found.push({ path, message: "only rankings have candidates to put in order; add the task" });
    else if (suite.systems.every(({ model }) => model === undefined))
      found.push({ path, message: "no system is a model, and baselines read no order" });
  }
  for (const [i, primary] of suite.primary.entries()) {
    for (const key of ["system", "against"] as const) {
      if (answering.includes(primary[key])) continue;
      const message = `no system is called "${primary[key]}"; ${adviceOn(primary[key], answering)}`;
      found.push({ path: ["primary", i, key], message });
    }
    const unfit = findListFault(suite, primary);
    if (unfit !== null) found.push({ path: ["primary", i, "metric"], message: unfit });
    const unlike = findPairFault(suite.systems, primary);
    if (unlike !== null) found.push({ path: ["primary", i, "against"], message: unlike });
    if (primary.system === primary.against) {
      const message = `"${primary.system}" is compared with itself`;
      found.push({ path: ["primary", i, "against"], message });
    }
  }
  for (const [i, gate] of [suite.gate ?? []].flat().entries()) {
    const path = Array.isArray(suite.gate) ? ["gate", i] : ["gate"];
    if (!answering.includes(gate.system)) {
      const message = `no system is called "${gate.system}"; ${adviceOn(gate.system, answering)}`;
      found.push({ path: [...path, "system"], message });
    } else if (gate.against !== undefined && !suite.primary.some((p) => isSamePair(p, gate))) {
      found.push({ path, message: "the gate must be one of the primary comparisons" });
    }
  }
  return found;
}

/** Models write a title or a few where there are no candidates: nothing was ranked below it. */
function findListFault(
  { systems }: SuiteValue,
  { metric, system, against }: SuiteValue["primary"][number],
): string | null {
  const [name] = metric.split(/[@/]/);
  const known = evalMetrics.find((one) => one.name === name);
  if (known?.kind !== "rank" || !known.needsWholeList || !metric.endsWith("/full")) return null;
  const models = systems.filter(({ model }) => model !== undefined).map((one) => one.name);
  const seeded = poolsOf(systems).flatMap(({ members }) => members.map((member) => member.name));
  const writer = [system, against].find((one) => models.includes(one) || seeded.includes(one));
  if (writer === undefined) return null;
  return `${metric} needs a ranking of the whole catalog, and ${writer} writes titles; take hr@1/full`;
}

/** What a system says of its server. */
export function hostedSettingsOf(system: SuiteSystem): HostedSettings {
  const own = [
    "name",
    "model",
    "shots",
    "ablation",
    ...Object.keys(baselineKeys),
    ...Object.keys(checkpointKeys),
    ...Object.keys(seedKeys),
  ];
  const settings = Object.entries(system).filter(([key]) => !own.includes(key));
  return Object.fromEntries(settings) as HostedSettings;
}

// A job may have tuned a hosted model.
function isHosted(model: string | undefined): boolean {
  return model !== undefined && [...hostedKinds, "job"].includes(model.split(/[:@]/)[0]!);
}

type Pair = { metric?: string | undefined; system: string; against?: string | undefined };

/** Whether two comparisons are of the same systems on the same metric. */
export function isSamePair(a: Pair, b: Pair): boolean {
  return a.metric === b.metric && a.system === b.system && a.against === b.against;
}

function adviceOn(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === null ? `known: ${known.join(", ")}` : `did you mean "${near}"?`;
}
