// Renders the prompt of a stored example again, so that one thing in it can be changed and nothing else: its history is
// found in the dataset's interactions, its texts in the recipe's packs. What does not come out byte for byte as it is stored
// is refused, never asked.

import { DataError } from "../../base/errors.ts";
import { selectHistory, type HistoryOptions } from "../../dataset/task/select-history.ts";
import { showHistory, showItem, type ShownRow } from "../../dataset/task/shown.ts";
import type { Example, Lang, Message, TaskContext } from "../../dataset/task/types.ts";
import { renderPrompt } from "../../dataset/template/render.ts";
import type { Wording } from "../../dataset/template/wording.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";
import type { Timeline, TimelineBatch } from "../../log/split/timeline.ts";
import { langOf } from "../score/score.ts";
import type { EvalData } from "../suite/eval-data.ts";

/** What a prompt shows otherwise than it is stored; what is left out stays. */
export type Changed = {
  /** Catalog ids in the order they are shown. */
  candidates?: readonly string[];
  /** The shown rows, oldest first; rows given must not be changed, only replaced. */
  history?: (rows: readonly ShownRow[]) => readonly ShownRow[];
};

/**
 * The messages of an example's own wording.
 * @throws DataError `rerender-wording` where no pack has the wording any more, `rerender-differs` where the unchanged
 * prompt comes out otherwise than it is stored.
 */
export type Rerender = (example: Example, changed?: Changed) => Message[];

/** Of the examples of one dataset folder (of one fold); `wordings` are those that it was built with. */
export async function makeRerender(
  data: EvalData,
  wordings: readonly Wording[],
): Promise<Rerender> {
  const { manifest, show } = data;
  const { scale, likedFrom } = manifest;
  const catalog = await data.catalog();
  const batch = batchOf(await data.interactions());
  const users = new Map(batch.users.map((id, index) => [id, index]));
  const byId = new Map(wordings.map((wording) => [wording.id, wording]));
  const options = historyOptionsOf(manifest.recipe);
  const contexts = new Map<Lang, TaskContext>();
  const contextOf = (lang: Lang): TaskContext => {
    let held = contexts.get(lang);
    if (!held) {
      const words = manifest.words[lang] ?? {};
      contexts.set(lang, (held = { catalog, lang, words, scale, show, likedFrom }));
    }
    return held;
  };
  const render = (example: Example, { candidates, history }: Changed): Message[] => {
    const wording = byId.get(example.wording);
    if (!wording) throw refuse(example, "rerender-wording", `no pack has ${example.wording} now`);
    const context = contextOf(langOf(example) as Lang);
    const rows = showRows(example, { batch, user: users.get(example.user), options, context });
    const shown = history ? history(rows) : rows;
    const offered = candidates ?? example.candidates;
    const shownItem = (id: string) => showItem(catalog.indexOf(id), context);
    return renderPrompt(wording, {
      history: shown,
      words: context.words,
      position: shown.length + 1,
      item: shownItem(example.item),
      scale: { min: scale[0] ?? null, max: scale.at(-1) ?? null },
      ...(offered === null ? {} : { candidates: offered.map(shownItem) }),
    });
  };
  const proven = new Set<string>();
  return (example, changed = {}) => {
    if (!proven.has(example.id)) {
      const same = JSON.stringify(render(example, {})) === JSON.stringify(example.prompt);
      if (!same) throw refuse(example, "rerender-differs", "its prompt comes out otherwise now");
      proven.add(example.id);
    }
    return render(example, changed);
  };
}

/** The rows that the prompt shows: those that the build chose before its target. */
function showRows(
  example: Example,
  from: {
    batch: TimelineBatch;
    user: number | undefined;
    options: HistoryOptions;
    context: TaskContext;
  },
): ShownRow[] {
  const { batch, user = -1, options, context } = from;
  const [start = 0, end = 0] = batch.offsets.subarray(user, user + 2);
  const target = batch.row.indexOf(example.row, start);
  const timeline: Timeline = { batch, user: example.user, start, end };
  const isFound = user >= 0 && target >= start && target < end;
  const history = isFound ? selectHistory(timeline, target, options) : null;
  if (history === null)
    throw refuse(example, "rerender-differs", "its row is not in interactions.parquet");
  return showHistory({ timeline, target, history }, context);
}

/** Rows of `loadInteractions` are whole users in total order already. */
function batchOf({ users, user, ...columns }: Interactions): TimelineBatch {
  const offsets = new Int32Array(users.length + 1);
  for (const index of user) offsets[index + 1]!++;
  for (let u = 0; u < users.length; u++) offsets[u + 1]! += offsets[u]!;
  return { users, offsets, ...columns, review: null };
}

function historyOptionsOf(recipe: Record<string, unknown>): HistoryOptions {
  const { history, repeats } = recipe as {
    history: { window: number };
    repeats: HistoryOptions["repeats"];
  };
  return { window: history.window, repeats };
}

function refuse({ id }: Example, code: string, what: string): DataError {
  return new DataError(`this prompt cannot be rendered again: ${what}`, {
    code,
    where: `example ${id}`,
    next: "Build the dataset again with this version and these templates (rectune build).",
  });
}
