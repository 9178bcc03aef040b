// Biased matrix factorisation for ratings: μ + b_u + b_i + p_u · q_i by stochastic gradient descent (Koren, Bell and Volinsky
// 2009, doi:10.1109/MC.2009.263). Row order is shuffled with the seed in every epoch; predictions are clipped to the scale.

import { rngFor } from "../../base/rng.ts";
import { clipTo, meanOf, ratedRows } from "./bias.ts";
import { fillParams, numberOf, realParam, wholeParam, type ParamSpecs } from "./params.ts";
import { scoreEach } from "./score-each.ts";
import { freshOf } from "./own-ratings.ts";
import type { Asked, Baseline, TrainData } from "./types.ts";

const specs: ParamSpecs = {
  factors: wholeParam("Length of the factors", { default: 100, tried: [20, 50, 100], max: 1024 }),
  epochs: wholeParam("Passes over the train rows", { default: 20, tried: [20, 40], max: 1000 }),
  learningRate: realParam("Step size", { default: 0.005, tried: [0.005, 0.01] }),
  regularisation: realParam("Pull towards 0", { default: 0.02, tried: [0.02, 0.05, 0.1] }),
};

export const biasMf: Baseline = {
  name: "bias-mf",
  about: "matrix factorisation of ratings with biases, by stochastic gradient descent",
  kind: "classic",
  tells: ["rating"],
  params: specs,
  fit(train, { seed, params }) {
    const filled = fillParams("bias-mf", specs, params);
    const factors = numberOf(filled, "factors");
    const model = learnRatings(train, {
      factors,
      epochs: numberOf(filled, "epochs"),
      rate: numberOf(filled, "learningRate"),
      pull: numberOf(filled, "regularisation"),
      seed,
    });
    const clip = clipTo(train.rating);
    const trained = new Int32Array(train.userCount);
    for (const row of ratedRows(train)) trained[train.user[row]!]!++;
    const predict = (user: number, item: number): number => {
      let sum = model.overall + model.userBias[user]! + model.itemBias[item]!;
      if (model.known.user[user] === 0 || model.known.item[item] === 0) return sum;
      for (let f = 0; f < factors; f++)
        sum += model.user[user * factors + f]! * model.item[item * factors + f]!;
      return sum;
    };
    // What the model left of ratings that came after train, weighed against as many as it learned the user from.
    const moved = (user: number, asked: Asked | undefined): number => {
      let [sum, count] = [0, 0];
      for (const { item, rating } of freshOf(asked)) {
        sum += rating - predict(user, item);
        count++;
      }
      return count === 0 ? 0 : sum / (count + trained[user]! + shrinkFresh);
    };
    return {
      score: (user, items) => scoreEach(items, (item) => predict(user, item)),
      rate: (user, item, asked) => clip(predict(user, item) + moved(user, asked)),
    };
  },
};

/** Ratings that pull to what the model says: as many as those that pull a user's bias in `bias`. */
const shrinkFresh = 15;

type Options = { factors: number; epochs: number; rate: number; pull: number; seed: number };
type RatingModel = {
  overall: number;
  userBias: Float64Array;
  itemBias: Float64Array;
  user: Float64Array;
  item: Float64Array;
  /** 1 where train rates: factors of the others are still those they were drawn as. */
  known: { user: Uint8Array; item: Uint8Array };
};

function learnRatings(
  train: TrainData,
  { factors, epochs, rate, pull, seed }: Options,
): RatingModel {
  const rng = rngFor(seed, "bias-mf");
  const draw = (count: number): Float64Array =>
    Float64Array.from({ length: count * factors }, () => 0.1 * rng.normal());
  const rows = ratedRows(train);
  const model: RatingModel = {
    overall: meanOf(train.rating, rows),
    userBias: new Float64Array(train.userCount),
    itemBias: new Float64Array(train.itemCount),
    user: draw(train.userCount),
    item: draw(train.itemCount),
    known: { user: new Uint8Array(train.userCount), item: new Uint8Array(train.itemCount) },
  };
  const { overall, userBias, itemBias, user: p, item: q, known } = model;
  for (const row of rows) {
    known.user[train.user[row]!] = 1;
    known.item[train.item[row]!] = 1;
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const row of rng.shuffle(rows)) {
      const [u, i] = [train.user[row]!, train.item[row]!];
      const [pu, qi] = [u * factors, i * factors];
      let predicted = overall + userBias[u]! + itemBias[i]!;
      for (let f = 0; f < factors; f++) predicted += p[pu + f]! * q[qi + f]!;
      const error = train.rating[row]! - predicted;
      userBias[u]! += rate * (error - pull * userBias[u]!);
      itemBias[i]! += rate * (error - pull * itemBias[i]!);
      for (let f = 0; f < factors; f++) {
        const [own, other] = [p[pu + f]!, q[qi + f]!];
        p[pu + f] = own + rate * (error * other - pull * own);
        q[qi + f] = other + rate * (error * own - pull * other);
      }
    }
  }
  return model;
}
