// How well a score tells liked from disliked targets when it takes few values: counts by score, and the AUC of them
// (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747; ties count one half).

/** Targets that got one score. */
export type ScoreGroup = { score: number; liked: number; disliked: number };

/** AUC over all targets of the groups; NaN where one class is missing. */
export function groupAuc(groups: readonly ScoreGroup[]): number {
  const sorted = [...groups].sort((a, b) => a.score - b.score);
  let [below, wins, positives] = [0, 0, 0];
  for (let start = 0; start < sorted.length;) {
    let end = start;
    let [liked, disliked] = [0, 0];
    for (; end < sorted.length && sorted[end]!.score === sorted[start]!.score; end++) {
      liked += sorted[end]!.liked;
      disliked += sorted[end]!.disliked;
    }
    wins += liked * (below + disliked / 2);
    below += disliked;
    positives += liked;
    start = end;
  }
  return wins / (positives * below);
}

/** (likes + 1) / (likes + dislikes + 2): the share liked, drawn to one half where little is known (Laplace). */
export function smoothedShare(likes: number, dislikes: number): number {
  return (likes + 1) / (likes + dislikes + 2);
}

/** What an AUC says of a prompt or a prior: from .65 on (either way round) a warning, from .55 on a note. */
export function judgeAuc(auc: number, n: number): "warning" | "note" | null {
  const distance = Math.abs(auc - 0.5);
  if (!(n >= judgedFrom)) return null;
  return distance >= 0.15 ? "warning" : distance >= 0.05 ? "note" : null;
}

const judgedFrom = 100;
