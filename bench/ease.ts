// EASE fitted on MovieLens 100K, all 100,000 ratings, and on synthetic data of its shape where the log is not at hand.
// node bench/ease.ts [FOLDER OF ml-100k]

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rngFor } from "../src/base/rng.ts";
import { fitEase } from "../src/log/baseline/ease.ts";
import type { TrainData } from "../src/log/baseline/types.ts";
import { cpuTimed, seconds, timed } from "./timed.ts";

const folder = process.argv[2] ?? join(import.meta.dirname, "../../shared/data/ml-100k");
const file = join(folder, "u.data");
const isReal = existsSync(file);
const train = isReal ? readRatings() : drawRatings();
for (let round = 1; round <= 3; round++) {
  let cpu = 0;
  const ms = await timed(async () => (cpu = await cpuTimed(() => fitEase(train, 500))));
  console.log(
    `round ${round}: ${isReal ? "ml-100k" : "synthetic"}, ${train.user.length} rows, ${train.userCount} × ${train.itemCount}: ` +
      `${seconds(ms)} (processor ${seconds(cpu)})`,
  );
}

function readRatings(): TrainData {
  const rows = readFileSync(file, "latin1").trim().split("\n");
  const fields = rows.map((row) => row.split("\t").map(Number));
  return columnsOf(fields.map(([user, item]) => [user! - 1, item! - 1]));
}

function drawRatings(): TrainData {
  const rng = rngFor(1, "bench", "ease");
  return columnsOf(Array.from({ length: 100_000 }, () => [rng.int(943), rng.int(1682)]));
}

function columnsOf(pairs: readonly (readonly [number, number])[]): TrainData {
  const [user, item] = [0, 1].map((at) => Int32Array.from(pairs, (pair) => pair[at]!));
  const none = new Float64Array(pairs.length).fill(Number.NaN);
  return { userCount: 943, itemCount: 1682, user: user!, item: item!, rating: none, time: none };
}
