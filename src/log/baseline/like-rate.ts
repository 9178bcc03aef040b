// Rates of likes, smoothed by one like and one dislike: of the user, of the item, and counted from the prompt alone. The
// last needs no training data at all, and beats published fine-tunes on their own test rows (docs/results.md).

import { mean } from "../../base/stat/summary.ts";
import { meanOf, ratedRows } from "./bias.ts";
import { makeOwnRatings } from "./own-ratings.ts";
import { scoreEach } from "./score-each.ts";
import type { Asked, Baseline, Fitted, Likes, TrainData } from "./types.ts";

export const userRate: Baseline = {
  name: "user-rate",
  about: "share of likes among what the user rated before",
  kind: "trivial",
  tells: ["like"],
  fit(train) {
    const likes = likesOf(train);
    const ownRatings = makeOwnRatings(train);
    return constantOf((user, asked) => rateOf(ownRatings(user, asked).ratings, likes));
  },
};

export const itemRate: Baseline = {
  name: "item-rate",
  about: "share of likes among the item's train ratings",
  kind: "trivial",
  tells: ["like"],
  fit(train) {
    const likes = likesOf(train);
    const ownRatings = makeOwnRatings(train);
    const counts = Array.from({ length: train.itemCount }, () => ({ likes: 0, all: 0 }));
    for (let user = 0; user < train.userCount; user++) {
      // Each rating among those of its user: "mean" is theirs.
      const { items, ratings } = ownRatings(user);
      const judge = makeJudge(ratings, likes);
      for (const [i, rating] of ratings.entries()) count(counts[items[i]!]!, judge(rating));
    }
    const rates = counts.map((held) => smoothed(held.likes, held.all));
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
    const likes = likesOf(train);
    return constantOf((_user, asked) => {
      const shown = Array.from(asked?.shownRatings ?? []).filter((rating) => !Number.isNaN(rating));
      return rateOf(shown, likes);
    });
  },
};

/** (likes + 1) / (count + 2): likes of so many, drawn to one half where little is known (Laplace). */
export function smoothed(likes: number, count: number): number {
  return (likes + 1) / (count + 2);
}

/** The smoothed share of likes; ratings that are neither like nor dislike count nowhere. */
function rateOf(ratings: readonly number[], likes: Likes): number {
  const judge = makeJudge(ratings, likes);
  const counted = { likes: 0, all: 0 };
  for (const rating of ratings) count(counted, judge(rating));
  return smoothed(counted.likes, counted.all);
}

function count(held: { likes: number; all: number }, liked: boolean | null): void {
  if (liked === null) return;
  held.all++;
  if (liked) held.likes++;
}

/** Like, dislike or neither, for one of `ratings`. */
function makeJudge(
  ratings: readonly number[],
  { from, dislikedUpTo }: Likes,
): (rating: number) => boolean | null {
  const least = from === "mean" ? mean(ratings) : from;
  return (rating) => {
    if (rating >= least) return true;
    return dislikedUpTo === null || rating <= dislikedUpTo ? false : null;
  };
}

// The same for every item: a ranking ties throughout.
function constantOf(rate: (user: number, asked: Asked | undefined) => number): Fitted {
  return {
    score: (user, items, asked) => new Float64Array(items.length).fill(rate(user, asked)),
    like: (user, _item, asked) => rate(user, asked),
  };
}

function likesOf(train: TrainData): Likes {
  return train.likes ?? { from: meanOf(train.rating, ratedRows(train)), dislikedUpTo: null };
}
