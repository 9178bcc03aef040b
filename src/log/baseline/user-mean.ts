// Mean rating of the user, of what they rated before the target; the mean of all train ratings where they rated nothing.
// As a ranking it is a constant: every item ties.

import { mean } from "../../base/stat/summary.ts";
import { meanOf, ratedRows } from "./bias.ts";
import { makeOwnRatings } from "./own-ratings.ts";
import type { Asked, Baseline } from "./types.ts";

export const userMean: Baseline = {
  name: "user-mean",
  about: "mean rating of the user",
  kind: "trivial",
  tells: ["rating"],
  fit(train) {
    const ownRatings = makeOwnRatings(train);
    const overall = meanOf(train.rating, ratedRows(train));
    const ownMean = (user: number, asked?: Asked): number => {
      const { ratings } = ownRatings(user, asked);
      return ratings.length === 0 ? overall : mean(ratings);
    };
    return {
      score: (user, items, asked) => new Float64Array(items.length).fill(ownMean(user, asked)),
      rate: (user, _item, asked) => ownMean(user, asked),
    };
  },
};
