// What a dataset's examples could have answered instead, from what its folder keeps: the answer blocks and words of its
// manifest, and its catalog.

import { DataError } from "../base/errors.ts";
import type { Answers } from "./format/answers.ts";
import type { DatasetManifest } from "./manifest.ts";
import type { Show } from "./task/types.ts";

/** @throws DataError for a dataset whose manifest keeps no answers. */
export async function openAnswers(dir: string, manifest: DatasetManifest): Promise<Answers> {
  const held: Partial<DatasetManifest> = manifest;
  if (held.answers === undefined) {
    throw new DataError("this dataset keeps no answer texts to make pairs from", {
      code: "dataset-without-answers",
      where: dir,
      next: "It was built by an earlier version: build it again with --if-exists replace.",
    });
  }
  const { history, tasks } = manifest.recipe as {
    history?: { show?: Show };
    tasks?: { type: string; negatives?: unknown }[];
  };
  // DuckDB and the templates are loaded only where pairs are made.
  const { loadCatalog } = await import("../log/catalog/load-catalog.ts");
  const { makeAnswers } = await import("./format/answers.ts");
  return makeAnswers({
    answers: held.answers,
    words: manifest.words,
    tasks: tasks ?? [],
    show: history?.show ?? "title+rating",
    catalog: await loadCatalog(dir),
  });
}

/** For formats that ask for none. */
export const noAnswers: Answers = {
  othersOf: () => ({ skip: "the format asks for no other answers" }),
  yesOf: () => "",
  answerWith: () => null,
  formOf: () => "title",
  holds: () => false,
};
