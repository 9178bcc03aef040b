// The report of one suite, made from the predictions alone: systems × metrics with intervals, comparisons in families,
// slices, failure rates, cost, samples, and the verdict in one sentence. Same input, same report.

import { parseMetricName } from "../../base/metric/index.ts";
import { defaultResamples } from "../../base/stat/bootstrap.ts";
import { quantile } from "../../base/stat/summary.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { estimateMeans } from "../score/compare.ts";
import type { MentionFinder } from "../score/explanation.ts";
import { countFailures } from "../score/failures.ts";
import {
  comparePrimary,
  compareSlices,
  compareWithAll,
  compareWithBase,
  fewestUsersInSlice,
  type FamilyOptions,
  type PrimaryComparison,
} from "../score/families.ts";
import type { HistoryLikes } from "../score/history-likes.ts";
import { pickSamples } from "../score/samples.ts";
import { permutationsOf } from "../score/permutations.ts";
import { withSeeds, type SeedScores } from "../score/pool-scores.ts";
import { findPositions } from "../score/positions.ts";
import {
  evalMetrics,
  headlineNames,
  inStoredOrder,
  latestAnswers,
  scoreSystem,
  type SystemScores,
} from "../score/score.ts";
import type {
  Comparison,
  Estimate,
  PageReport,
  Prediction,
  Report,
  SystemKind,
} from "../score/types.ts";
import type { Pool } from "../suite/seed-keys.ts";
import { warnOfLists } from "./list-warnings.ts";
import { firstOf, poolAll, poolFailures } from "./pool-systems.ts";
import { warnOfUnusable } from "./unusable-answers.ts";
import { redLineOf, sentenceOf } from "./words.ts";

export type ReportSystem = {
  name: string;
  kind: SystemKind;
  /** What it is, e.g. the model's name and the number of shots. */
  about: string;
  predictions: readonly Prediction[];
};

export type ReportInput = {
  suite: string;
  lang: readonly string[];
  seed: number;
  /** What the caller knows of the protocol (split, tie share, hashes, model ids, seeds); shown as given. */
  protocol: Record<string, string | number | null>;
  examples: readonly Example[];
  catalog: Catalog;
  /** With the train counts that an example is judged by; without it those of `catalog` hold for all. */
  catalogOf?: (example: string) => Catalog;
  variant: string;
  systems: readonly ReportSystem[];
  /** Systems that stand for the mean of others, each a training seed. */
  pools?: readonly Pool[];
  /** Orders of the candidates that models were asked in; 1 unless given. */
  permutations?: number;
  primary: readonly PrimaryComparison[];
  slices: readonly string[];
  warnings: readonly string[];
  scale?: readonly number[];
  finder?: MentionFinder;
  likes?: HistoryLikes;
  historyLength?: (example: Example) => number;
  /** Resamples and sign flips; 10,000 unless given. */
  B?: number;
};

/** A system with its scores; `seeds` where it is a mean over some. */
export type Scored = ReportSystem & { scores: SystemScores; seeds?: readonly SeedScores[] };

/**
 * Makes the report. Holm runs within each family: the primary comparisons; the subject (the system that the first
 * primary comparison is about, else the tuned one) against every other system; every other system against base; slices.
 * All but the first family are exploratory.
 * @throws UsageError `report-system`, `report-metric` for names that nothing here bears; DataError from scoring.
 */
