// The kinds of models, by the word before the colon of their reference.

import { resolve } from "node:path";
import { nearest, UsageError } from "../../base/errors.ts";
import { findHostedModel, type ModelShares } from "./find-hosted.ts";
import { findLocalModel } from "./local.ts";
import { findMicroModel } from "./micro.ts";
import type { HostedSettings } from "./settings.ts";
import type { ModelSource } from "./types.ts";

/** Where a reference stands: what it is relative to, how reports call it, what it says of its server. */
export type ReferencePlace = ModelShares & {
  dir: string;
  names?: { name: string; about: string };
  settings?: HostedSettings;
};

type FindSource = (rest: string, reference: string, place: ReferencePlace) => Promise<ModelSource>;

const kinds: Readonly<Record<string, FindSource>> = {
  micro: (rest, reference, { dir, names }) =>
    findMicroModel(resolve(dir, rest), names ?? { name: reference, about: reference }),
  openai: async (rest, _reference, place) => named(place, "openai", rest),
  hf: async (rest, _reference, place) => named(place, "hf", rest),
  local: (rest, reference, { dir, names, context: { env } }) =>
    findLocalModel(resolve(dir, rest), names ?? { name: reference, about: reference }, {
      env,
      cwd: dir,
    }),
};

/** Words before the colon of models on servers; these alone have settings. */
export const hostedKinds = ["openai", "hf"];

/**
 * The model of a reference such as `micro:DIR` (relative to `dir`) or `openai:NAME`.
 * @throws UsageError `model-unknown` for kinds that nothing here answers as, and what the kind itself throws.
 */
export async function findModelSource(
  reference: string,
  place: ReferencePlace,
): Promise<ModelSource> {
  const colon = reference.indexOf(":");
  const kind = reference.slice(0, Math.max(0, colon));
  const rest = reference.slice(colon + 1);
  const find = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (find && rest.trim() !== "") return find(rest, reference, place);
  const known = [...Object.keys(kinds), "job"];
  const near = find || kind === "" ? null : nearest(kind, known);
  throw new UsageError(`no model is called "${reference}"`, {
    code: "model-unknown",
    where: place.where ?? "systems",
    next:
      near === null
        ? `Known: ${place.where === undefined ? "job, job:base, " : ""}job:ID, micro:DIR, local:DIR, openai:NAME, hf:ORG/NAME.`
        : `Did you mean ${near}:…?`,
  });
}

function named(place: ReferencePlace, kind: "openai" | "hf", model: string): ModelSource {
  const source = findHostedModel(kind, model, place.settings ?? {}, place);
  return { ...source, ...place.names };
}
