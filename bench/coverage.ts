// How often a 95% interval of the mean holds the true mean, on real per-user differences: samples of n users are drawn with
// replacement from all of MovieLens 100K, whose own mean is the truth. node bench/coverage.ts [SAMPLES] [RESAMPLES] [SIZES]

import { join } from "node:path";
import { rngFor } from "../src/base/rng.ts";
import { bcaInterval } from "../src/base/stat/bca.ts";
import { bootstrapMeans, percentileInterval } from "../src/base/stat/bootstrap.ts";
import { mean, standardDeviation } from "../src/base/stat/summary.ts";
import { readDifferences } from "../test/conformance/ml-100k-differences.ts";
import { seconds, timed } from "./timed.ts";

const [sampleCount = "2000", drawCount = "2000", sizes = "30,50,100,150,200,300,500,943"] =
  process.argv.slice(2);
const [samples, resamples] = [Number(sampleCount), Number(drawCount)];
const data = process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../shared");
const all = await readDifferences(join(data, "data"));
const truth = mean(all);
const zeros = all.filter((d) => d === 0).length;
console.log(
  `${all.length} differences, mean ${truth.toFixed(4)}, sd ${standardDeviation(all).toFixed(4)}, ` +
    `${((100 * zeros) / all.length).toFixed(1)}% are 0; ${samples} samples, ${resamples} resamples`,
);
for (const n of sizes.split(",").map(Number)) {
  const hits = { percentile: 0, bca: 0 };
  const ms = await timed(() => {
    for (let s = 0; s < samples; s++) {
      const rng = rngFor(1, "coverage", n, s);
      const drawn = Float64Array.from({ length: n }, () => all[rng.int(all.length)]!);
      const means = bootstrapMeans(drawn, rng, resamples);
      const holds = ({ low, high }: { low: number; high: number }): number =>
        Number(low <= truth && truth <= high);
      hits.percentile += holds(percentileInterval(means, 0.95));
      hits.bca += holds(bcaInterval(drawn, means, 0.95));
    }
  });
  const share = (count: number): string => `${((100 * count) / samples).toFixed(1)}%`;
  console.log(
    `n = ${n}: percentile ${share(hits.percentile)}, BCa ${share(hits.bca)} (${seconds(ms)})`,
  );
}
