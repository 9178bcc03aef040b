// Prompts of direct recommendation: wordings of the pack `recommendation`, every text of the log or of a person in
// them made safe first.

import { UsageError } from "../../base/errors.ts";
import { builtinTemplates } from "../../dataset/recipe-texts.ts";
import type { DatasetManifest } from "../../dataset/manifest.ts";
import { recommendation } from "../../dataset/task/recommendation.ts";
import { nameItem } from "../../dataset/task/shown.ts";
import type { Lang, Message, Show } from "../../dataset/task/types.ts";
import { loadDomains, wordsOf, type DomainWords } from "../../dataset/template/load-domains.ts";
import { loadPacks } from "../../dataset/template/load-packs.ts";
import { renderPrompt } from "../../dataset/template/render.ts";
import type { TaskContract, Wording } from "../../dataset/template/wording.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { PastItem } from "./history.ts";
import { safeText } from "./text.ts";

export type PromptSetting = {
  catalog: Catalog;
  lang: Lang;
  show: Show;
  words: DomainWords;
  past: readonly PastItem[];
};

/** What one request asks for. */
export type Ask = {
  n: number;
  taste: string | null;
  candidates: readonly number[] | null;
  /** Titles that do not count, as answers wrote them. */
  rejected: readonly string[];
};

/** The words of the dataset's domain; those that it was built with where it has the language. */
export async function loadWords(
  { recipe, words }: DatasetManifest,
  lang: Lang,
  userDir: string | null,
): Promise<DomainWords> {
  const built = words[lang];
  if (built && userDir === null) return built;
  const domains = await loadDomains({ builtinDir: builtinTemplates, userDir, langs: [lang] });
  const { domain = "film" } = recipe as { domain?: string };
  return wordsOf(domains, lang, domain);
}

/** The first wording of a task that is not held out, or of the ids given. */
export async function loadWording(
  task: TaskContract,
  lang: Lang,
  userDir: string | null,
  ids: readonly string[] | null = null,
): Promise<Wording | null> {
  const sources = { builtinDir: builtinTemplates, userDir, langs: [lang] };
  const wordings = await loadPacks({ ...sources, tasks: [task] });
  return wordings.find(({ id, heldOut }) => !heldOut && (ids === null || ids.includes(id))) ?? null;
}

/**
 * The wording that `rectune recommend` asks with: the one of that name, or the first that is not held out.
 * @throws UsageError `recommend-wording`.
 */
export async function loadRecommendWording(
  lang: Lang,
  userDir: string | null,
  name: string | null = null,
): Promise<Wording> {
  const sources = { builtinDir: builtinTemplates, userDir, langs: [lang] };
  const wordings = await loadPacks({ ...sources, tasks: [recommendation] });
  // A pack may hold out all its wordings, since none trains on this task; then its first one asks.
  if (name === null) return wordings.find(({ heldOut }) => !heldOut) ?? wordings[0]!;
  const found = wordings.find((wording) => wording.name === name);
  if (found) return found;
  throw new UsageError(`no wording of recommendation/${lang} is called "${name}"`, {
    code: "recommend-wording",
    where: "--wording",
    next: `Known: ${wordings.map((wording) => wording.name).join(", ")}.`,
  });
}

/** Whether a wording asks for its answer in JSON. */
export function asksJson({ blocks }: Wording): boolean {
  return /^\s*(?:\[|\{\s*")/u.test(blocks.answer.text);
}

/**
 * JSON Schema of an answer with at most n items; with candidates it can name nothing else. An object, since that is what
 * servers take as the root of a schema.
 */
export function answerSchema(ask: Ask, setting: PromptSetting): Record<string, unknown> {
  const titles = ask.candidates?.map((index) => shownItem(index, setting).title) ?? null;
  const title =
    titles === null ? { type: "string" } : { type: "string", enum: [...new Set(titles)] };
  const item = {
    type: "object",
    properties: { title, reason: { type: "string" } },
    required: ["title", "reason"],
    additionalProperties: false,
  };
  return {
    type: "object",
    properties: { recommendations: { type: "array", items: item, minItems: 1, maxItems: ask.n } },
    required: ["recommendations"],
    additionalProperties: false,
  };
}

/** The messages of one request. */
export function writePrompt(wording: Wording, ask: Ask, setting: PromptSetting): Message[] {
  return renderPrompt(wording, {
    ...historyVariables(setting),
    taste: ask.taste === null ? "" : safeText(ask.taste),
    candidates: (ask.candidates ?? []).map((index) => shownItem(index, setting)),
    n: ask.n,
    rejected: ask.rejected.map(safeText),
  });
}

/** `history` and `words`, as wordings of every task read them. */
export function historyVariables(setting: PromptSetting): Record<string, unknown> {
  const isRated = setting.show === "title+rating" || setting.show === "title+rating+age";
  const history = setting.past.map(({ given, index, rating }) => {
    const item =
      index === null
        ? { title: safeText(given), id: "", year: null, genres: [] }
        : shownItem(index, setting);
    const seen = isRated ? rating : null;
    return {
      ...item,
      rating: seen,
      age: null,
      line: seen === null ? item.title : `${item.title} ${seen}`,
    };
  });
  return { history, words: setting.words };
}

/** An item as wordings read it. */
export function shownItem(
  index: number,
  { catalog, lang, show }: PromptSetting,
): { title: string; id: string; year: number | null; genres: string[] } {
  const { ids, year, genres } = catalog.data;
  return {
    title: safeText(nameItem(catalog, index, lang, show)),
    id: ids[index]!,
    year: year[index]! > 0 ? year[index]! : null,
    genres: genres[index]!.map(safeText),
  };
}
