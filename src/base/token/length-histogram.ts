// Lengths of texts by powers of two, with the exact extremes: small, and the same in whatever order texts come.

export type LengthHistogram = {
  count: number;
  total: number;
  least: number;
  most: number;
  /** `bins[b]`: lengths from 2 ** (b - 1) to 2 ** b - 1; bin 0 holds the empty ones. */
  bins: number[];
};

export function emptyHistogram(): LengthHistogram {
  return { count: 0, total: 0, least: 0, most: 0, bins: [] };
}

/** Adds one length, a whole number from 0 on. */
export function addLength(histogram: LengthHistogram, length: number): void {
  const bin = length === 0 ? 0 : Math.floor(Math.log2(length)) + 1;
  while (histogram.bins.length <= bin) histogram.bins.push(0);
  histogram.bins[bin]!++;
  histogram.least = histogram.count === 0 ? length : Math.min(histogram.least, length);
  histogram.most = Math.max(histogram.most, length);
  histogram.total += length;
  histogram.count++;
}

/** First and last length of a bin. */
export function binRange(bin: number): [first: number, last: number] {
  return bin === 0 ? [0, 0] : [2 ** (bin - 1), 2 ** bin - 1];
}
