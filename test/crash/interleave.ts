// Two processes on one ledger, their steps interleaved as a list of numbers says: a process runs alone from one request (or
// answer, or wait) to the next, while the other stands still, so that the same numbers give the same run.

import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { RectuneError } from "../../src/base/errors.ts";
import type { DedupeClass } from "../../src/job/provider/types.ts";
import {
  cancel,
  judge,
  lastJob,
  makeMachine,
  noVerdict,
  resolve,
  scrap,
  settle,
  tune,
  type Invocation,
  type Machine,
  type Verdict,
  type Wish,
} from "./play.ts";
import { type Fault, faults, makeWorld, type Op, ops } from "./world.ts";

export const acts = ["tune", "tune-other", "detach", "cancel", "resolve"] as const;
export type Act = (typeof acts)[number];

export type Scenario = {
  dedupe: DedupeClass;
  faults: { op: Op; fault: Fault }[];
  lag: number;
  /** What each process runs, one after the other; and the step at which it dies, if it does. */
  processes: { acts: Act[]; diesAt: number | null }[];
  /** Who goes next, modulo those who can. */
  choices: number[];
};

/** Every scenario; fast-check draws them and makes a failing one smaller. */
export function anyScenario(): fc.Arbitrary<Scenario> {
  const program = fc.record({
    acts: fc.array(fc.constantFrom(...acts), { minLength: 1, maxLength: 3 }),
    diesAt: fc.option(fc.nat(16), { nil: null }),
  });
  return fc.record({
    dedupe: fc.constantFrom<DedupeClass>("A", "B", "C"),
    faults: fc.array(
      fc.record({ op: fc.constantFrom(...ops), fault: fc.constantFrom(...faults) }),
      { maxLength: 3 },
    ),
    lag: fc.nat(4),
    processes: fc.array(program, { minLength: 2, maxLength: 2 }),
    choices: fc.array(fc.nat(1), { maxLength: 60 }),
  });
}

/** Plays a scenario in a folder of its own, then settles both recipes and judges. */
export async function playScenario(scenario: Scenario, home: string): Promise<Verdict> {
  const world = makeWorld(scenario.dedupe);
  world.faults.push(...scenario.faults);
  world.lag = scenario.lag;
  const dir = mkdtempSync(join(home, "s-"));
  const machine = makeMachine(world, dir);
  const verdict = noVerdict();
  try {
    await interleave(machine, scenario);
    // Those who died are dead; those who ended are gone.
    machine.living.clear();
    const others = scenario.processes.some((process) => process.acts.includes("tune-other"));
    const recipes = others ? 2 : 1;
    const wishes = Array.from({ length: recipes }, (_, i): Wish => {
      const wasCancelled = lastJob(machine, i + 1)?.state === "CANCELLED";
      return { seed: i + 1, end: wasCancelled ? "cancelled" : "tuned" };
    });
    await settle(machine, wishes, verdict);
    return judge(machine, verdict, recipes);
  } finally {
    scrap(machine);
  }
}

type Seat = { go: (() => void) | null; isDone: boolean };

async function interleave(machine: Machine, { processes, choices }: Scenario): Promise<void> {
  const seats: Seat[] = processes.map(() => ({ go: null, isDone: false }));
  const faultsOfOurs: unknown[] = [];
  let wake: () => void = () => undefined;
  processes.forEach(({ acts: list, diesAt }, i) => {
    const seat = seats[i]!;
    let steps = 0;
    /** Stands still until it is this process's turn; a dead one stands for ever, with its request on the way. */
    const turn = (): Promise<void> =>
      new Promise((go) => {
        const isDead = diesAt !== null && steps++ === diesAt;
        if (isDead) {
          seat.isDone = true;
          for (const name of machine.living)
            if (name.endsWith(`@${i}`)) machine.living.delete(name);
        } else seat.go = go;
        wake();
      });
    void runProgram(machine, list, { turn, seat: String(i) })
      .catch((error: unknown) => faultsOfOurs.push(error))
      .finally(() => {
        seat.isDone = true;
        wake();
      });
  });
  for (let n = 0; ; n++) {
    // Everybody stands still or is done before somebody goes.
    while (seats.some(({ go, isDone }) => go === null && !isDone))
      await new Promise<void>((resolveWake) => (wake = resolveWake));
    const ready = seats.filter(({ go, isDone }) => go !== null && !isDone);
    if (faultsOfOurs.length > 0) throw faultsOfOurs[0];
    if (ready.length === 0) return;
    const seat = ready[(choices[n] ?? n) % ready.length]!;
    const go = seat.go!;
    seat.go = null;
    go();
  }
}

/** Runs a process's acts one after the other; what the program says to its user is no fault. */
async function runProgram(machine: Machine, list: Act[], invocation: Invocation): Promise<void> {
  for (const act of list) {
    await invocation.turn!();
    try {
      if (act === "tune") await tune(machine, invocation);
      else if (act === "tune-other") await tune(machine, invocation, 2);
      else if (act === "detach") await tune(machine, invocation, 1, true);
      else if (act === "cancel") await cancel(machine, invocation);
      else await resolve(machine, invocation);
    } catch (error) {
      if (!(error instanceof RectuneError)) throw error;
    }
  }
}

export type Played = { runs: number; seed: number; failure: string | null };

/**
 * Plays `runs` scenarios drawn from `seed`; a failing one is made smaller first. The verdict of a scenario must be empty.
 */
export async function playScenarios(runs: number, seed: number, home: string): Promise<Played> {
  const property = fc.asyncProperty(anyScenario(), async (scenario) => {
    const { why } = await playScenario(scenario, home);
    if (why.length > 0) throw new Error(why.join("; "));
  });
  const details = await fc.check(property, { numRuns: runs, seed });
  if (!details.failed) return { runs: details.numRuns, seed, failure: null };
  const [smallest] = details.counterexample ?? [];
  const why = details.errorInstance instanceof Error ? details.errorInstance.message : "unknown";
  return {
    runs: details.numRuns,
    seed,
    failure: `${why}\n  seed ${seed}, path ${details.counterexamplePath}\n  ${JSON.stringify(smallest)}`,
  };
}
