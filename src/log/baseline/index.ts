// The baselines, by the name that a suite gives them.

import { coOccurrence, markov } from "./co-occurrence.ts";
import { ease } from "./ease.ts";
import { itemKnn } from "./item-knn.ts";
import { itemMean } from "./item-mean.ts";
import { popularity } from "./popularity.ts";
import { random } from "./random.ts";
import type { Baseline } from "./types.ts";
import { userMean } from "./user-mean.ts";

export const baselines: Readonly<Record<string, Baseline>> = {
  random,
  popularity,
  "item-knn": itemKnn,
  ease,
  "co-occurrence": coOccurrence,
  markov,
  "item-mean": itemMean,
  "user-mean": userMean,
};
