// Which sets of numbers have a near one in another collection, by Jaccard similarity. Exact: two sets that similar must
// share one of their few rarest members (prefix filter, Chaudhuri et al. 2006, doi:10.1109/ICDE.2006.9).

/** Members of more than this share of all sets are left out: they are common to all, like a form's printed text. */
const commonShare = 0.1;
const commonFrom = 20;

/**
 * Positions in `asked` of the sets that are similar to one of `train`, ascending.
 * @param least Jaccard similarity from which two sets are near, above 0.
 */
export function findNearPairs(
  train: readonly Uint32Array[],
  asked: readonly Uint32Array[],
  least: number,
): number[] {
  const frequency = new Map<number, number>();
  for (const set of [...train, ...asked])
    for (const member of set) frequency.set(member, (frequency.get(member) ?? 0) + 1);
  const most = Math.max(commonFrom, commonShare * (train.length + asked.length));
  // Rarest first; the prefix of a set is what two near sets must share one of.
  const order = (set: Uint32Array): Uint32Array =>
    set
      .filter((member) => frequency.get(member)! <= most)
      .sort((a, b) => frequency.get(a)! - frequency.get(b)! || a - b);
  const prefixOf = (set: Uint32Array): Uint32Array =>
    set.subarray(0, set.length - Math.ceil(least * set.length) + 1);

  const sorted = train.map(order);
  const index = new Map<number, number[]>();
  sorted.forEach((set, at) => {
    for (const member of prefixOf(set)) {
      const held = index.get(member);
      if (held === undefined) index.set(member, [at]);
      else held.push(at);
    }
  });
  const near: number[] = [];
  asked.forEach((given, at) => {
    const set = order(given);
    const members = new Set(set);
    const tried = new Set<number>();
    for (const member of prefixOf(set)) {
      for (const other of index.get(member) ?? []) {
        if (tried.has(other)) continue;
        tried.add(other);
        if (jaccard(members, sorted[other]!) >= least) return void near.push(at);
      }
    }
  });
  return near;
}

function jaccard(a: ReadonlySet<number>, b: Uint32Array): number {
  let shared = 0;
  for (const member of b) if (a.has(member)) shared++;
  return shared / (a.size + b.length - shared);
}
