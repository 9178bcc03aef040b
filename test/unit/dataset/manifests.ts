// A manifest as a small build would write it, for tests of what reads one.

import type { DatasetManifest } from "../../../src/dataset/manifest.ts";

export function manifestOf(overrides: Partial<DatasetManifest> = {}): DatasetManifest {
  return {
    kind: "rectune-dataset",
    name: "small",
    toolVersion: "0.0.0",
    dataVersion: 1,
    hash: "a".repeat(64),
    recipeHash: "b".repeat(64),
    seed: 1,
    recipe: {
      lang: ["en"],
      split: { by: "leave-one-out" },
      tasks: [{ type: "rating" }, { type: "ranking" }],
    },
    reader: "csv",
    inputs: [{ file: "ratings.csv", bytes: 10, sha256: "c".repeat(64) }],
    license: null,
    redistribution: "unknown",
    counts: {
      users: 3,
      items: 4,
      interactions: 1234567,
      perSplit: { train: 10, validation: 3, test: 3 },
      examples: {
        train: { rating: 2000, ranking: 1000 },
        validation: { rating: 0, ranking: 0 },
        test: { rating: 3, ranking: 2 },
      },
    },
    read: { records: 20, rejected: { "bad-time": 1 } },
    dropped: { repeat: 2 },
    filters: [],
    splitSizes: {
      train: { users: 3, items: 4, interactions: 10 },
      validation: { users: 3, items: 2, interactions: 3 },
      test: { users: 3, items: 2, interactions: 3 },
      context: { users: 0, items: 0, interactions: 0 },
    },
    trainAfterTest: { count: 4, share: 0.4 },
    skipped: { rating: { "no rating": 4 } },
    tieShare: 0.25,
    scale: [1, 2, 3],
    likedFrom: 3,
    wordings: ["rating/en/table@1"],
    answers: { "rating/en/table@1": "{{ rating }}" },
    words: { en: { item: "film" } },
    notes: [],
    outputs: { "train.jsonl": { bytes: 99, sha256: "d".repeat(64) } },
    ...overrides,
  };
}
