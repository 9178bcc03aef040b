// Scores made of counts of likes, and what the AUC of such a score says of the data.

import { smoothed } from "../../log/baseline/like-rate.ts";

/** (likes + 1) / (likes + dislikes + 2): the share liked, drawn to one half where little is known (Laplace). */
export function smoothedShare(likes: number, dislikes: number): number {
  return smoothed(likes, likes + dislikes);
}

/** What an AUC says of a prompt or a prior: from .65 on (either way round) a warning, from .55 on a note. */
export function judgeAuc(auc: number, n: number): "warning" | "note" | null {
  const distance = Math.abs(auc - 0.5);
  if (!(n >= judgedFrom)) return null;
  return distance >= 0.15 ? "warning" : distance >= 0.05 ? "note" : null;
}

const judgedFrom = 100;
