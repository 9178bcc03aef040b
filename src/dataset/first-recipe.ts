// A first recipe from a look at a log: it builds as it stands, and names what was recognised, so that a user edits it
// instead of starting from nothing.

import { stringify } from "yaml";
import type { LogRecipe } from "../log/reader/recipe.ts";
import type { LogLook } from "./inspect-log.ts";

export type RecipePlace = {
  name: string;
  /** Path of the log as the recipe is to name it. */
  path: string;
  /** Path of dataset.schema.json from the recipe. */
  schema: string;
};

const domains: [RegExp, string][] = [
  [/movie|film|anime|tmdb|imdb/i, "film"],
  [/book|isbn|goodreads/i, "book"],
  [/game|steam|appid/i, "game"],
  [/track|song|artist|music/i, "music"],
];

const candidateCount = 20;

/** Of the built-in packs. One that asks for a reason must be written freely, which small models cannot. */
const scoredWordings = ["shelf", "sentence", "slash"];
const wordingsNote =
  "# Its ranking wordings let a model be scored on each candidate; without them some questions ask for a reason first,\n# which must be written, and which small models cannot write.\n";

/** The text of a dataset recipe for a log that was looked at; `log` is what it was read with, where that was told. */
export function writeFirstRecipe(
  look: LogLook,
  place: RecipePlace,
  log: Partial<Pick<LogRecipe, "feedback" | "maxRejects">> = {},
): string {
  const { titleLangs, titles } = look;
  const isKorean = titles.texts > 0 && titles.hangul > 0.5;
  const bilingual = titleLangs.filter((lang) => lang === "en" || lang === "ko");
  const lang = bilingual.length > 0 ? bilingual : [isKorean ? "ko" : "en"];
  // A ranking needs negatives that are neither the target nor in the history.
  const n = Math.max(2, Math.min(candidateCount, Math.floor(look.items / 3)));
  const recipe = {
    version: 1,
    name: place.name,
    log: {
      format: look.reader,
      path: place.path,
      ...(look.read === null ? {} : { columns: look.read }),
      ...log,
    },
    // Users of fewer interactions have no train, validation and test row with a history.
    ...(look.usersOfFive < 2 ? { filter: { minUser: 3 } } : {}),
    lang,
    domain: domainOf(look),
    ...(look.hasRating ? {} : { history: { show: "title" } }),
    tasks: [
      ...(look.hasRating ? [{ type: "rating" }] : []),
      { type: "next-item" },
      {
        type: "ranking",
        wordings: scoredWordings,
        candidates: { from: "uniform", n, truth: "forced" },
      },
      ...(look.reviews > 0 && look.hasRating ? [{ type: "explanation", reference: "auto" }] : []),
    ],
    seed: 1,
  };
  const facts = `${look.interactions} interactions of ${look.users} users and ${look.items} items`;
  const terms =
    look.redistribution === "forbidden"
      ? "# The log's licence forbids redistribution: what is built from it may not be passed on.\n"
      : "";
  return `# yaml-language-server: $schema=${place.schema}\n# ${facts}, as rectune inspect found them.\n${terms}${wordingsNote}${stringify(recipe)}`;
}

function domainOf({ reader, read, columns }: LogLook): string {
  if (reader === "movielens") return "film";
  if (reader === "amazon" || reader === "yelp") return "shop";
  const words = [
    read?.interactions.item,
    read?.items?.file,
    ...columns.flatMap((table) => [table.file, ...table.columns]),
  ].join(" ");
  return domains.find(([pattern]) => pattern.test(words))?.[1] ?? "shop";
}
