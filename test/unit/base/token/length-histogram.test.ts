import fc from "fast-check";
import { expect, it } from "vitest";
import {
  addLength,
  binRange,
  emptyHistogram,
} from "../../../../src/base/token/length-histogram.ts";

it("counts every length in the bin whose range holds it, with exact sum and extremes", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(70), fc.nat(2 ** 40)), { minLength: 1 }), (lengths) => {
      const histogram = emptyHistogram();
      for (const length of lengths) addLength(histogram, length);
      expect(histogram).toMatchObject({
        count: lengths.length,
        total: lengths.reduce((sum, n) => sum + n, 0),
        least: Math.min(...lengths),
        most: Math.max(...lengths),
      });
      histogram.bins.forEach((n, bin) => {
        const [first, last] = binRange(bin);
        expect(n).toBe(lengths.filter((length) => length >= first && length <= last).length);
      });
    }),
  );
});
