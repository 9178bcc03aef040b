// What a baseline is: a classic or trivial recommender that is fitted on train interactions and scores items.

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
  /** What users did after train and before the target: part of their history, never fitted on. */
  later?: { user: Int32Array; item: Int32Array };
};

export type Fitted = {
  /** One score an item, higher is better; equal scores are ties, never broken here. */
  score(user: number, items: Int32Array): Float64Array;
  /** The rating the user would give, for baselines that predict ratings. */
  rate?(user: number, item: number): number;
};

export type Baseline = {
  name: string;
  /** One line for the report. */
  about: string;
  kind: "classic" | "trivial";
  fit(train: TrainData, options: { seed: number }): Fitted;
};
