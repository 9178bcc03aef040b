// The baselines, by the name that a suite gives them.

import { biasMf } from "./bias-mf.ts";
import { bias } from "./bias.ts";
import { bprMf } from "./bpr-mf.ts";
import { coOccurrence, markov } from "./co-occurrence.ts";
import { ease } from "./ease.ts";
import { itemKnn } from "./item-knn.ts";
import { itemMean } from "./item-mean.ts";
import { itemRate, likeCount, userRate } from "./like-rate.ts";
import { popularity, recentPopularity } from "./popularity.ts";
import { random } from "./random.ts";
import type { Baseline } from "./types.ts";
import { userMean } from "./user-mean.ts";

export const baselines: Readonly<Record<string, Baseline>> = {
  random,
  popularity,
  "recent-popularity": recentPopularity,
  "item-knn": itemKnn,
  ease,
  "co-occurrence": coOccurrence,
  markov,
  "bpr-mf": bprMf,
  "item-mean": itemMean,
  "user-mean": userMean,
  bias,
  "bias-mf": biasMf,
  "item-rate": itemRate,
  "user-rate": userRate,
  "like-count": likeCount,
};
