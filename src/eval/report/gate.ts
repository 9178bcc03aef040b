// The gates of a suite: what must hold for exit code 0. Either a primary comparison must come out well, or a metric or a
// failure rate of one system must keep to a limit.

import type { Gate } from "../suite/gate-schema.ts";
import type { Comparison, Estimate, Report } from "../score/types.ts";
import { sentenceOf } from "./words.ts";

/** `found`: what was found, in words. */
export type GateResult = { name: string; isMet: boolean; found: string };

/** What each gate came to; a gate on something that the report does not hold is not met. */
export function checkGates(report: Report, gates: Gate | readonly Gate[] | null): GateResult[] {
  if (gates === null) return [];
  return [gates].flat().map((gate: Gate) => {
    if (gate.against !== undefined) return checkGain(report, gate);
    return gate.failure === undefined ? checkLimit(report, gate) : checkFailure(report, gate);
  });
}

function checkGain({ comparisons }: Report, gate: Gate): GateResult {
  const { system, against, metric, minLow = 0 } = gate;
  const name = `${system} − ${against} on ${metric} ${minLow === 0 ? "> 0" : `≥ ${minLow}`}`;
  const held = comparisons.find(
    (c) => c.primary && c.system === system && c.against === against && c.metric === metric,
  );
  if (!held) return absent(name);
  if (held.n < fewestUsersForVerdict) return { name, isMet: false, found: tooFew(held) };
  // A limit below 0 asks that the system be not much worse, which needs no verdict that it is better.
  if (minLow >= 0 && held.verdict !== "better")
    return { name, isMet: false, found: sentenceOf(held) };
  const gain = lowestGain(held);
  const found = `the gain of ${system} over ${against} on ${metric} may be as low as ${gain}`;
  return { name, isMet: gain >= minLow, found };
}

/** Five signs fall all one way in 1 of 16 draws, so that no difference of fewer users has p < .05; nor do they make an interval. */
const fewestUsersForVerdict = 6;

function tooFew({ system, against, metric, n }: Comparison): string {
  return `${system} and ${against} were compared on ${metric} by ${n} ${n === 1 ? "user" : "users"}: fewer than ${fewestUsersForVerdict} give no interval to rest on`;
}

/** The bad end of the 95% interval, turned so that more is better. */
function lowestGain({ higherIsBetter, low, high }: Comparison): number {
  return higherIsBetter ? low : -high;
}

// The end of the interval that speaks against it decides: what may be chance does not pass.
function checkLimit({ systems }: Report, { system, metric, min, max }: Gate): GateResult {
  const limits = [
    ...(min === undefined ? [] : [`≥ ${min}`]),
    ...(max === undefined ? [] : [`≤ ${max}`]),
  ];
  const name = `${metric} of ${system} ${limits.join(" and ")}`;
  const held: Estimate | undefined = systems.find((s) => s.name === system)?.metrics[metric!];
  if (!held) return absent(name);
  const { low, high, value } = held;
  const isMet = low >= (min ?? -Infinity) && high <= (max ?? Infinity);
  return { name, isMet, found: `${metric} of ${system} is ${value} [${low}, ${high}]` };
}

function checkFailure({ failures }: Report, { system, failure, max = 0 }: Gate): GateResult {
  const name = `${failure} of ${system} ≤ ${max}`;
  const share = failures[system]?.[failure!];
  if (share === undefined) return absent(name);
  return { name, isMet: share <= max, found: `${failure} of ${system} is ${share}` };
}

function absent(name: string): GateResult {
  return { name, isMet: false, found: "the report holds no such number" };
}
