// Shots of a recommendation: what other people of train liked and took up next, one line each before the question
// ("User A liked X, Y → Z"), never later than the history that is asked about.

import { join } from "node:path";
import {
  checkShots,
  compareShots,
  loadShotPool,
  makeShotChooser,
  readShots,
} from "../../dataset/shots.ts";
import type { Lang, Message, Show } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";
import { safeText } from "./text.ts";
import { makeHistoryLikes, type HistoryLikes } from "../score/history-likes.ts";
import { withLines } from "../system/shot-messages.ts";

/** Lines are named by letters. */
export const mostShots = 26;

export type RecommendShots = {
  /** Ids of the examples that are shown. */
  ids: string[];
  /** The messages with the lines before the question. */
  add(messages: readonly Message[]): Message[];
};

/**
 * Chooses `k` train examples that share most with the history, at most one of each person and none of the person's own;
 * where the history names nothing of the catalog, or nobody shares anything, they are drawn by the seed.
 */
export async function chooseShots(
  dir: string,
  who: {
    /** Null: a person whom the dataset does not have. */
    user: string | null;
    /** Item ids. */
    history: string[];
    /** UTC seconds of the last of it; null where not known. */
    time: number | null;
  },
  { k, seed }: { k: number; seed: number },
  data: {
    catalog: Catalog;
    interactions: Interactions | null;
    likedFrom: number;
    lang: Lang;
    show: Show;
  },
): Promise<RecommendShots> {
  const { catalog, interactions, likedFrom, lang, show } = data;
  const pool = await loadShotPool(join(dir, "train.jsonl"), ["ranking", "next-item"]);
  // The same question in another wording is the same line.
  const rows = Array.from(pool.rows.values()).flat().sort(compareShots);
  // An id that no person has: every person is another one.
  const user = who.user ?? "\u0000";
  const target = { id: "recommendation", user, time: who.time, history: who.history };
  let chosen = makeShotChooser(rows, { k, pick: "similar", seed })(target);
  if (chosen.length < k) {
    const others = rows.filter((row) => !chosen.some((held) => held.user === row.user));
    const more = makeShotChooser(others, { k: k - chosen.length, pick: "random", seed })(target);
    chosen = [...chosen, ...more];
  }
  const shots = await readShots(pool, chosen);
  checkShots(target, shots);
  const safe: Catalog = { ...catalog, label: (index, of) => safeText(catalog.label(index, of)) };
  const likedOf: HistoryLikes =
    interactions === null
      ? ({ history }) => history
      : makeHistoryLikes(interactions, { catalog, likedFrom });
  return {
    ids: shots.map(({ id }) => id),
    add: (messages) => withLines(messages, shots, { catalog: safe, show, lang, likedOf }),
  };
}
