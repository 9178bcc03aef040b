// The report of one suite, made from the predictions alone: systems × metrics with intervals, comparisons in families,
// slices, failure rates, cost, samples, and the verdict in one sentence. Same input, same report.

import { nearest, UsageError } from "../base/errors.ts";
import { parseMetricName } from "../base/metric/index.ts";
import { defaultResamples } from "../base/stat/bootstrap.ts";
import { quantile } from "../base/stat/summary.ts";
import type { Example } from "../dataset/task/types.ts";
import type { Catalog } from "../log/catalog/catalog.ts";
import { compareSystems, correctFamily, estimateMean } from "./compare.ts";
import type { MentionFinder } from "./explanation.ts";
import { countFailures } from "./failures.ts";
import { pickSamples } from "./samples.ts";
import { evalMetrics, latestAnswers, meanByUser, scoreSystem, type SystemScores } from "./score.ts";
import { cutSlices } from "./slices.ts";
import type { Comparison, Estimate, Prediction, Report, SystemKind } from "./types.ts";
import { redLineOf, sentenceOf } from "./words.ts";

export type ReportSystem = {
  name: string;
  kind: SystemKind;
  /** What it is, e.g. the model's name and the number of shots. */
  about: string;
  predictions: readonly Prediction[];
};

export type PrimaryComparison = {
  metric: string;
  system: string;
  against: string;
  margin?: number | null;
};

export type ReportInput = {
  suite: string;
  lang: readonly string[];
  seed: number;
  /** What the caller knows of the protocol (split, tie share, hashes, model ids, seeds); shown as given. */
  protocol: Record<string, string | number | null>;
  examples: readonly Example[];
  catalog: Catalog;
  variant: string;
  systems: readonly ReportSystem[];
  primary: readonly PrimaryComparison[];
  slices: readonly string[];
  warnings: readonly string[];
  scale?: readonly number[];
  finder?: MentionFinder;
  likes?: (user: string, item: string) => boolean;
  userTrainCount?: ReadonlyMap<string, number>;
  /** Resamples and sign flips; 10,000 unless given. */
  B?: number;
};

/** Slices and primary comparisons with fewer users than this are not trusted. */
export const fewestUsersInSlice = 50;

type Scored = ReportSystem & { scores: SystemScores };

/**
 * Makes the report. Holm runs within each family: the primary comparisons; the subject (the system that the first
 * primary comparison is about, else the tuned one) against every other system; every other system against base; slices.
 * All but the first family are exploratory.
 * @throws UsageError `report-system`, `report-metric` for names that nothing here bears; DataError from scoring.
 */
