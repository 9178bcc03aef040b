// The matrix: the program dies once at every labelled point, under every fault of every call, in every dedupe class, and
// is then run again until the job has ended.

import type { DedupeClass } from "../../src/job/provider/types.ts";
import {
  cancel,
  judge,
  Killed,
  makeMachine,
  noVerdict,
  scrap,
  settle,
  tune,
  type Verdict,
} from "./play.ts";
import { type Fault, faults, makeWorld, type Op, ops } from "./world.ts";
import { RectuneError } from "../../src/base/errors.ts";

export const points = [
  "job:planned",
  "job:approved",
  "job:uploading",
  "job:uploaded",
  "job:checked",
  "job:intent",
  "job:unanswered",
  "job:sent",
  "job:submitted",
  "job:looked",
  "job:adopted",
  "job:watching",
  "job:over",
  "job:settled",
  "job:cancelling",
  "job:cancelled",
] as const;
export const classes = ["A", "B", "C"] as const satisfies readonly DedupeClass[];

export type Cell = { point: string; fault: Fault; dedupe: DedupeClass; op: Op };

export function allCells(): Cell[] {
  return classes.flatMap((dedupe) =>
    ops.flatMap((op) =>
      faults.flatMap((fault) => points.map((point) => ({ point, fault, dedupe, op }))),
    ),
  );
}

/** Plays one cell in a folder of its own. `isReached` tells whether the point came by at all. */
export async function playCell(
  { point, fault, dedupe, op }: Cell,
  dir: string,
): Promise<Verdict & { isReached: boolean }> {
  const world = makeWorld(dedupe);
  world.faults.push({ op, fault });
  const machine = makeMachine(world, dir);
  let isReached = false;
  const onPoint = (name: string): void => {
    if (isReached || name !== point) return;
    isReached = true;
    throw new Killed(name);
  };
  const verdict = noVerdict();
  try {
    try {
      await tune(machine, { onPoint }, 1, op === "cancel");
      if (op === "cancel") await cancel(machine, { onPoint });
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof RectuneError)) throw error;
    }
    // The point stays armed: a later run may be the first to come by.
    const end = op === "cancel" ? "cancelled" : "tuned";
    await settle(machine, [{ seed: 1, end }], verdict, { onPoint });
    return { ...judge(machine, verdict), isReached };
  } finally {
    scrap(machine);
  }
}
