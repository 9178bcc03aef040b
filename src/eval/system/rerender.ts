// The questions of a suite made again with a change, each from the dataset that it is of: of several folds, its own.

import { builtinTemplates } from "../../dataset/recipe-texts.ts";
import { makeRerender, type Change, type Rerender } from "../../dataset/rerender.ts";
import { tasks as allTasks } from "../../dataset/task/index.ts";
import type { Example, Lang } from "../../dataset/task/types.ts";
import { loadPacks } from "../../dataset/template/load-packs.ts";
import type { Wording } from "../../dataset/template/wording.ts";
import { once, type EvalData } from "../suite/eval-data.ts";

/** The folder of wordings that the dataset's recipe names; found when it is first needed. */
export type TemplatesDir = () => Promise<string | null>;

export type SuiteRerender = {
  /** Those of the dataset. */
  langs: readonly Lang[];
  /** Those of the asked tasks in the dataset's languages, held-out ones too. */
  wordings: () => Promise<Wording[]>;
  /** @throws DataError `rerender-differs` for an example that cannot be made again as it is. */
  rerender: (example: Example, change: Change) => Promise<Example>;
};

/** Nothing is read before the first example is made again. */
export function makeSuiteRerender(
  data: EvalData,
  { tasks, templatesDir }: { tasks: readonly string[]; templatesDir: TemplatesDir },
): SuiteRerender {
  const langs = (data.manifest.recipe as { lang?: Lang[] }).lang ?? ["en"];
  const wordings = once(async () =>
    loadPacks({
      builtinDir: builtinTemplates,
      userDir: await templatesDir(),
      tasks: Object.values(allTasks).filter(({ name }) => tasks.includes(name)),
      langs,
    }),
  );
  const parts = data.parts.map((part) =>
    once(async (): Promise<Rerender> => {
      const [interactions, catalog] = [await part.interactions(), await part.catalog()];
      const { manifest } = part;
      return makeRerender({ manifest, interactions, catalog, wordings: await wordings() });
    }),
  );
  return {
    langs,
    wordings,
    rerender: async (example, change) => (await parts[data.partOf(example.id)]!())(example, change),
  };
}