export function makeReport(input: ReportInput): Report {
  const metrics = input.primary.map((comparison) => comparison.metric);
  const scored: Scored[] = input.systems.map((system) => {
    const { examples, catalog, variant, scale, finder, likes } = input;
    const optional = {
      ...(scale && { scale }),
      ...(finder && { finder }),
      ...(likes && { likes }),
    };
    const scores = scoreSystem({
      examples,
      predictions: system.predictions,
      catalog,
      variant,
      metrics,
      ...optional,
    });
    return { ...system, scores };
  });
  const primary = correctFamily(input.primary.map((asked) => comparePrimary(scored, asked, input)));
  const subject =
    scored.find(({ name }) => name === input.primary[0]?.system) ??
    scored.find(({ kind }) => kind === "tuned");
  const metric =
    input.primary[0]?.metric ?? Object.keys((subject ?? scored[0])?.scores.perUser ?? {})[0];
  const against = subject && metric ? compareWithAll(scored, subject, metric, primary, input) : [];
  const known = [...primary, ...against];
  const base = scored.find(({ kind }) => kind === "base");
  const fromBase = base && metric ? compareWithBase(scored, base, metric, known, input) : [];
  const slices = primary[0] ? compareSlices(scored, primary[0], input) : { compared: [], thin: [] };
  return {
    suite: input.suite,
    lang: Array.from(input.lang),
    protocol: { ...input.protocol, ...ownProtocol(input) },
    systems: scored.map(({ name, kind, about, scores }) => ({
      name,
      kind,
      about,
      metrics: estimateAll(name, scores, input),
    })),
    comparisons: [...known, ...fromBase],
    slices: slices.compared,
    failures: Object.fromEntries(
      scored.map(({ name, predictions }) => [
        name,
        countFailures(input.examples, predictions, input.catalog),
      ]),
    ),
    cost: Object.fromEntries(
      scored.map(({ name, predictions }) => [name, sumCost(input.examples, predictions)]),
    ),
    warnings: [...input.warnings, ...findWarnings(scored, primary, slices.thin)],
    redLines: subject
      ? redLinesOf(known, subject.name, metric, scored).map(([c, kind]) => redLineOf(c, kind))
      : [],
    sentence: known[0] ? sentenceOf(known[0]) : `${input.suite}: no comparison was asked for`,
    samples: primary[0] ? pickSamples(scored, primary[0], input) : [],
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

function comparePrimary(
  scored: readonly Scored[],
  asked: PrimaryComparison,
  { seed, B }: ReportInput,
): Comparison {
  const { metric, system, against, margin = null } = asked;
  const [a, b] = [system, against].map((name) => perUserOf(findSystem(scored, name), metric));
  return compareSystems(a!, b!, metric, {
    seed,
    system,
    against,
    margin,
    primary: true,
    ...(B && { B }),
  });
}

function compareWithAll(
  scored: readonly Scored[],
  subject: Scored,
  metric: string,
  primary: readonly Comparison[],
  { seed, B }: ReportInput,
): Comparison[] {
  const margin = primary.find((c) => c.metric === metric)?.margin ?? null;
  const family = scored
    .filter(({ name, scores }) => name !== subject.name && scores.perUser[metric] !== undefined)
    .filter(({ name }) => !isCompared(primary, metric, subject.name, name))
    .map(({ name, scores }) =>
      compareSystems(perUserOf(subject, metric), scores.perUser[metric]!, metric, {
        seed,
        system: subject.name,
        against: name,
        margin,
        ...(B && { B }),
      }),
    );
  return correctFamily(family);
}

function compareWithBase(
  scored: readonly Scored[],
  base: Scored,
  metric: string,
  known: readonly Comparison[],
  { seed, B }: ReportInput,
): Comparison[] {
  const baseline = base.scores.perUser[metric];
  if (!baseline) return [];
  const family = scored
    .filter(({ name, scores }) => name !== base.name && scores.perUser[metric] !== undefined)
    .filter(({ name }) => !isCompared(known, metric, name, base.name))
    .map(({ name, scores }) =>
      compareSystems(scores.perUser[metric]!, baseline, metric, {
        seed,
        system: name,
        against: base.name,
        ...(B && { B }),
      }),
    );
  return correctFamily(family);
}

function isCompared(
  comparisons: readonly Comparison[],
  metric: string,
  system: string,
  against: string,
): boolean {
  return comparisons.some(
    (c) => c.metric === metric && c.system === system && c.against === against,
  );
}

function compareSlices(
  scored: readonly Scored[],
  { system, against, metric }: Comparison,
  input: ReportInput,
) {
  const pair = [system, against].map((name) => findSystem(scored, name));
  const facts = {
    catalog: input.catalog,
    ...(input.userTrainCount && { userTrainCount: input.userTrainCount }),
  };
  const measured = pair[0]!.scores.rows
    .filter((row) => row.metrics[metric] !== undefined)
    .map((row) => row.example);
  const thin: string[] = [];
  const named = input.slices
    .flatMap((name) => cutSlices(name, measured, facts))
    .flatMap(({ slice, value, examples }) => {
      const [a, b] = pair.map(
        ({ scores }) =>
          meanByUser(scores.rows.filter((row) => examples.has(row.example.id)))[metric],
      );
      const users = Math.min(a?.users.length ?? 0, b?.users.length ?? 0);
      if (!a || !b || users < fewestUsersInSlice) {
        thin.push(`${slice} ${value} (${users})`);
        return [];
      }
      const options = { seed: input.seed, system, against, ...(input.B && { B: input.B }) };
      return [{ slice, value, comparison: compareSystems(a, b, metric, options) }];
    });
  const corrected = correctFamily(named.map(({ comparison }) => comparison));
  return { compared: named.map((slice, i) => ({ ...slice, comparison: corrected[i]! })), thin };
}

function estimateAll(
  name: string,
  scores: SystemScores,
  { seed, B }: ReportInput,
): Record<string, Estimate> {
  return Object.fromEntries(
    Object.entries(scores.perUser).map(([metric, { values }]) => {
      const estimate = estimateMean(values, { seed, key: `${metric}/${name}`, ...(B && { B }) });
      const parsed = parseMetricName(metric, evalMetrics).metric;
      const finish = (parsed.kind === "value" && parsed.finish) || ((value: number) => value);
      const { value, low, high, n } = estimate;
      return [metric, { value: finish(value), low: finish(low), high: finish(high), n }];
    }),
  );
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
    test: `two-sided sign-flip permutation, B = ${B}; Holm within each family`,
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
  return {
    answers: used.length,
    tokensIn: used.reduce((sum, p) => sum + p.tokensIn, 0),
    tokensOut: used.reduce((sum, p) => sum + p.tokensOut, 0),
    latencyMsP50: latencies.length > 0 ? quantile(latencies, 0.5) : 0,
    costUsd: used.reduce((sum, p) => sum + p.costUsd, 0),
  };
}

function findWarnings(
  scored: readonly Scored[],
  primary: readonly Comparison[],
  thin: readonly string[],
): string[] {
  const small = primary
    .filter((c) => c.n < fewestUsersInSlice)
    .map(
      (c) =>
        `only ${c.n} users compare ${c.system} with ${c.against} on ${c.metric}: intervals of so few are too narrow`,
    );
  const silent = scored
    .filter(({ kind }) => kind !== "classic" && kind !== "trivial")
    .flatMap(({ name, scores }) =>
      scores.unanswered.map((task) => `${name} answered no ${task} example`),
    );
  const few =
    thin.length > 0
      ? [`slices with fewer than ${fewestUsersInSlice} users are not shown: ${thin.join(", ")}`]
      : [];
  return [...small, ...silent, ...few];
}

function findSystem(scored: readonly Scored[], name: string): Scored {
  const found = scored.find((system) => system.name === name);
  if (found) return found;
  const names = scored.map((system) => system.name);
  const near = nearest(name, names);
  const next = near ? `Did you mean ${near}?` : `This suite has ${names.join(", ")}.`;
  throw new UsageError(`no system is called "${name}"`, {
    code: "report-system",
    where: "primary",
    next,
  });
}

function perUserOf({ name, scores }: Scored, metric: string) {
  const values = scores.perUser[metric];
  if (values) return values;
  parseMetricName(metric, evalMetrics);
  throw new UsageError(`${name} has no values of ${metric}`, {
    code: "report-metric",
    where: "primary",
    next: `These examples give ${Object.keys(scores.perUser).join(", ")}.`,
  });
}
