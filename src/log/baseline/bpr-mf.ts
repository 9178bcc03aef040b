// BPR-MF (Rendle et al. 2009, UAI, "BPR: Bayesian personalized ranking from implicit feedback"): user and item factors and
// item biases, learned by stochastic gradient steps on ln σ(x_ui − x_uj) for train pairs (u, i) and items j that u never had.

import { rngFor } from "../../base/rng.ts";
import { groupByUser } from "./histories.ts";
import { fillParams, numberOf, realParam, wholeParam, type ParamSpecs } from "./params.ts";
import { scoreEach } from "./score-each.ts";
import type { Baseline, TrainData } from "./types.ts";

const specs: ParamSpecs = {
  factors: wholeParam("Length of the factors", { default: 32, tried: [16, 32, 64], max: 1024 }),
  epochs: wholeParam("Passes over the train rows", { default: 40, tried: [20, 40, 80], max: 1000 }),
  learningRate: realParam("Step size", { default: 0.05, tried: [0.02, 0.05, 0.1] }),
  regularisation: realParam("Pull of factors towards 0", {
    default: 0.01,
    tried: [0.001, 0.01, 0.05],
  }),
};

export const bprMf: Baseline = {
  name: "bpr-mf",
  about: "matrix factorisation for pairwise ranking (BPR)",
  kind: "classic",
  params: specs,
  fit(train, { seed, params }) {
    const filled = fillParams("bpr-mf", specs, params);
    const factors = numberOf(filled, "factors");
    const {
      user: p,
      item: q,
      bias,
    } = learnFactors(train, {
      factors,
      epochs: numberOf(filled, "epochs"),
      rate: numberOf(filled, "learningRate"),
      pull: numberOf(filled, "regularisation"),
      seed,
    });
    const known = new Uint8Array(train.userCount);
    for (const user of train.user) known[user] = 1;
    return {
      score(user, items) {
        // Factors of a user without train rows are still those they were drawn as: only the biases say something.
        return scoreEach(items, (item) => {
          let sum = bias[item]!;
          if (known[user] === 0) return sum;
          for (let f = 0; f < factors; f++) sum += p[user * factors + f]! * q[item * factors + f]!;
          return sum;
        });
      },
    };
  },
};

type Options = { factors: number; epochs: number; rate: number; pull: number; seed: number };

function learnFactors(
  train: TrainData,
  { factors, epochs, rate, pull, seed }: Options,
): { user: Float64Array; item: Float64Array; bias: Float64Array } {
  const rng = rngFor(seed, "bpr-mf");
  const draw = (count: number): Float64Array =>
    Float64Array.from({ length: count * factors }, () => 0.1 * rng.normal());
  const p = draw(train.userCount);
  const q = draw(train.itemCount);
  const bias = new Float64Array(train.itemCount);
  const histories = groupByUser(train.userCount, train);
  const owned = Array.from({ length: train.userCount }, (_, u) => {
    return histories.items.slice(histories.offsets[u], histories.offsets[u + 1]).sort();
  });
  const rows = train.item.length;
  for (let step = 0; step < epochs * rows; step++) {
    const row = rng.int(rows);
    const u = train.user[row]!;
    const i = train.item[row]!;
    const j = drawOther(owned[u]!, train.itemCount, rng);
    if (j < 0) continue;
    const [pu, qi, qj] = [u * factors, i * factors, j * factors];
    let x = bias[i]! - bias[j]!;
    for (let f = 0; f < factors; f++) x += p[pu + f]! * (q[qi + f]! - q[qj + f]!);
    const gradient = 1 / (1 + Math.exp(x));
    bias[i]! += rate * (gradient - pull * bias[i]!);
    bias[j]! -= rate * (gradient + pull * bias[j]!);
    for (let f = 0; f < factors; f++) {
      const [own, near, far] = [p[pu + f]!, q[qi + f]!, q[qj + f]!];
      p[pu + f] = own + rate * (gradient * (near - far) - pull * own);
      q[qi + f] = near + rate * (gradient * own - pull * near);
      q[qj + f] = far - rate * (gradient * own + pull * far);
    }
  }
  return { user: p, item: q, bias };
}

/** An item that is not among `owned` (ascending), or -1 for a user who has nearly everything. */
function drawOther(owned: Int32Array, itemCount: number, rng: ReturnType<typeof rngFor>): number {
  for (let attempt = 0; attempt < 100; attempt++) {
    const item = rng.int(itemCount);
    if (!holds(owned, item)) return item;
  }
  return -1;
}

function holds(sorted: Int32Array, value: number): boolean {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return sorted[from] === value;
}
