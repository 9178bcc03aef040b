// The few-shot prompts of one system: which train examples stand before each test question, checked when they are read.

import { join } from "node:path";
import { DataError } from "../../base/errors.ts";
import {
  checkShots,
  compareShots,
  loadShotPool,
  makeShotChooser,
  readShots,
  type ShotPool,
  type ShotRow,
} from "../../dataset/shots.ts";
import type { Example, Lang, Message } from "../../dataset/task/types.ts";
import { once, type EvalData } from "../suite/eval-data.ts";
import { langOf } from "../score/score.ts";
import type { ShotSettings } from "../suite/shot-keys.ts";
import { makeHistoryLikes } from "../score/history-likes.ts";
import { withLines, withTurns } from "./shot-messages.ts";

/** The messages of a question with its shots, and their ids. */
export type ShotPrompt = { messages: Message[]; shots: string[] };
export type ShotPrompts = (example: Example) => Promise<ShotPrompt>;

/**
 * Prompts with shots for the examples of a dataset, of folds each from its own train, which is read when the first is
 * asked for.
 */
export function makeShotPrompts(
  data: EvalData,
  settings: ShotSettings,
  options: ShotOptions,
): ShotPrompts {
  const prompts = data.parts.map((part) => makePartPrompts(part, settings, options));
  return (example) => prompts[data.partOf(example.id)]!(example);
}

type ShotOptions = { seed: number; tasks: readonly string[] };

function makePartPrompts(
  data: EvalData,
  { k, pick, style }: ShotSettings,
  { seed, tasks }: ShotOptions,
): ShotPrompts {
  let pool: Promise<ShotPool> | undefined;
  const choosers = new Map<string, ReturnType<typeof makeShotChooser>>();
  const chosen = new Map<string, ShotRow[]>();
  const choose = (held: ShotPool, example: Example): ShotRow[] => {
    let rows = chosen.get(example.id);
    if (rows) return rows;
    let chooser = choosers.get(example.wording);
    if (!chooser) {
      const alike = findAlike(held, example.wording, data.manifest.answers);
      chooser = makeShotChooser(alike, { k, pick, seed });
      choosers.set(example.wording, chooser);
    }
    rows = chooser(example);
    chosen.set(example.id, rows);
    return rows;
  };
  const place = makeShotPlacer(data, style);
  return async (example) => {
    pool ??= loadShotPool(join(data.dir, "train.jsonl"), tasks);
    const held = await pool;
    const shots = await readShots(held, choose(held, example));
    checkShots(example, shots);
    return { messages: await place(example, shots), shots: shots.map(({ id }) => id) };
  };
}

/** Puts given shots before questions of one dataset folder; what lines need besides is read when the first is made. */
export function makeShotPlacer(
  data: EvalData,
  style: ShotSettings["style"],
): (example: Example, shots: readonly Example[]) => Promise<Message[]> {
  const readLikedOf = once(async () => {
    const interactions = await data.interactions();
    const { likedFrom } = data.manifest;
    return makeHistoryLikes(interactions, { catalog: await data.catalog(), likedFrom });
  });
  return async (example, shots) => {
    if (style === "turns") return withTurns(example.prompt, shots);
    const lang = langOf(example) as Lang;
    const naming = { catalog: await data.catalog(), show: data.show, lang };
    return withLines(example.prompt, shots, { ...naming, likedOf: await readLikedOf() });
  };
}

/**
 * The rows that were asked as the example is: in its own wording, or, where that is held out of training, in others of its
 * task and language whose answers are written alike.
 */
function findAlike(
  { rows, file }: ShotPool,
  wording: string,
  answers: Readonly<Record<string, string>>,
): readonly ShotRow[] {
  const own = rows.get(wording);
  if (own) return own;
  const prefix = wording.split("/").slice(0, 2).join("/");
  const alike = [...rows].filter(
    ([id]) => id.startsWith(`${prefix}/`) && answers[id] === answers[wording],
  );
  if (alike.length === 0) {
    throw new DataError(`no train example answers as the wording ${wording} asks`, {
      code: "shots-none",
      where: file,
      next: "Train on a wording with the same answer block, or leave shots out of this system.",
    });
  }
  return alike.flatMap(([, list]) => list).sort(compareShots);
}
