// The texts a recipe asks for: wordings of its tasks in its languages, and the words of its domain.

import { fileURLToPath } from "node:url";
import { UsageError } from "../base/errors.ts";
import { templatesDirOf, type DatasetRecipe } from "./recipe.ts";
import { tasks } from "./task/index.ts";
import { loadDomains, wordsOf, type DomainWords } from "./template/load-domains.ts";
import { loadPacks } from "./template/load-packs.ts";
import type { Lang, Wording } from "./template/wording.ts";

/** The folder templates/ of the tool. */
export const builtinTemplates = fileURLToPath(new URL("../../templates", import.meta.url));

export type RecipeTexts = { wordings: Wording[]; words: Partial<Record<Lang, DomainWords>> };

/** @throws UsageError at file:line:col for a pack that cannot be used, or a task whose wordings are all held out. */
export async function loadTexts(recipe: DatasetRecipe): Promise<RecipeTexts> {
  const userDir = templatesDirOf(recipe);
  const sources = { builtinDir: builtinTemplates, userDir, langs: recipe.lang };
  const contracts = recipe.tasks.map((options) => tasks[options.type]);
  const wordings = await loadPacks({ ...sources, tasks: contracts });
  for (const { name } of contracts) {
    for (const lang of recipe.lang) {
      const own = wordings.filter((w) => w.task === name && w.lang === lang);
      if (own.some((w) => !w.heldOut)) continue;
      throw new UsageError(`all wordings of task ${name} in language ${lang} are held out`, {
        code: "pack-all-held-out",
        where: own[0]?.file ?? "templates",
        next: "Set heldOut: false for at least one of them.",
      });
    }
  }
  const domains = await loadDomains(sources);
  const words = Object.fromEntries(
    recipe.lang.map((lang) => [lang, wordsOf(domains, lang, recipe.domain)]),
  );
  return { wordings, words };
}