export function makeReport(input: ReportInput): PageReport {
  const { suite, seed, B, examples, catalog, historyLength } = input;
  const options = { seed, ...(B && { B }) };
  const catalogs = input.catalogOf && { catalogOf: input.catalogOf };
  const answered = scoreAll(input);
  const pools = input.pools ?? [];
  const scored = [...poolAll(answered, pools), ...answered];
  const members = new Set(pools.flatMap((pool) => pool.members.map(({ name }) => name)));
  // A seed alone is one draw of what its pool is the mean of.
  const judged = scored.filter(({ name }) => !members.has(name));
  const primary = comparePrimary(scored, input.primary, options);
  const first = input.primary[0];
  const subject =
    scored.find(({ name }) => name === first?.system) ??
    judged.find(({ kind }) => kind === "tuned");
  const metric = first?.metric ?? Object.keys((subject ?? scored[0])?.scores.perUser ?? {})[0];
  const base = judged.find(({ kind }) => kind === "base");
  const against =
    subject && metric ? compareWithAll(judged, subject, metric, primary, options) : [];
  const known = [...primary, ...against];
  const fromBase = base && metric ? compareWithBase(judged, base, metric, known, options) : [];
  const comparisons = withSeeds([...known, ...fromBase], scored, options);
  const facts = { ...options, catalog, ...(historyLength && { historyLength }) };
  const slices = primary[0]
    ? compareSlices(scored, primary[0], input.slices, { ...facts, ...catalogs })
    : { compared: [], thin: [] };
  const redLines = subject ? redLinesOf(known, subject.name, metric, scored) : [];
  const headline = headlineOf(input, scored);
  const estimates = estimateAll(scored, new Set(headline), options);
  return {
    suite,
    lang: Array.from(input.lang),
    protocol: { ...input.protocol, ...ownProtocol(input) },
    systems: scored.map(({ name, kind, about }) => {
      return { name, kind, about, metrics: estimates.get(name)! };
    }),
    headline,
    comparisons,
    slices: slices.compared,
    failures: poolFailures(
      bySystem(answered, (predictions) =>
        countFailures(examples, predictions, { catalog, ...catalogs }),
      ),
      pools,
    ),
    ...positionsOf(answered, examples, seed),
    ...permutationsOf(input.systems, input),
    cost: bySystem(input.systems, (predictions) => sumCost(examples, predictions)),
    warnings: [
      ...input.warnings,
      ...findWarnings(scored, primary, slices.thin, examples),
      ...warnOfLists(answered, examples),
    ],
    redLines: redLines.map(([comparison, kind]) => redLineOf(comparison, kind)),
    sentence: comparisons[0] ? sentenceOf(comparisons[0]) : `${suite}: no comparison was asked for`,
    samples: primary[0] ? pickSamples(answered, firstOf(primary[0], pools), input) : [],
  };
}

/** The comparisons behind the red lines: the subject against classic and trivial systems that it does not beat. */
export function redLinesOf(
  comparisons: readonly Comparison[],
  subject: string,
  metric: string | undefined,
  systems: readonly { name: string; kind: SystemKind }[],
): [Comparison, SystemKind][] {
  const kinds = new Map(systems.map(({ name, kind }) => [name, kind]));
  return comparisons
    .filter((c) => c.system === subject && c.metric === metric && c.verdict !== "better")
    .map((c): [Comparison, SystemKind] => [c, kinds.get(c.against) ?? "model"])
    .filter(([, kind]) => kind === "classic" || kind === "trivial");
}

function scoreAll(input: ReportInput): Scored[] {
  const { examples, catalog, variant, scale, finder, likes } = input;
  const shared = {
    examples,
    catalog,
    ...(input.catalogOf && { catalogOf: input.catalogOf }),
    variant,
    metrics: input.primary.map((comparison) => comparison.metric),
    ...(scale && { scale }),
    ...(finder && { finder }),
    ...(likes && { likes }),
  };
  return input.systems.map((system) => {
    const predictions = inStoredOrder(system.predictions);
    return { ...system, predictions, scores: scoreSystem({ ...shared, predictions }) };
  });
}

function bySystem<T>(
  scored: readonly ReportSystem[],
  make: (predictions: readonly Prediction[]) => T,
): Record<string, T> {
  return Object.fromEntries(scored.map(({ name, predictions }) => [name, make(predictions)]));
}

/** Names of the metrics that tables open with: those of each task, and what the suite compares. */
function headlineOf({ primary, variant }: ReportInput, scored: readonly Scored[]): string[] {
  const asked = primary.map(({ metric }) => metric);
  const shown = headlineNames(variant, asked);
  const measured = scored.flatMap(({ scores }) => Object.keys(scores.perUser));
  return Array.from(new Set(measured)).filter((name) => shown.has(name));
}

/** Resamples behind the intervals of metrics that no table opens with. */
const resamplesBelow = 1000;

