// Mean rating of the item in train; the mean of all train ratings where the item has none.

import { scoreEach } from "./score-each.ts";
import type { Baseline } from "./types.ts";
import { meanRatings } from "./user-mean.ts";

export const itemMean: Baseline = {
  name: "item-mean",
  about: "mean rating of the item in train",
  kind: "trivial",
  tells: ["rating"],
  fit(train) {
    const means = meanRatings(train.item, train.itemCount, train.rating);
    return {
      score: (_user, items) => scoreEach(items, (item) => means[item]!),
      rate: (_user, item) => means[item]!,
    };
  },
};
