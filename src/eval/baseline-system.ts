// Baselines as systems: fitted on train; what a user did up to the test target (train and validation) is their history,
// the same that a model's prompt is cut from.

import type { Example } from "../dataset/task/types.ts";
import { baselines } from "../log/baseline/index.ts";
import type { Baseline, Fitted, TrainData } from "../log/baseline/types.ts";
import type { Catalog } from "../log/catalog/catalog.ts";
import type { Interactions } from "../log/split/load-interactions.ts";
import { splits } from "../log/split/timeline.ts";
import { ratingRules } from "./recipe.ts";
import { noCost, scoredAnswer, type Answer, type System } from "./system.ts";

/** What baselines are fitted on; loaded only where one has to answer. */
export type BaselineData = { catalog: Catalog; interactions: Interactions };

/** In the protocol of every report. */
export const baselineProtocol = "fitted on train; a user's history is train and validation";

/** A baseline as a system. `datasetHash` stands for all that it is fitted on. */
export function makeBaselineSystem(
  name: string,
  options: {
    datasetHash: string;
    seed: number;
    tasks: readonly string[];
    data: () => Promise<BaselineData>;
  },
): System {
  const baseline: Baseline = baselines[name]!;
  return {
    name,
    kind: baseline.kind,
    about: baseline.about,
    model: `baseline:${name}`,
    identity: `${name}/${options.datasetHash}/${options.seed}`,
    tasks: options.tasks,
    question: async ({ task, user, item, candidates }) => ({
      task,
      user,
      ...(task === "rating" ? { item } : { candidates }),
    }),
    async open() {
      const { catalog, interactions } = await options.data();
      const users = new Map(interactions.users.map((user, i) => [user, i]));
      const fitted = baseline.fit(takeTrain(interactions, catalog.size), { seed: options.seed });
      return {
        batch: 1000,
        answer: async (examples) => examples.map((e) => answer(e, fitted, catalog, users)),
        close: async () => {},
      };
    },
  };
}

/** Tasks, of those asked, that a baseline answers: ratings where it predicts them, and rankings always. */
export function tasksOfBaseline(name: string, asked: readonly string[]): string[] {
  const rates = ratingRules.includes(name);
  return asked.filter((task) => task === "ranking" || (rates && task === "rating"));
}

function answer(
  example: Example,
  fitted: Fitted,
  catalog: Catalog,
  users: ReadonlyMap<string, number>,
): Answer {
  const user = users.get(example.user)!;
  if (example.task === "rating") {
    const value = fitted.rate!(user, catalog.indexOf(example.item));
    return { ...noCost, outcome: "ok", raw: null, items: [], choices: null, value };
  }
  const ids = example.candidates!;
  const indices = Int32Array.from(ids, (id) => catalog.indexOf(id));
  return scoredAnswer(ids, fitted.score(user, indices));
}

function takeTrain(interactions: Interactions, itemCount: number): TrainData {
  const rowsOf = (split: (typeof splits)[number]): number[] => {
    const code = splits.indexOf(split);
    const rows: number[] = [];
    for (let r = 0; r < interactions.split.length; r++) {
      if (interactions.split[r] === code) rows.push(r);
    }
    return rows;
  };
  const train = rowsOf("train");
  const later = rowsOf("validation");
  const pick = <T extends Int32Array | Float64Array>(column: T, rows: number[]): T => {
    const picked = new (column.constructor as new (length: number) => T)(rows.length);
    rows.forEach((row, i) => (picked[i] = column[row]!));
    return picked;
  };
  return {
    userCount: interactions.users.length,
    itemCount,
    user: pick(interactions.user, train),
    item: pick(interactions.item, train),
    rating: pick(interactions.rating, train),
    time: pick(interactions.time, train),
    later: { user: pick(interactions.user, later), item: pick(interactions.item, later) },
  };
}
