// Ranks over permutations of the candidates, put together by Borda count (de Borda 1781): an item named r-th of C
// candidates gets C - r + 1 points, one that is not named none. What the order of the prompt does to a model shows as spread.

/** An item over P permutations. */
export type BordaItem = {
  index: number;
  /** Mean points over the most there are: 1 = first each time. */
  score: number;
  /** Best and worst rank, 1 = first, over the permutations that named it. */
  best: number;
  worst: number;
  /** Permutations that named it. */
  named: number;
};

/**
 * Best first; ties by the better best rank, then by catalog order.
 * @param rankings one list of catalog indices a permutation, best first, without repetition
 * @param candidateCount C; at least the length of the longest ranking
 */
export function countBorda(
  rankings: readonly (readonly number[])[],
  candidateCount: number,
): BordaItem[] {
  const items = new Map<number, BordaItem>();
  for (const ranking of rankings) {
    ranking.forEach((index, place) => {
      const held = items.get(index) ?? { index, score: 0, best: Infinity, worst: 0, named: 0 };
      held.score += candidateCount - place;
      held.best = Math.min(held.best, place + 1);
      held.worst = Math.max(held.worst, place + 1);
      held.named++;
      items.set(index, held);
    });
  }
  const most = Math.max(1, candidateCount * rankings.length);
  return Array.from(items.values(), (item) => ({ ...item, score: item.score / most })).sort(
    (a, b) => b.score - a.score || a.best - b.best || a.index - b.index,
  );
}
