// What a job tells of itself, held against a run: for an id that a user names, where no list shows the job yet. Silence
// proves nothing; one trait that belongs to another run does.

import type { Recognised } from "./types.ts";

export type Trait = {
  /** In words, e.g. "suffix". */
  name: string;
  /** As the provider tells it; empty or null where it tells none. */
  told: string | null | undefined;
  fits: boolean;
};

/** Judges a job: `isOwn` where anything in it proves the run, else by its traits. */
export function judgeTraits(isOwn: boolean, traits: readonly Trait[]): Recognised {
  if (isOwn) return { kind: "own" };
  const against = traits.find(({ told, fits }) => told && !fits);
  if (against) return { kind: "other", why: `its ${against.name} is "${against.told}"` };
  return {
    kind: "untold",
    checked: traits.filter(({ told }) => told).map(({ name }) => name),
    unchecked: traits.filter(({ told }) => !told).map(({ name }) => name),
  };
}

/** The base model as a trait; servers add a date or a path to the name that was asked for. */
export function modelTrait(told: string | null | undefined, asked: string): Trait {
  const [one, other] = [told ?? "", asked].map((name) => name.toLowerCase());
  return { name: "base model", told, fits: one!.includes(other!) || other!.includes(one!) };
}

/** The training file as a trait. Without a file of the run left at the provider it tells nothing. */
export function fileTrait(told: string | null | undefined, own: ReadonlySet<string>): Trait {
  return {
    name: "training file",
    told: own.size === 0 ? null : told,
    fits: own.has(told ?? ""),
  };
}
