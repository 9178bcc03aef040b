// Baselines as systems: fitted on train (or what the suite says); what a user did before the target, other test rows
// too, is their history, the same that a model's prompt is cut from.

import { baselines } from "../../log/baseline/index.ts";
import { describeParams, fillParams, type Params } from "../../log/baseline/params.ts";
import type { Baseline } from "../../log/baseline/types.ts";
import type { FitOn, FullRanking } from "../suite/baseline-keys.ts";
import { answerWith, makeAsking, type Asking } from "./answer-baseline.ts";
import { takeTrain, type BaselineData } from "./fit-baseline.ts";
import type { System } from "./system.ts";

export type { BaselineData };

/** In the protocol of every report. */
export const baselineProtocol =
  "fitted on train; a user's history is what they did before the target, as far as prompts may show it";

/** Raised when the same suite gets other answers, so that kept ones are asked again. */
export const answerVersion = 2;

/** How a suite wants one baseline. */
export type BaselineSetup = {
  /** Which baseline, where the system has another name. */
  baseline?: string;
  params?: Params;
  fitOn?: FitOn;
  fullRanking?: FullRanking;
  /** Parameters found on validation; null where nothing is tuned. */
  tuned?: TunedParams | null;
};

/** A search for parameters: what it was allowed, all that decides it, and its outcome, found when first asked for. */
export type TunedParams = { budget: string; identity: string; find: () => Promise<Params> };

const usualRanking: FullRanking = { mask: "seen", keep: 100 };

/** A baseline as a system. `datasetHash` stands for all that it is fitted on. */
export function makeBaselineSystem(
  name: string,
  options: {
    datasetHash: string;
    seed: number;
    tasks: readonly string[];
    data: () => Promise<BaselineData>;
    /** Where examples are of several folds, each with its own rows to fit on. */
    folds?: { parts: readonly (() => Promise<BaselineData>)[]; of: (example: string) => number };
    setup?: BaselineSetup;
  },
): System {
  const { setup = {}, seed } = options;
  const kind = setup.baseline ?? name;
  const baseline: Baseline = baselines[kind]!;
  const { fitOn = "train", fullRanking = usualRanking, tuned = null } = setup;
  const params = fillParams(kind, baseline.params ?? {}, setup.params);
  const set = setup.params === undefined ? "" : `/${JSON.stringify(params)}`;
  const rows = fitOn === "train" ? "" : `/${fitOn}`;
  const search = tuned === null ? "" : `/${tuned.identity}`;
  return {
    name,
    kind: baseline.kind,
    about: aboutOf(baseline, { params, fitOn, tuned }),
    model: `baseline:${kind}`,
    identity: `${kind}@${answerVersion}/${options.datasetHash}/${seed}${set}${rows}${search}`,
    tasks: options.tasks,
    question: async ({ task, user, item, candidates }) => ({
      task,
      user,
      ...(task === "rating" || task === "preference" ? { item } : { candidates }),
      ...(task === "next-item" ? { item, ...fullRanking } : {}),
    }),
    async open() {
      const best = tuned === null ? params : await tuned.find();
      const { parts, of } = options.folds ?? { parts: [options.data], of: () => 0 };
      const fits = new Map<number, Asking>();
      const fit = async (part: number): Promise<Asking> => {
        const data = await parts[part]!();
        const fitted = baseline.fit(takeTrain(data, fitOn), { seed, params: best });
        return { fitted, ...makeAsking(data, { fullRanking, fitOn }) };
      };
      return {
        batch: 1000,
        async answer(examples) {
          for (const part of new Set(examples.map(({ id }) => of(id)))) {
            if (!fits.has(part)) fits.set(part, await fit(part));
          }
          return examples.map((example) => answerWith(example, fits.get(of(example.id))!));
        },
        close: async () => {},
      };
    },
  };
}

/** Tasks, of those asked, that a baseline answers: rankings always, ratings and yes or no where it tells them. */
export function tasksOfBaseline(name: string, asked: readonly string[]): string[] {
  const tells = baselines[name]?.tells ?? [];
  return asked.filter(
    (task) =>
      task === "ranking" ||
      task === "next-item" ||
      (task === "rating" && tells.includes("rating")) ||
      (task === "preference" && tells.includes("like")),
  );
}

function aboutOf(
  { about }: Baseline,
  { params, fitOn, tuned }: { params: Params; fitOn: FitOn; tuned: TunedParams | null },
): string {
  const facts = [
    tuned === null ? describeParams(params) : `tuned on validation, ${tuned.budget}`,
    fitOn === "train" ? "" : `fitted on ${fitOn}`,
  ].filter((fact) => fact !== "");
  return facts.length === 0 ? about : `${about} (${facts.join("; ")})`;
}
