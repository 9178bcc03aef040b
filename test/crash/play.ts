// One invocation of the program in the world of world.ts, the user who answers where it asks, and the verdict at the end:
// every job that the server accepted is in the ledger, none is there twice, and no dollar is above the limit.

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { RectuneError } from "../../src/base/errors.ts";
import { type Context, plainContext } from "../../src/base/logger.ts";
import { cancelJob } from "../../src/job/control.ts";
import { resolveJob } from "../../src/job/resolve.ts";
import { type JobRecord, Ledger } from "../../src/job/ledger.ts";
import type { DatasetRef } from "../../src/job/provider/types.ts";
import { isTerminal } from "../../src/job/states.ts";
import { submitJob } from "../../src/job/submit.ts";
import { makeRecipe } from "../unit/job/fixture.ts";
import { billedUsd, ceilingUsd, makeWorldProvider, type World } from "./world.ts";

/** Thrown at a labelled point: the process is dead. */
export class Killed extends Error {}

/** A machine: one world, one ledger, and the processes that run on it, one name each. */
export type Machine = {
  world: World;
  dir: string;
  living: Set<string>;
  started: number;
  /** The judge's own look at the ledger; opened once the program has made it. */
  ledger: Ledger | null;
};

export type Invocation = {
  /** Awaited when a request leaves and when its answer comes; never comes back to a process that died there. */
  turn?: () => Promise<void>;
  onPoint?: (name: string) => void;
  /** Where it runs; its name ends with it. */
  seat?: string;
};

export type Verdict = { duplicates: number; lost: number; overBudget: number; why: string[] };

export function makeMachine(world: World, dir: string): Machine {
  mkdirSync(join(dir, "data"), { recursive: true });
  return { world, dir, living: new Set(), started: 0, ledger: null };
}

/** The ledger as it stands; null before the first run. */
function ledgerOf(machine: Machine): Ledger | null {
  if (machine.ledger === null && existsSync(join(stateDirOf(machine), "ledger.sqlite")))
    machine.ledger = new Ledger(stateDirOf(machine));
  return machine.ledger;
}

/** Ends a machine and removes what it wrote. */
export function scrap(machine: Machine): void {
  machine.ledger?.close();
  rmSync(machine.dir, { recursive: true, force: true });
}

export function stateDirOf(machine: Machine): string {
  return join(machine.dir, ".rectune");
}

/** Runs `act` as a new process. One that a labelled point killed is dead when this throws Killed. */
export async function invoke<T>(
  machine: Machine,
  { turn = async () => undefined, onPoint, seat = "world" }: Invocation,
  act: (context: Context, providers: { world: ReturnType<typeof makeWorldProvider> }) => Promise<T>,
): Promise<T> {
  const { world, living } = machine;
  const self = `${++machine.started}@${seat}`;
  living.add(self);
  const context = plainContext({
    cwd: machine.dir,
    stateDir: stateDirOf(machine),
    now: () => world.atMs++,
    async sleep(ms) {
      await turn();
      world.atMs += ms;
    },
    processes: { self, isAlive: (name) => living.has(name) },
    ...(onPoint ? { onPoint } : {}),
  });
  try {
    return await act(context, { world: makeWorldProvider(world, turn) });
  } finally {
    living.delete(self);
  }
}

export function tune(machine: Machine, invocation: Invocation = {}, seed = 1, detach = false) {
  return invoke(machine, invocation, (context, providers) =>
    submitJob(
      makeRecipe(machine.dir, { provider: "world", seed, maxUsd: ceilingUsd }),
      datasetOf(machine.dir),
      context,
      { providers, detach },
    ),
  );
}

export async function cancel(machine: Machine, invocation: Invocation = {}, seed = 1) {
  return await invoke(machine, invocation, async (context, providers) => {
    const job = lastJob(machine, seed);
    return job ? await cancelJob(job.id, context, providers) : null;
  });
}

export function resolve(machine: Machine, invocation: Invocation = {}, seed = 1) {
  return invoke(machine, invocation, async (context, providers) => {
    const job = lastJob(machine, seed);
    return job ? await resolveJob(job.id, { kind: "look" }, context, providers) : null;
  });
}

/** A recipe by its seed, and how its job is to end. */
export type Wish = { seed: number; end: "tuned" | "cancelled" };

/**
 * Runs the program again until the job of every recipe has ended. Where it asks for the user, the user looks at the server
 * and tells the truth; to be asked about a job that every list shows is a fault, and so is to need more than ten runs.
 */
