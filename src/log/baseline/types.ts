// What a baseline is: a classic or trivial recommender that is fitted on train interactions and scores items.

import type { Params, ParamSpecs } from "./params.ts";

/** Train interactions as columns, in total order; `user` and `item` are indices below the counts. */
export type TrainData = {
  userCount: number;
  itemCount: number;
  user: Int32Array;
  item: Int32Array;
  /** NaN where unrated. */
  rating: Float64Array;
  /** UTC seconds, or NaN. */
  time: Float64Array;
  /** Without it, ratings at or above the mean of all train ratings are likes, and all others dislikes. */
  likes?: Likes;
};

/** Which ratings are likes and which dislikes, as the task that asks has it. */
export type Likes = {
  /** Ratings from here on are likes; "mean": from the mean of those that are judged together. */
  from: number | "mean";
  /** Ratings above this and below `from` are neither; null: all below `from` are dislikes. */
  dislikedUpTo: number | null;
};

/** What is known when one target is asked for. */
export type Asked = {
  /** UTC seconds of the target, or NaN. */
  time: number;
  /** Items that the user had before, oldest first. */
  history: Int32Array;
  /** Their ratings; NaN where unrated. */
  ratings: Float64Array;
  /** 1 for those that are train rows: what is fitted knows them. */
  isFitted: Uint8Array;
  /** What a prompt would show of the user's history: ratings (NaN where unrated), oldest first. */
  shownRatings: Float64Array;
};

export type Fitted = {
  /** One score an item, higher is better; equal scores are ties, never broken here. Without `asked`: after train. */
  score(user: number, items: Int32Array, asked?: Asked): Float64Array;
  /** The rating the user would give, for baselines that predict ratings. */
  rate?(user: number, item: number, asked?: Asked): number;
  /** Probability (0..1) that the user likes the item, for baselines that tell. */
  like?(user: number, item: number, asked?: Asked): number;
};

export type FitOptions = {
  seed: number;
  /** As filled in by `fillParams`; without them the defaults. */
  params?: Params;
};

export type Baseline = {
  name: string;
  /** One line for the report. */
  about: string;
  kind: "classic" | "trivial";
  /** What a fitted one tells besides scores. */
  tells?: readonly ("rating" | "like")[];
  params?: ParamSpecs;
  fit(train: TrainData, options: FitOptions): Fitted;
};
