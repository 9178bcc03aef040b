// Reads titles out of a model's answer: one a line, with or without numbers, bullets and quotes around them. Only what
// grounds to a catalog item counts; among candidates a title may also leave out a year that the list does not need.

import type { Catalog } from "../../log/catalog/catalog.ts";
import { makeGrounder } from "../../log/catalog/ground.ts";
import { normaliseTitle } from "../../log/catalog/normalise-title.ts";
import { answerPart, placesIn } from "./read-answer.ts";
import type { Lang, Outcome, ParseContext } from "./types.ts";

/** Text to catalog index, or null. */
type Lookup = (text: string) => number | null;

const lookups = new WeakMap<Catalog, Map<Lang, Lookup>>();

/** The lookup over the whole catalog, built once per catalog and language. */
function lookupOf(catalog: Catalog, lang: Lang): Lookup {
  let byLang = lookups.get(catalog);
  if (!byLang) lookups.set(catalog, (byLang = new Map<Lang, Lookup>()));
  let lookup = byLang.get(lang);
  if (!lookup) {
    const grounder = makeGrounder(catalog, [lang]);
    lookup = (text) => grounder.ground(text)?.index ?? null;
    byLang.set(lang, lookup);
  }
  return lookup;
}

/** The lookup by id, alone or as `Title [id]`. */
function lookupId(catalog: Catalog): Lookup {
  return (text) => {
    const index = catalog.indexOf(/\[([^[\]]+)\]$/.exec(text)?.[1] ?? text);
    return index >= 0 ? index : null;
  };
}

/** The lookup over a list of candidates: by label, then in normal form with the year or, where that is enough, without. */
function lookupAmong(catalog: Catalog, lang: Lang, ids: readonly string[]): Lookup {
  const among = ids
    .map((id) => catalog.indexOf(id))
    .filter((index) => index >= 0)
    .map((index) => {
      const label = catalog.label(index, lang);
      return { index, label, ...normaliseTitle(label) };
    });
  return (text) => {
    const same = among.filter((candidate) => candidate.label === text);
    if (same.length === 1) return same[0]!.index;
    const { name, year } = normaliseTitle(text);
    if (name === "") return null;
    const alike = among.filter((c) => c.name === name && (year === 0 || c.year === year));
    return alike.length === 1 ? alike[0]!.index : null;
  };
}

/**
 * The items an answer names, best first, without repetition: by letter or index where the wording asks for those, else by
 * title, or by id where prompts show ids. With candidates, a title outside them does not count.
 * `malformed` when no line of the answer is a title that counts.
 */
export function readTitles(text: string, context: ParseContext): Outcome {
  const { catalog, lang, candidates, form = "title" } = context;
  const said = answerPart(text);
  if (form !== "title" && candidates !== null) {
    const places = placesIn(said, form, candidates.length);
    if (places.length > 0)
      return { outcome: "ok", items: places.map((place) => candidates[place]!), value: null };
  }
  const anywhere = lookupOf(catalog, lang);
  const byId =
    context.show === "ids" || context.show === "title+id" ? lookupId(catalog) : () => null;
  const allowed = candidates === null ? null : new Set(candidates);
  const among = candidates === null ? () => null : lookupAmong(catalog, lang, candidates);
  const items: string[] = [];
  let outside = false;
  for (const line of said.split(/\r?\n/)) {
    const readings = spellingsOf(line);
    const index =
      firstFound(readings, byId) ?? firstFound(readings, among) ?? firstFound(readings, anywhere);
    if (index === null) continue;
    const id = catalog.data.ids[index]!;
    if (allowed && !allowed.has(id)) outside = true;
    else if (!items.includes(id)) items.push(id);
  }
  if (items.length > 0) return { outcome: "ok", items, value: null };
  const reason = outside ? "not a candidate" : "no known title";
  return { outcome: "malformed", reason: text.trim() === "" ? "empty" : reason };
}

function firstFound(readings: readonly string[], lookup: Lookup): number | null {
  for (const reading of readings) {
    const index = lookup(reading);
    if (index !== null) return index;
  }
  return null;
}

// From the line as it is to ever more of its dress taken off; a title may itself begin with a number ("12 Angry Men").
function spellingsOf(line: string): string[] {
  const trimmed = line.trim();
  if (trimmed === "") return [];
  const undressed = trimmed.replace(/^(?:[-*•]|\(?\d{1,3}[.)])\s+/, "").replace(/\*\*/g, "");
  const unstopped = undressed.replace(/[.,!]$/, "");
  const unlabelled = unstopped.replace(/^[^:：]{1,24}[:：]\s*/, "");
  return [...new Set([trimmed, undressed, unstopped, unlabelled])].filter((s) => s !== "");
}
