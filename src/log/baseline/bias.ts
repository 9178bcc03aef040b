// Bias-only prediction of ratings: μ + b_u + b_i, the biases by alternating least squares, shrunk by so many ratings
// (Koren 2010, doi:10.1145/1644873.1644874, "Factor in the neighbors"). Predictions are clipped to the ratings of train.

import { fillParams, numberOf, realParam, wholeParam, type ParamSpecs } from "./params.ts";
import { freshOf, makeOwnRatings } from "./own-ratings.ts";
import { scoreEach } from "./score-each.ts";
import type { Asked, Baseline, TrainData } from "./types.ts";

const specs: ParamSpecs = {
  shrinkItems: realParam("Ratings that pull an item's bias to 0", {
    default: 10,
    tried: [1, 3, 10, 25],
  }),
  shrinkUsers: realParam("Ratings that pull a user's bias to 0", {
    default: 15,
    tried: [1, 5, 15, 25],
  }),
  epochs: wholeParam("Rounds of least squares", { default: 10, tried: [10], max: 1000 }),
};

export const bias: Baseline = {
  name: "bias",
  about: "mean of all ratings plus a bias of the user and one of the item",
  kind: "classic",
  tells: ["rating"],
  params: specs,
  fit(train, { params }) {
    const filled = fillParams("bias", specs, params);
    const shrinkUsers = numberOf(filled, "shrinkUsers");
    const { overall, user, item } = fitBiases(train, {
      shrinkItems: numberOf(filled, "shrinkItems"),
      shrinkUsers,
      epochs: numberOf(filled, "epochs"),
    });
    const clip = clipTo(train.rating);
    const ownRatings = makeOwnRatings(train);
    // One more step of least squares for the user alone, over what came after train too.
    const userBias = (u: number, asked: Asked | undefined): number => {
      if (freshOf(asked).next().done === true) return user[u]!;
      const { items, ratings } = ownRatings(u, asked);
      const rest = ratings.reduce((sum, rating, i) => sum + rating - overall - item[items[i]!]!, 0);
      return rest / (ratings.length + shrinkUsers);
    };
    return {
      score: (_user, items) => scoreEach(items, (i) => item[i]!),
      rate: (u, i, asked) => clip(overall + userBias(u, asked) + item[i]!),
    };
  },
};

export type Biases = { overall: number; user: Float64Array; item: Float64Array };

/** Biases of users and items; 0 for those without ratings. */
export function fitBiases(
  train: TrainData,
  {
    shrinkItems,
    shrinkUsers,
    epochs,
  }: { shrinkItems: number; shrinkUsers: number; epochs: number },
): Biases {
  const rated = ratedRows(train);
  const overall = meanOf(train.rating, rated);
  const user = new Float64Array(train.userCount);
  const item = new Float64Array(train.itemCount);
  const update = (
    own: { keys: Int32Array; biases: Float64Array; shrink: number },
    other: { keys: Int32Array; biases: Float64Array },
  ): void => {
    const sums = new Float64Array(own.biases.length);
    const counts = new Float64Array(own.biases.length);
    for (const row of rated) {
      const key = own.keys[row]!;
      sums[key]! += train.rating[row]! - overall - other.biases[other.keys[row]!]!;
      counts[key]!++;
    }
    for (let key = 0; key < sums.length; key++) {
      own.biases[key] = counts[key] === 0 ? 0 : sums[key]! / (counts[key]! + own.shrink);
    }
  };
  const users = { keys: train.user, biases: user, shrink: shrinkUsers };
  const items = { keys: train.item, biases: item, shrink: shrinkItems };
  for (let epoch = 0; epoch < epochs; epoch++) {
    update(items, users);
    update(users, items);
  }
  return { overall, user, item };
}

/** Rows of train that have a rating. */
export function ratedRows(train: TrainData): Int32Array {
  const rows = Array.from(train.rating.keys()).filter((row) => !Number.isNaN(train.rating[row]!));
  return Int32Array.from(rows);
}

export function meanOf(values: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (const row of rows) sum += values[row]!;
  return rows.length === 0 ? 0 : sum / rows.length;
}

/** Keeps a prediction within the ratings that train holds. */
export function clipTo(rating: Float64Array): (value: number) => number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of rating) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return (value) => value;
  return (value) => Math.min(high, Math.max(low, value));
}
