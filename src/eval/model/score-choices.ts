// Log-probabilities of choices from the most likely tokens at each place of one written answer (`top_logprobs`). The
// answer is followed token by token; what other likely tokens would have begun is credited to the choices that begin so.
// A choice that no likely token begins gets the floor: less than that it had, how much less is not known.

import type { TokenChoice } from "./chat.ts";

export type ScoredChoices = {
  logprobs: Float64Array;
  /** Choices at the floor. */
  outside: number;
  floor: number;
  /** Most alternatives that the server gave at one place. */
  k: number;
};

/** Scores the choices; null where the answer begins like none of them. */
export function scoreChoices(
  choices: readonly string[],
  tokens: readonly TokenChoice[],
): ScoredChoices | null {
  const names = choices.map(strip);
  const mass = new Float64Array(names.length);
  let onPath = names.map((_, i) => i);
  let prefix = "";
  let pathLogprob = 0;
  let bound = 0;
  let k = 0;
  for (const { token, logprob, top } of tokens) {
    k = Math.max(k, top.length);
    for (const other of top) {
      if (other.token === token) continue;
      const begun = strip(prefix + other.token);
      if (begun === "") continue;
      share(mass, beginning(names, begun), Math.exp(pathLogprob + other.logprob));
    }
    const lowest = Math.min(logprob, ...top.map((other) => other.logprob));
    bound = Math.min(bound, pathLogprob + lowest);
    prefix += token;
    pathLogprob += logprob;
    const begun = strip(prefix);
    if (begun === "") continue;
    onPath = beginning(names, begun);
    if (onPath.length <= 1) break;
  }
  // What ended as exactly one choice is that one, though others go on from there.
  const end = strip(prefix).trimEnd();
  const exact = onPath.filter((i) => names[i] === end);
  if (strip(prefix) !== "") share(mass, exact.length > 0 ? exact : onPath, Math.exp(pathLogprob));
  if (!mass.some((value) => value > 0)) return null;
  const scored = Float64Array.from(mass, (value) => (value > 0 ? Math.log(value) : Number.NaN));
  const floor = Math.min(bound, ...scored.filter((value) => !Number.isNaN(value)));
  const logprobs = scored.map((value) => (Number.isNaN(value) ? floor : value));
  return { logprobs, outside: scored.filter(Number.isNaN).length, floor, k };
}

/** Choices that begin with the text, or that the text has already written in full. */
function beginning(names: readonly string[], text: string): number[] {
  const going = names.flatMap((name, i) => (name.startsWith(text) ? [i] : []));
  if (going.length > 0) return going;
  const written = names.flatMap((name, i) => {
    const next = text.charAt(name.length);
    return name !== "" && text.startsWith(name) && !/[\p{L}\p{N}]/u.test(next) ? [i] : [];
  });
  const longest = Math.max(...written.map((i) => names[i]!.length));
  return written.filter((i) => names[i]!.length === longest);
}

/** Deals a probability out evenly: which of them the token would have led to is not known. */
function share(mass: Float64Array, among: readonly number[], probability: number): void {
  for (const i of among) mass[i]! += probability / among.length;
}

/** Without what answers put before a title: space, quotes, emphasis. */
function strip(text: string): string {
  return text.normalize("NFC").replace(/^[\s"'`*_“”‘’«»「」『』《》]+/u, "");
}
