// One finding over a short stream, for tests.

import { findings, type FindingName } from "../../../../src/dataset/audit/index.ts";
import type {
  Audit,
  AuditOptions,
  Finding,
  FindingResult,
  Seen,
  SeenFacts,
} from "../../../../src/dataset/audit/types.ts";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { exampleOf } from "../small-log.ts";

export const noFacts: SeenFacts = {
  shown: null,
  liked: null,
  titles: [],
  shownTitles: [],
  text: null,
};

export function seenOf(overrides: Partial<Example> = {}, rest: Partial<Seen> = {}): Seen {
  return { example: exampleOf(overrides), split: "train", ...rest };
}

/**
 * What a finding says of a stream. The stream is also cut in two and the states merged both ways round: all three have
 * to agree, but for ids of twins that two threads saw apart.
 */
export function runFinding(
  name: FindingName,
  stream: readonly Seen[],
  options: Partial<AuditOptions> = {},
): FindingResult {
  const finding = findings[name] as Finding;
  const start = (part: readonly Seen[]): Audit<unknown> => {
    const audit = finding.create({ repeats: "drop-target", ...options });
    for (const seen of part) audit.see(seen);
    return audit;
  };
  const whole = start(stream).result();
  const cut = Math.ceil(stream.length / 2);
  const parts = [stream.slice(0, cut), stream.slice(cut)];
  for (const order of [parts, [...parts].reverse()]) {
    const merged = start([]);
    for (const part of order) merged.mergeState(structuredClone(start(part).state()));
    const { examples, ...rest } = merged.result();
    const { examples: all, ...expected } = whole;
    if (JSON.stringify(rest) !== JSON.stringify(expected))
      throw new Error(`merged: ${JSON.stringify(rest)}, whole: ${JSON.stringify(expected)}`);
    if (examples.some((id) => !all.includes(id))) throw new Error(`stray ids: ${examples.join()}`);
  }
  return whole;
}