export async function settle(
  machine: Machine,
  wishes: readonly Wish[],
  verdict: Verdict,
  invocation: Invocation = {},
): Promise<void> {
  for (let run = 0; run < 10; run++) {
    const open = wishes.filter((wish) => !isSettled(machine, wish));
    if (open.length === 0) return;
    for (const wish of open) await comeNearer(machine, wish, verdict, invocation);
  }
  for (const { seed } of wishes.filter((wish) => !isSettled(machine, wish))) {
    verdict.lost++;
    const state = lastJob(machine, seed)?.state ?? "no job";
    verdict.why.push(`recipe ${seed} is not settled after ten runs: ${state}`);
  }
}

function isSettled(machine: Machine, { seed, end }: Wish): boolean {
  const state = lastJob(machine, seed)?.state;
  return state === "SUCCEEDED" || (end === "cancelled" && state !== undefined && isTerminal(state));
}

async function comeNearer(
  machine: Machine,
  { seed, end }: Wish,
  verdict: Verdict,
  invocation: Invocation,
): Promise<void> {
  try {
    if (end === "tuned") await tune(machine, invocation, seed);
    else {
      if (!lastJob(machine, seed)?.remoteId) await tune(machine, invocation, seed, true);
      await cancel(machine, invocation, seed);
    }
  } catch (error) {
    if (!(error instanceof RectuneError) && !(error instanceof Killed)) throw error;
    if (error instanceof RectuneError && error.code === "job-unresolved")
      await answer(machine, verdict, seed);
  }
}

/** The user's answer to an unresolved create, from the server's own page. */
async function answer(machine: Machine, verdict: Verdict, seed: number): Promise<void> {
  const job = lastJob(machine, seed)!;
  if (job.state !== "UNKNOWN") return;
  const there = machine.world.jobs.find(({ key }) => key === job.runKey);
  if (there && !machine.world.wasHidden) {
    verdict.lost++;
    verdict.why.push(`the user was asked about ${there.remoteId}, which every list shows`);
  }
  await invoke(machine, {}, (context, providers) =>
    resolveJob(
      job.id,
      there ? { kind: "adopt", remoteId: there.remoteId } : { kind: "absent" },
      context,
      providers,
    ),
  );
}

/** Holds the ledger against the world; `recipes` many different jobs were wanted. */
export function judge(machine: Machine, verdict: Verdict, recipes = 1): Verdict {
  const { world } = machine;
  const ledger = ledgerOf(machine)!;
  const records = ledger.list();
  const say = (kind: "duplicates" | "lost" | "overBudget", n: number, why: string): void => {
    if (n <= 0) return;
    verdict[kind] += n;
    verdict.why.push(`${kind}: ${why}`);
  };
  for (const key of new Set(world.jobs.map((job) => job.key)))
    say(
      "duplicates",
      world.jobs.filter((job) => job.key === key).length - 1,
      `run key ${key.slice(0, 12)} was accepted more than once`,
    );
  for (let seed = 1; seed <= recipes; seed++)
    say(
      "duplicates",
      world.jobs.filter((job) => job.recipe === seed && job.state !== "cancelled").length - 1,
      `recipe ${seed} runs or ran more than once`,
    );
  const kept = new Set(records.map(({ remoteId }) => remoteId));
  const forgotten = world.jobs.filter(({ remoteId }) => !kept.has(remoteId));
  say("lost", forgotten.length, `${forgotten.length} jobs of the server are not in the ledger`);
  for (const record of records) {
    const job = world.jobs.find(({ remoteId }) => remoteId === record.remoteId);
    const isSame =
      record.remoteId === null
        ? record.state === "REJECTED" || record.state === "CANCELLED"
        : job?.state.toUpperCase() === record.state;
    say(
      "lost",
      isSame ? 0 : 1,
      `the ledger says ${record.state}, the server ${job?.state ?? "nothing"}`,
    );
  }
  say(
    "overBudget",
    billedUsd(world) > recipes * ceilingUsd ? 1 : 0,
    `${billedUsd(world)} USD were billed, the limit is ${recipes * ceilingUsd}`,
  );
  // The ledger may think more was spent than was billed (a ceiling where nothing is told), never less.
  say("overBudget", billedUsd(world) > ledger.spentUsd() ? 1 : 0, "the ledger knows of less money");
  return verdict;
}

export function noVerdict(): Verdict {
  return { duplicates: 0, lost: 0, overBudget: 0, why: [] };
}

/** The newest attempt of a recipe. */
export function lastJob(machine: Machine, seed: number): JobRecord | null {
  return (
    ledgerOf(machine)
      ?.list()
      .findLast((job) => job.spec.seed === seed) ?? null
  );
}

function datasetOf(dir: string): DatasetRef {
  return {
    name: "tiny",
    dir: join(dir, "data"),
    sha256: "d".repeat(64),
    langs: ["en"],
    rows: { train: 30, validation: 3 },
    bytes: { train: 3000, validation: 300 },
  };
}
