// Train rows of a split as columns, for baselines that a build itself fits.

import { doublesOf, intsOf } from "../split/stream-timelines.ts";
import { readNumber } from "../reader/open-duckdb.ts";
import type { SplitLog } from "../split/split-log.ts";
import type { TrainData } from "./types.ts";

/** The train rows in total order; users and items by the indices of the timelines and of the catalog. */
export async function loadTrain(split: SplitLog): Promise<TrainData> {
  const { connection, counts, sizes } = split;
  const size = sizes.train.interactions;
  const train: TrainData = {
    userCount: counts.users,
    itemCount: await readNumber(connection, "SELECT count(*) FROM catalog"),
    user: new Int32Array(size),
    item: new Int32Array(size),
    rating: new Float64Array(size),
    time: new Float64Array(size),
  };
  const result = await connection.stream(
    `SELECT userIndex, itemIndex, coalesce(rating, 'nan'::DOUBLE), coalesce("time"::DOUBLE, 'nan'::DOUBLE)
     FROM timelines WHERE split = 0`,
  );
  for (let at = 0; ;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return train;
    const end = chunk.rowCount;
    train.user.set(intsOf(chunk, 0).subarray(0, end), at);
    train.item.set(intsOf(chunk, 1).subarray(0, end), at);
    train.rating.set(doublesOf(chunk, 2).subarray(0, end), at);
    train.time.set(doublesOf(chunk, 3).subarray(0, end), at);
    at += end;
  }
}
