// Questions of a dataset made again from its interactions, catalog and wordings, so that one thing in them can be changed
// and nothing else. Without a change it gives the messages that the dataset holds, byte for byte, or says that it cannot.

import { DataError } from "../base/errors.ts";
import { rngFor } from "../base/rng.ts";
import type { Catalog } from "../log/catalog/catalog.ts";
import type { Interactions } from "../log/split/load-interactions.ts";
import type { DatasetManifest } from "./manifest.ts";
import { tasks } from "./task/index.ts";
import { reasonFor } from "./task/reasons.ts";
import { selectHistory, type HistoryOptions } from "./task/select-history.ts";
import { showHistory, showItem } from "./task/shown.ts";
import type {
  Example,
  Lang,
  Show,
  Task,
  TaskContext,
  TaskInput,
  TaskOptions,
} from "./task/types.ts";
import { letters } from "./template/letters.ts";
import { renderAnswer, renderPrompt } from "./template/render.ts";
import type { Wording } from "./template/wording.ts";

/** What examples are made again from. `wordings`: those of the dataset, and others that a change may name. */
export type RerenderData = {
  manifest: Pick<DatasetManifest, "recipe" | "words" | "scale" | "likedFrom">;
  interactions: Interactions;
  catalog: Catalog;
  wordings: readonly Wording[];
};

/** What is to be another than in the dataset. */
export type Change = {
  /** The history in this order: places in the example's own. */
  historyOrder?: readonly number[];
  /** The example's candidates, in another order. */
  candidates?: readonly string[];
  wording?: Wording;
  /** Titles, in place of the dataset's; the same items at the same indices. */
  catalog?: Catalog;
};

export type Rerender = (example: Example, change: Change) => Example;

type Recipe = {
  history?: { window?: number; show?: Show };
  repeats?: HistoryOptions["repeats"];
  tasks?: TaskOptions[];
};

/**
 * Makes examples again with a change; an explanation keeps its answer.
 * @throws DataError `rerender-differs` for an example that cannot be made again as it is.
 */
export function makeRerender({
  manifest,
  interactions,
  catalog,
  wordings,
}: RerenderData): Rerender {
  const recipe = manifest.recipe as Recipe;
  const { repeats = "drop-target", history: { window = 10, show = "title+rating" } = {} } = recipe;
  const byId = new Map(wordings.map((wording) => [wording.id, wording]));
  const find = makeFinder(interactions);
  const contexts = new Map<Catalog, Map<string, TaskContext>>();
  const contextOf = (lang: Lang, titles: Catalog): TaskContext => {
    let held = contexts.get(titles);
    if (!held) contexts.set(titles, (held = new Map<string, TaskContext>()));
    let context = held.get(lang);
    if (!context) {
      const { scale, likedFrom, words } = manifest;
      context = { catalog: titles, lang, words: words[lang] ?? {}, scale, show, likedFrom };
      held.set(lang, context);
    }
    return context;
  };

  const make = (example: Example, input: TaskInput, change: Change): Example | null => {
    const wording = change.wording ?? byId.get(example.wording);
    if (!wording) return null;
    const context = contextOf(wording.lang, change.catalog ?? catalog);
    const candidates = change.candidates ?? example.candidates;
    const options = recipe.tasks?.find(({ type }) => type === example.task);
    const variables = variablesOf(input, context, { example, candidates, options });
    if (variables === null) return null;
    const completion =
      example.task === "explanation"
        ? example.completion
        : [{ role: "assistant" as const, content: renderAnswer(wording, variables) }];
    return {
      ...example,
      wording: wording.id,
      prompt: renderPrompt(wording, variables),
      completion,
      candidates: candidates === null ? null : [...candidates],
    };
  };

  /** What an example is made from, once it was proven to come out as it is. */
  const proven = new WeakMap<Example, TaskInput>();
  const prove = (example: Example): TaskInput => {
    const place = find(example.user, example.row);
    const history = place && selectHistory(place.timeline, place.target, { window, repeats });
    const shown = history?.map((row) => catalog.data.ids[interactions.item[row]!]!);
    const isSame = place && history && JSON.stringify(shown) === JSON.stringify(example.history);
    const input = isSame ? { ...place, history } : null;
    const again = input && make(example, input, {});
    if (!input || !again || !isAlike(again, example)) {
      throw new DataError(`the example ${example.id} cannot be made again as it is`, {
        code: "rerender-differs",
        where: example.id,
        next: "Its wordings have changed since, or another version built it: build the dataset again.",
      });
    }
    proven.set(example, input);
    return input;
  };
  return (example, change) => {
    const input = proven.get(example) ?? prove(example);
    const order = change.historyOrder;
    const changed = order ? { ...input, history: order.map((i) => input.history[i]!) } : input;
    return make(example, changed, change)!;
  };
}

function isAlike(a: Example, b: Example): boolean {
  const textOf = ({ prompt, completion }: Example): string => JSON.stringify([prompt, completion]);
  return textOf(a) === textOf(b);
}

/** What a wording of the example's task reads; null where the task would make no such example. */
function variablesOf(
  input: TaskInput,
  context: TaskContext,
  {
    example,
    candidates,
    options,
  }: { example: Example; candidates: readonly string[] | null; options: TaskOptions | undefined },
): Record<string, unknown> | null {
  const { catalog, words } = context;
  const target = input.timeline.batch.item[input.target]!;
  const history = showHistory(input, context);
  if (example.task === "ranking") {
    const place = candidates!.indexOf(example.item);
    return {
      history,
      words,
      candidates: candidates!.map((id) => showItem(catalog.indexOf(id), context)),
      position: history.length + 1,
      target: showItem(target, context),
      index: place + 1,
      letter: letters[place],
      reason: reasonFor(input, context),
    };
  }
  if (example.task === "explanation") return { history, words, item: showItem(target, context) };
  const task = tasks[example.task as keyof typeof tasks] as Task;
  // Negatives stand in the example, not in its prompt.
  const asked = { ...options, type: example.task, negatives: null };
  const draft = task.make(input, context, asked, unused);
  return "skip" in draft ? null : draft.variables;
}

// Tasks draw candidates and negatives alone, and none are drawn here.
const unused = { negatives: rngFor(0, "rerender"), order: rngFor(0, "rerender") };

type Place = Pick<TaskInput, "timeline" | "target">;

/** Finds a user's timeline, and in it the row of an ordinal. */
function makeFinder(interactions: Interactions): (user: string, row: number) => Place | null {
  const { users, user, item, time, rating, row: rows, split } = interactions;
  const starts = new Map<string, number>();
  for (let r = 0; r < user.length; r++)
    if (r === 0 || user[r] !== user[r - 1]) starts.set(users[user[r]!]!, r);
  return (id, row) => {
    const start = starts.get(id);
    if (start === undefined) return null;
    let end = start;
    while (end < user.length && user[end] === user[start]) end++;
    const target = rows.subarray(start, end).indexOf(row);
    if (target < 0) return null;
    const offsets = Int32Array.of(start, end);
    const batch = { users: [id], offsets, item, time, rating, row: rows, split, review: null };
    return { timeline: { batch, user: id, start, end }, target: start + target };
  };
}
