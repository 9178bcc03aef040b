// The texts a recipe asks for: wordings of its tasks in its languages, and the words of its domain.

import { join } from "node:path";
import { nearest, UsageError } from "../base/errors.ts";
import { packageRoot } from "../base/package-root.ts";
import { templatesDirOf, type DatasetRecipe } from "./recipe.ts";
import { tasks } from "./task/index.ts";
import { loadDomains, wordsOf, type DomainWords } from "./template/load-domains.ts";
import { loadPacks } from "./template/load-packs.ts";
import type { Lang, Wording } from "./template/wording.ts";

/** The folder templates/ of the tool. */
export const builtinTemplates = join(packageRoot, "templates");

export type RecipeTexts = { wordings: Wording[]; words: Partial<Record<Lang, DomainWords>> };

/**
 * The wordings that the recipe draws from: those that a task names, or all that are not held out; with `heldOut: also`
 * the held-out ones of each task besides.
 * @throws UsageError at file:line:col for a pack that cannot be used, a wording that no pack has, or a task whose
 * wordings are all held out.
 */
export async function loadTexts(recipe: DatasetRecipe): Promise<RecipeTexts> {
  const userDir = templatesDirOf(recipe);
  const sources = { builtinDir: builtinTemplates, userDir, langs: recipe.lang };
  const contracts = recipe.tasks.map((options) => tasks[options.type]);
  const loaded = await loadPacks({ ...sources, tasks: contracts });
  const wordings: Wording[] = [];
  for (const [at, { type, wordings: names }] of recipe.tasks.entries()) {
    for (const lang of recipe.lang) {
      const own = loaded.filter((w) => w.task === type && w.lang === lang);
      const trained = own.filter((w) => !w.heldOut);
      if (trained.length === 0) {
        throw new UsageError(`all wordings of task ${type} in language ${lang} are held out`, {
          code: "pack-all-held-out",
          where: own[0]?.file ?? "templates",
          next: "Set heldOut: false for at least one of them.",
        });
      }
      for (const [i, name] of (names ?? []).entries())
        refuseUnknown(name, { own, lang, where: `${recipe.path}, tasks.${at}.wordings.${i}` });
      wordings.push(...trained.filter(({ name }) => names === null || names.includes(name)));
      if (recipe.heldOut === "also") wordings.push(...findHeldOut(own, { type, lang }));
    }
  }
  const domains = await loadDomains(sources);
  const words = Object.fromEntries(
    recipe.lang.map((lang) => [lang, wordsOf(domains, lang, recipe.domain)]),
  );
  return { wordings, words };
}

function findHeldOut(
  own: readonly Wording[],
  { type, lang }: { type: string; lang: Lang },
): Wording[] {
  const heldOut = own.filter((wording) => wording.heldOut);
  if (heldOut.length > 0) return heldOut;
  throw new UsageError(`no wording of task ${type} in language ${lang} is held out`, {
    code: "pack-none-held-out",
    where: own[0]?.file ?? "templates",
    next: "Set heldOut: true for one of them, or leave the recipe's heldOut at none.",
  });
}

function refuseUnknown(
  name: string,
  place: { own: readonly Wording[]; lang: Lang; where: string },
): void {
  const { own, lang, where } = place;
  const found = own.find((wording) => wording.name === name);
  if (found && !found.heldOut) return;
  const known = own.filter((wording) => !wording.heldOut).map((wording) => wording.name);
  if (found) {
    throw new UsageError(`the wording "${name}" is held out of training (${found.file})`, {
      code: "wording-held-out",
      where,
      next: `Name others: ${known.join(", ")}; heldOut: also asks it in test.`,
    });
  }
  const near = nearest(name, known);
  throw new UsageError(`there is no wording "${name}" in language ${lang}`, {
    code: "wording-unknown",
    where,
    next: near === null ? `Known: ${known.join(", ")}.` : `Did you mean "${near}"?`,
  });
}
