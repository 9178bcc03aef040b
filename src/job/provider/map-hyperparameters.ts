// The recipe's hyper-parameters in a provider's own words, by rules that are data. What a provider cannot do is told as
// a problem of the plan; nothing is dropped.

import type { Hyperparameters } from "./types.ts";

/** How one number is said on the wire. `auto` is what stands for "you choose"; absent: the field is left out. */
export type NumberRule = {
  name: string;
  min?: number;
  max?: number;
  above?: number;
  whole?: true;
  auto?: string;
};

export type LoraRule = {
  rank: string;
  alpha: string;
  /** Fields that ask for adapters. */
  on: Record<string, boolean | string>;
  maxRank?: number;
  /** Whether alpha must be a whole number. */
  wholeAlpha?: true;
};

export type HyperparameterRules = {
  /** Who this is, in problems. */
  about: string;
  epochs: NumberRule;
  /** Null: it cannot be set there. */
  learningRate: NumberRule | null;
  batchSize: NumberRule | null;
  lora: LoraRule | null;
  /** The lengths that may be asked for; null: the provider takes no length. */
  maxTokens:
    | { name: string; allowed: readonly number[] }
    | { name: string; max: number | null }
    | null;
};

export type Mapped = {
  fields: Record<string, number | boolean | string>;
  checks: string[];
  problems: string[];
};

/** Maps all of them; fields are in a fixed order. */
export function mapHyperparameters(h: Hyperparameters, rules: HyperparameterRules): Mapped {
  const mapped: Mapped = { fields: {}, checks: [], problems: [] };
  addNumber("epochs", h.epochs, rules.epochs, rules.about, mapped);
  addNumber("learningRate", h.learningRate, rules.learningRate, rules.about, mapped);
  addNumber("batchSize", h.batchSize, rules.batchSize, rules.about, mapped);
  addLora(h.lora, rules, mapped);
  addLength(h.maxTokens, rules, mapped);
  return mapped;
}

function addNumber(
  word: string,
  value: number | "auto",
  rule: NumberRule | null,
  about: string,
  { fields, checks, problems }: Mapped,
): void {
  const problem = (text: string): void => void problems.push(`hyperparameters.${word}: ${text}`);
  if (rule === null) {
    if (value !== "auto") problem(`${about} takes none; leave it at auto`);
    return;
  }
  if (value === "auto") {
    if (rule.auto !== undefined) fields[rule.name] = rule.auto;
    return;
  }
  if (rule.whole && !Number.isInteger(value)) problem(`${about} takes whole numbers, not ${value}`);
  else if (rule.min !== undefined && value < rule.min)
    problem(`${about} takes ${rule.min} or more, not ${value}`);
  else if (rule.max !== undefined && value > rule.max)
    problem(`${about} takes ${rule.max} at most, not ${value}`);
  else if (rule.above !== undefined && value <= rule.above)
    problem(`${about} takes more than ${rule.above}, not ${value}`);
  else {
    fields[rule.name] = value;
    if (rule.min !== undefined || rule.max !== undefined)
      checks.push(`${word} ${value}: ${rangeOf(rule)}`);
  }
}

function rangeOf({ min, max }: NumberRule): string {
  if (min === undefined) return `${max} at most`;
  return max === undefined ? `${min} at least` : `from ${min} to ${max}`;
}

function addLora(
  lora: Hyperparameters["lora"],
  { about, lora: rule }: HyperparameterRules,
  { fields, checks, problems }: Mapped,
): void {
  if (lora === null) return;
  const problem = (text: string): void => void problems.push(`hyperparameters.lora: ${text}`);
  if (rule === null) return problem(`${about} lets nobody choose adapters; leave it at null`);
  if (rule.maxRank !== undefined && lora.rank > rule.maxRank)
    return problem(`${about} takes a rank of ${rule.maxRank} at most, not ${lora.rank}`);
  if (rule.wholeAlpha && !Number.isInteger(lora.alpha))
    return problem(`${about} takes whole numbers for alpha, not ${lora.alpha}`);
  Object.assign(fields, rule.on, { [rule.rank]: lora.rank, [rule.alpha]: lora.alpha });
  if (rule.maxRank !== undefined) checks.push(`lora.rank ${lora.rank}: ${rule.maxRank} at most`);
}

function addLength(
  maxTokens: number,
  { about, maxTokens: rule }: HyperparameterRules,
  { fields, checks, problems }: Mapped,
): void {
  if (rule === null) return;
  const problem = (most: number): void =>
    void problems.push(
      `hyperparameters.maxTokens: ${about} takes ${most} at most, not ${maxTokens}`,
    );
  if ("allowed" in rule) {
    // The next length that holds it: rows are held against maxTokens before they are sent.
    const next = rule.allowed.find((length) => length >= maxTokens);
    if (next === undefined) return problem(rule.allowed.at(-1) ?? 0);
    fields[rule.name] = next;
    checks.push(`maxTokens ${maxTokens}: ${rule.name} ${next}`);
    return;
  }
  if (rule.max !== null && maxTokens > rule.max) return problem(rule.max);
  fields[rule.name] = maxTokens;
}