/** Estimates by system; all systems share their draws. */
function estimateAll(
  scored: readonly Scored[],
  headline: ReadonlySet<string>,
  { seed, B = defaultResamples }: FamilyOptions,
): Map<string, Record<string, Estimate>> {
  const keyOf = (name: string, metric: string): string => JSON.stringify([name, metric]);
  const all = scored.flatMap(({ name, scores }) =>
    Object.entries(scores.perUser).map(([metric, values]) => ({ name, metric, values })),
  );
  const [above, below] = [true, false].map((isShown) => {
    const own = all.filter(({ metric }) => headline.has(metric) === isShown);
    return Object.fromEntries(own.map(({ name, metric, values }) => [keyOf(name, metric), values]));
  });
  const estimates: Record<string, Estimate> = {
    ...estimateMeans(above!, { seed, B }),
    ...estimateMeans(below!, { seed, B: Math.min(B, resamplesBelow) }),
  };
  const finished = (name: string, metric: string): Estimate => {
    const parsed = parseMetricName(metric, evalMetrics).metric;
    const finish = (parsed.kind === "value" && parsed.finish) || ((value: number) => value);
    const { value, low, high, n } = estimates[keyOf(name, metric)]!;
    return { value: finish(value), low: finish(low), high: finish(high), n };
  };
  return new Map(
    scored.map(({ name, scores }) => {
      const metrics = Object.keys(scores.perUser);
      return [name, Object.fromEntries(metrics.map((metric) => [metric, finished(name, metric)]))];
    }),
  );
}

function positionsOf(
  scored: readonly Scored[],
  examples: readonly Example[],
  seed: number,
): Pick<Report, "tieShare" | "positions"> {
  const found = Object.entries(
    bySystem(scored, (predictions) => findPositions(examples, predictions, seed)),
  );
  return {
    tieShare: Object.fromEntries(
      found.flatMap(([name, { tieShare }]) => (tieShare === null ? [] : [[name, tieShare]])),
    ),
    positions: Object.fromEntries(found.map(([name, { slots }]) => [name, slots])),
  };
}

function ownProtocol({
  examples,
  variant,
  seed,
  B = defaultResamples,
}: ReportInput): Record<string, string | number> {
  return {
    variant,
    users: new Set(examples.map((example) => example.user)).size,
    examples: examples.length,
    seed,
    interval: `95% percentile bootstrap over users, paired, B = ${B}`,
    "interval of metrics below": `the same, B = ${Math.min(B, resamplesBelow)}`,
    test: `two-sided sign-flip permutation, B = ${B}; Holm within each family, Benjamini-Hochberg over slices`,
    ties: "expected rank",
    unparsable: "counted as a miss",
  };
}

function sumCost(
  examples: readonly Example[],
  predictions: readonly Prediction[],
): Report["cost"][string] {
  const answers = latestAnswers(predictions);
  const used = examples.flatMap((example) => answers.get(example.id) ?? []);
  const latencies = Float64Array.from(used, (p) => p.latencyMs).sort();
  const latency = (q: number): number => (latencies.length > 0 ? quantile(latencies, q) : 0);
  const costUsd = used.reduce((sum, p) => sum + p.costUsd, 0);
  return {
    answers: used.length,
    tokensIn: used.reduce((sum, p) => sum + p.tokensIn, 0),
    tokensOut: used.reduce((sum, p) => sum + p.tokensOut, 0),
    latencyMsP50: latency(0.5),
    latencyMsP95: latency(0.95),
    latencyMsP99: latency(0.99),
    costUsd,
    usdPerThousand: used.length > 0 ? (1000 * costUsd) / used.length : 0,
  };
}

/** Below this, real differences of ranking metrics gave intervals that held the truth in less than 93.5% (bench/coverage.ts). */
const fewestUsersForInterval = 200;

function findWarnings(
  scored: readonly Scored[],
  primary: readonly Comparison[],
  thin: readonly string[],
  examples: readonly Example[],
): string[] {
  const small = primary
    .filter((c) => c.n < fewestUsersForInterval)
    .map(
      (c) =>
        `only ${c.n} users compare ${c.system} with ${c.against} on ${c.metric}: with fewer than ${fewestUsersForInterval}, a 95% interval holds the truth less often than 93.5% of the time`,
    );
  const models = scored.filter(({ kind }) => kind !== "classic" && kind !== "trivial");
  const silent = models.flatMap(({ name, scores }) =>
    scores.unanswered.map((task) => `${name} answered no ${task} example`),
  );
  const unusable = models.flatMap((model) => warnOfUnusable(model, examples));
  const few =
    thin.length > 0
      ? [`slices with fewer than ${fewestUsersInSlice} users are not shown: ${thin.join(", ")}`]
      : [];
  return [...small, ...silent, ...unusable, ...few];
}
