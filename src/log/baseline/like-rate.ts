// Rates of likes, smoothed by one like and one dislike: of the user, of the item, and counted from the prompt alone. The
// last needs no training data at all, and beats published fine-tunes on their own test rows (docs/results.md).

import { scoreEach } from "./score-each.ts";
import type { Asked, Baseline, Fitted, TrainData } from "./types.ts";

export const userRate: Baseline = {
  name: "user-rate",
  about: "share of likes among what the user rated before",
  kind: "trivial",
  tells: ["like"],
  fit(train) {
    const threshold = thresholdOf(train);
    const rates = ratesBy(train.user, train.rating, { size: train.userCount, threshold });
    return constantOf((user, asked) => {
      return asked ? rateOf(asked.ratings, threshold) : rates[user]!;
    });
  },
};

export const itemRate: Baseline = {
  name: "item-rate",
  about: "share of likes among the item's train ratings",
  kind: "trivial",
  tells: ["like"],
  fit(train) {
    const rates = ratesBy(train.item, train.rating, {
      size: train.itemCount,
      threshold: thresholdOf(train),
    });
    return {
      score: (_user, items) => scoreEach(items, (item) => rates[item]!),
      like: (_user, item) => rates[item]!,
    };
  },
};

export const likeCount: Baseline = {
  name: "like-count",
  about:
    "share of likes among the ratings that the prompt shows: (likes + 1) / (likes + dislikes + 2)",
  kind: "trivial",
  tells: ["like"],
  fit(train) {
    const threshold = thresholdOf(train);
    return constantOf((_user, asked) => rateOf(asked?.shownRatings ?? [], threshold));
  },
};

/** (likes + 1) / (count + 2): likes of so many, drawn to one half where little is known (Laplace). */
export function smoothed(likes: number, count: number): number {
  return (likes + 1) / (count + 2);
}

/** The smoothed share of likes; NaN counts nowhere. */
function rateOf(ratings: Iterable<number>, threshold: number): number {
  let [likes, count] = [0, 0];
  for (const rating of ratings) {
    if (Number.isNaN(rating)) continue;
    count++;
    if (rating >= threshold) likes++;
  }
  return smoothed(likes, count);
}

// The same for every item: a ranking ties throughout.
function constantOf(rate: (user: number, asked: Asked | undefined) => number): Fitted {
  return {
    score: (user, items, asked) => new Float64Array(items.length).fill(rate(user, asked)),
    like: (user, _item, asked) => rate(user, asked),
  };
}

function thresholdOf({ likedFrom, rating }: TrainData): number {
  if (likedFrom !== undefined) return likedFrom;
  const rated = rating.filter((value) => !Number.isNaN(value));
  return rated.reduce((sum, value) => sum + value, 0) / Math.max(1, rated.length);
}

function ratesBy(
  keys: Int32Array,
  rating: Float64Array,
  { size, threshold }: { size: number; threshold: number },
): Float64Array {
  const likes = new Float64Array(size);
  const counts = new Float64Array(size);
  for (let row = 0; row < keys.length; row++) {
    if (Number.isNaN(rating[row]!)) continue;
    counts[keys[row]!]!++;
    if (rating[row]! >= threshold) likes[keys[row]!]!++;
  }
  return likes.map((own, key) => smoothed(own, counts[key]!));
}
