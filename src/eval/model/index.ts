// The kinds of models, by the word before the colon of their reference.

import { resolve } from "node:path";
import { nearest, UsageError } from "../../base/errors.ts";
import { findMicroModel } from "./micro.ts";
import type { ModelSource } from "./types.ts";

type FindSource = (
  rest: string,
  names: { name: string; about: string },
  dir: string,
) => Promise<ModelSource>;

const kinds: Readonly<Record<string, FindSource>> = {
  micro: (rest, names, dir) => findMicroModel(resolve(dir, rest), names),
};

/**
 * The model of a reference such as `micro:DIR` (relative to `dir`); `names` say how reports call it.
 * @throws UsageError `model-unknown` for kinds that nothing here answers as, and what the kind itself throws.
 */
export function findModelSource(
  reference: string,
  dir: string,
  names: { name: string; about: string } = { name: reference, about: reference },
): Promise<ModelSource> {
  const colon = reference.indexOf(":");
  const kind = reference.slice(0, Math.max(0, colon));
  const find = kinds[kind];
  if (find) return find(reference.slice(colon + 1), names, dir);
  const known = [...Object.keys(kinds), "job"];
  const near = nearest(kind, known);
  throw new UsageError(`no model is called "${reference}"`, {
    code: "model-unknown",
    where: "systems",
    next: near === null ? "Known: job, job:base, job:ID, micro:DIR." : `Did you mean ${near}:…?`,
  });
}
