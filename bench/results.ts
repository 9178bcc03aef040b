// The figures of docs/results.md that no suite's report holds: AUCs of TALLRec's movie test without a model, and the errors
// of ratings over rows. node bench/results.ts [FOLDER OF ml-100k AND tallrec-movie]

import { join } from "node:path";
import { auc } from "../src/base/metric/index.ts";
import { mean, standardDeviation } from "../src/base/stat/summary.ts";
import { biasMf } from "../src/log/baseline/bias-mf.ts";
import { bias } from "../src/log/baseline/bias.ts";
import { crossValidate, drawFolds, readRatings } from "../test/conformance/cross-validate.ts";
import { countLikes, readRows, scoreWithRates } from "../test/conformance/tallrec-likes.ts";

const data = process.argv[2] ?? join(import.meta.dirname, "../../shared/data");
const folder = join(data, "tallrec-movie");
const rows = readRows(folder, "test");
const labels = Uint8Array.from(rows, ({ likes }) => Number(likes));
const counted = auc(Float64Array.from(rows, countLikes), labels);
console.log(`likes in the prompt: AUC ${counted.toFixed(4)}, ${rows.length} rows`);
const values = Float64Array.from(scoreWithRates(rows, readRows(folder, "train"), 20));
const spread = `SD ${standardDeviation(values).toFixed(4)}, ${Math.min(...values).toFixed(4)} to ${Math.max(...values).toFixed(4)}`;
console.log(
  `+ the film's like rate in 256 train rows: AUC ${mean(values).toFixed(4)}, mean of 20 seeds (${spread})`,
);
const ratings = readRatings(join(data, "ml-100k/u.data"));
const foldOf = drawFolds(ratings.length, 1);
for (const baseline of [bias, biasMf]) {
  const error = crossValidate(baseline, ratings, foldOf);
  console.log(`${baseline.name}: RMSE ${error.toFixed(4)} over ${ratings.length} rows, five folds`);
}
