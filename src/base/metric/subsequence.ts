// Length of the longest common subsequence of two lists, in O(nm) time and O(m) space.
// Wagner & Fischer, "The string-to-string correction problem", JACM 1974.

/** Most items that both lists hold in the same order. */
export function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  const lengths = new Int32Array(b.length + 1);
  for (const item of a) {
    let diagonal = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = lengths[j]!;
      lengths[j] = item === b[j - 1] ? diagonal + 1 : Math.max(above, lengths[j - 1]!);
      diagonal = above;
    }
  }
  return lengths[b.length]!;
}
