// What a suite may set of a baseline: numbers within bounds, and choices. Each says which values tuning tries, so that the
// budget of a tuned baseline is a list that can be written down.

import { nearest, UsageError } from "../../base/errors.ts";

export type ParamValue = number | string;
export type Params = Readonly<Record<string, ParamValue>>;

export type ParamSpec = {
  about: string;
  default: ParamValue;
  /** Values that tuning tries, in order; also those allowed where the parameter is a choice. */
  tried: readonly ParamValue[];
} & ({ kind: "choice" } | { kind: "number"; min: number; max: number; whole: boolean });

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** A whole number. */
export function wholeParam(
  about: string,
  { default: value, tried, min = 1, max = 100_000 }: WholeOptions,
): ParamSpec {
  return { kind: "number", about, default: value, tried, min, max, whole: true };
}
type WholeOptions = { default: number; tried: readonly number[]; min?: number; max?: number };

/** A number from 0 to a million. */
export function realParam(
  about: string,
  { default: value, tried }: { default: number; tried: readonly number[] },
): ParamSpec {
  return { kind: "number", about, default: value, tried, min: 0, max: 1e6, whole: false };
}

/**
 * All parameters of a baseline: those given, and the defaults of the rest.
 * @throws UsageError `baseline-params` for a name or a value that it does not take.
 */
export function fillParams(baseline: string, specs: ParamSpecs, given: Params = {}): Params {
  for (const [name, value] of Object.entries(given)) {
    const problem = findProblem(specs, name, value);
    if (problem === null) continue;
    throw new UsageError(`${baseline} ${problem.what}`, {
      code: "baseline-params",
      where: `params.${name}`,
      next: problem.next,
    });
  }
  const defaults = Object.entries(specs).map(([name, spec]) => [name, spec.default] as const);
  return { ...Object.fromEntries(defaults), ...given };
}

/** What is wrong with one parameter, or null. */
export function findProblem(
  specs: ParamSpecs,
  name: string,
  value: unknown,
): { what: string; next: string } | null {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (!spec) {
    const known = Object.keys(specs);
    const near = nearest(name, known);
    const all = known.length === 0 ? "It takes none." : `Known: ${known.join(", ")}.`;
    return {
      what: `takes no parameter "${name}"`,
      next: near === null ? all : `Did you mean ${near}?`,
    };
  }
  if (spec.kind === "choice") {
    if (spec.tried.includes(value as string)) return null;
    return { what: `has no ${name} "${String(value)}"`, next: `Known: ${spec.tried.join(", ")}.` };
  }
  const fits =
    typeof value === "number" &&
    value >= spec.min &&
    value <= spec.max &&
    (!spec.whole || Number.isInteger(value));
  if (fits) return null;
  const range = `${spec.whole ? "a whole number" : "a number"} from ${spec.min} to ${spec.max}`;
  return { what: `cannot use ${name} = ${JSON.stringify(value)}`, next: `Give ${range}.` };
}

/** A number among filled-in parameters. */
export function numberOf(params: Params, name: string): number {
  return params[name] as number;
}

/** Parameters in one line, e.g. `lambda = 500`; empty where there are none. */
export function describeParams(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} = ${value}`)
    .join(", ");
}
