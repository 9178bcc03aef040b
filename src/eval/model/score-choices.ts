// Log-probabilities of choices from the most likely tokens at each place of one written answer (`top_logprobs`). The
// answer is followed token by token; what other likely tokens would have begun is credited to the choices that begin so.
// A choice that no likely token begins gets the floor: at most that it had, how much less is not known.

import type { TokenChoice } from "./chat.ts";

export type ScoredChoices = {
  logprobs: Float64Array;
  /** Choices at the floor. */
  outside: number;
  floor: number;
  /** Most alternatives that the server gave at one place. */
  k: number;
};

/**
 * Scores the choices; null where the answer is none of them. A choice gets the probability of the tokens that lead to it
 * and to no other choice; what leads to several is dealt out evenly among them.
 */
export function scoreChoices(
  choices: readonly string[],
  tokens: readonly TokenChoice[],
): ScoredChoices | null {
  const names = choices.map(strip);
  const mass = new Float64Array(names.length);
  let onPath = names.map((_, i) => i);
  let prefix = "";
  let pathLogprob = 0;
  /** Of the path up to where one choice was left. */
  let decided: number | null = null;
  let bound = 0;
  let k = 0;
  for (const { token, logprob, top } of tokens) {
    if (decided === null) {
      k = Math.max(k, top.length);
      for (const other of top) {
        if (other.token === token) continue;
        const begun = strip(prefix + other.token);
        if (begun === "") continue;
        share(mass, beginning(names, begun), Math.exp(pathLogprob + other.logprob));
      }
      bound = Math.min(bound, pathLogprob + Math.min(logprob, ...top.map((o) => o.logprob)));
      pathLogprob += logprob;
    }
    prefix += token;
    const begun = strip(prefix);
    if (begun === "") continue;
    onPath = beginning(names, begun);
    // "I'd say Heat" begins like "I, Robot" for a token; what it says is left to be read as text.
    if (onPath.length === 0) return null;
    if (onPath.length === 1) decided ??= pathLogprob;
  }
  const text = strip(prefix).trimEnd();
  if (text === "") return null;
  // What ended as exactly one choice is that one, though others go on from there.
  const exact = onPath.filter((i) => names[i] === text);
  share(mass, exact.length > 0 ? exact : onPath, Math.exp(decided ?? pathLogprob));
  const scored = Float64Array.from(mass, (value) => (value > 0 ? Math.log(value) : Number.NaN));
  const left = Math.log(Math.max(1e-12, 1 - mass.reduce((sum, value) => sum + value, 0)));
  const least = Math.min(bound, left, ...scored.filter((value) => !Number.isNaN(value)));
  // Below the least, not level with it: what is listed was more likely than what is not.
  const floor = least - 1e-6;
  const logprobs = scored.map((value) => (Number.isNaN(value) ? floor : value));
  return { logprobs, outside: scored.filter(Number.isNaN).length, floor, k };
}

/** A word or a number that is not at its end: "4" is not what "4.5" says. */
const goesOn = /^(?:[\p{L}\p{N}]|[.,]\d)/u;

/** Choices that begin with the text, or that the text has already written in full. */
function beginning(names: readonly string[], text: string): number[] {
  const going = names.flatMap((name, i) => (name.startsWith(text) ? [i] : []));
  if (going.length > 0) return going;
  const written = names.flatMap((name, i) => {
    const isWhole = name !== "" && text.startsWith(name) && !goesOn.test(text.slice(name.length));
    return isWhole ? [i] : [];
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
