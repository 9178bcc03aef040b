// What a fitted baseline says to one example: scores of its candidates, a ranking of the whole catalog, a rating, yes or no.

import type { Example } from "../../dataset/task/types.ts";
import type { Fitted } from "../../log/baseline/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { FitOn, FullRanking } from "../suite/baseline-keys.ts";
import { makeKnown, type BaselineData, type Known } from "./fit-baseline.ts";
import { notANumber, rankCatalog } from "./full-ranking.ts";
import { noCost, scoredAnswer, type Answer } from "./system.ts";

export type Asking = {
  fitted: Fitted;
  catalog: Catalog;
  /** Every index of the catalog. */
  everyItem: Int32Array;
  known: Known;
  fullRanking: FullRanking;
};

/** What answers need besides a fitted baseline: what is known of the users it is asked about. */
export function makeAsking(
  data: BaselineData,
  { fullRanking, fitOn }: { fullRanking: FullRanking; fitOn: FitOn },
): Omit<Asking, "fitted"> {
  const { catalog, repeats } = data;
  const everyItem = new Int32Array(catalog.size).map((_, index) => index);
  // Where a repeat can be the answer, a list without all other items of the history would give it away.
  const mask = repeats === "keep" ? "none" : fullRanking.mask;
  const known = makeKnown(data, fitOn);
  return { catalog, everyItem, known, fullRanking: { ...fullRanking, mask } };
}

/** What a fitted baseline says to one example. */
export function answerWith(example: Example, asking: Asking): Answer {
  const { fitted, catalog, known } = asking;
  const user = known.indexOf(example.user);
  if (example.task === "rating") {
    const value = fitted.rate!(user, catalog.indexOf(example.item), known.ask(example));
    if (!Number.isFinite(value)) throw notANumber(example.id);
    return { ...noCost, outcome: "ok", raw: null, items: [], choices: null, value };
  }
  if (example.task === "preference") {
    const yes = fitted.like!(user, catalog.indexOf(example.item), known.ask(example));
    if (!Number.isFinite(yes)) throw notANumber(example.id);
    const choices = { yes: Math.log(yes), no: Math.log1p(-yes) };
    return { ...noCost, outcome: "ok", raw: null, items: [], choices, value: Number(yes >= 0.5) };
  }
  if (example.candidates === null) return rankAll(example, user, asking);
  const ids = example.candidates;
  const indices = Int32Array.from(ids, (id) => catalog.indexOf(id));
  const scores = fitted.score(user, indices, known.ask(example));
  // JSON would keep such scores as null, and the next look at the predictions would take that for the worst.
  if (!scores.every((score) => score < Infinity)) throw notANumber(example.id);
  return scoredAnswer(ids, scores);
}

function rankAll(
  example: Example,
  user: number,
  { fitted, catalog, everyItem, known, fullRanking }: Asking,
): Answer {
  const asked = known.ask(example);
  const { top, rank } = rankCatalog(
    fitted.score(user, everyItem, asked),
    catalog.indexOf(example.item),
    {
      masked: fullRanking.mask === "seen" ? asked.history : [],
      keep: fullRanking.keep,
    },
  );
  const items = top.map((index) => catalog.data.ids[index]!);
  return { ...noCost, outcome: "ok", raw: null, items, choices: null, value: null, rank };
}
