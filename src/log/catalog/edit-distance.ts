// Edit distance with neighbouring letters swapped as one edit ("optimal string alignment", the restricted form of
// Damerau 1964 and Levenshtein 1966), computed in a band around the diagonal (Ukkonen 1985).

let rows = [new Int32Array(64), new Int32Array(64), new Int32Array(64)];

/**
 * The least number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, by UTF-16
 * unit; `limit + 1` as soon as it must be more than `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  const over = limit + 1;
  if (Math.abs(a.length - b.length) > limit) return over;
  if (a === b) return 0;
  if (rows[0]!.length <= b.length) rows = rows.map(() => new Int32Array(2 * b.length + 2));
  let [before, above, row] = rows as [Int32Array, Int32Array, Int32Array];
  for (let j = 0; j <= b.length; j++) above[j] = Math.min(j, over);
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    const unit = a.charCodeAt(i - 1);
    const previous = i > 1 ? a.charCodeAt(i - 2) : -1;
    row[from - 1] = from === 1 ? Math.min(i, over) : over;
    let least = row[from - 1]!;
    for (let j = from; j <= to; j++) {
      const other = b.charCodeAt(j - 1);
      let cost = above[j - 1]! + (unit === other ? 0 : 1);
      cost = Math.min(cost, row[j - 1]! + 1);
      // The cell above the band's right end was never computed.
      if (j < i + limit) cost = Math.min(cost, above[j]! + 1);
      if (i > 1 && j > 1 && unit === b.charCodeAt(j - 2) && previous === other) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      row[j] = Math.min(cost, over);
      if (cost < least) least = cost;
    }
    // A swap reaches back two rows, but never below what the row between them holds less one.
    if (least > limit && i > 1 && minOf(above, from, to) > limit) return over;
    [before, above, row] = [above, row, before];
  }
  return Math.min(above[b.length]!, over);
}

function minOf(row: Int32Array, from: number, to: number): number {
  let least = row[from - 1]!;
  for (let j = from; j <= to; j++) if (row[j]! < least) least = row[j]!;
  return least;
}
