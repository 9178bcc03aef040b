// A part of `npm run test:crash` in every test run: one cell in seven of the matrix, and some hundred interleavings of two
// processes; and that the judge is no yes-man.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { playScenarios } from "../crash/interleave.ts";
import { allKills } from "../crash/kills.ts";
import { allCells, playCell, points } from "../crash/matrix.ts";
import { mutants } from "../crash/mutate.ts";
import { judge, makeMachine, noVerdict, scrap, tune } from "../crash/play.ts";
import { faults, makeWorld, type WorldJob } from "../crash/world.ts";

const home = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "rectune-crash-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("crashes", () => {
  test("cover every point, fault, class and call", () => {
    expect(points.length).toBeGreaterThanOrEqual(10);
    expect(allCells()).toHaveLength(points.length * faults.length * 3 * 3);
    expect(allKills().length).toBeGreaterThanOrEqual(60);
  });

  test("make no job twice, lose none and keep to the limit", async () => {
    for (const [n, cell] of allCells().entries()) {
      if (n % 7 !== 0) continue;
      const { why } = await playCell(cell, join(home, `m${n}`));
      expect(why, JSON.stringify(cell)).toEqual([]);
    }
  });
});

describe("two processes on one ledger", () => {
  test("never make a job twice, in any order of their steps", async () => {
    const { runs, failure } = await playScenarios(300, 20_261_124, home);
    expect(failure).toBeNull();
    expect(runs).toBe(300);
  });
});

describe("the mutants", () => {
  test.each(Object.entries(mutants))("%s fits our source", (_name, { file, from, to }) => {
    const text = readFileSync(join(import.meta.dirname, "../../src", file), "utf8");
    expect(text.split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  });
});

describe("the judge", () => {
  /** A machine after one good run, and then changed. */
  async function after(change: (jobs: WorldJob[]) => void) {
    const world = makeWorld("B");
    const machine = makeMachine(world, mkdtempSync(join(home, "j-")));
    await tune(machine);
    change(world.jobs);
    const { duplicates, lost, overBudget } = judge(machine, noVerdict());
    scrap(machine);
    return { duplicates, lost, overBudget };
  }

  test("has nothing to say of a good run", async () => {
    expect(await after(() => undefined)).toEqual({ duplicates: 0, lost: 0, overBudget: 0 });
  });

  test("sees a twin, which is lost too, and the money for it", async () => {
    const seen = await after((jobs) => jobs.push({ ...jobs[0]!, remoteId: "ft-2" }));
    expect(seen).toEqual({ duplicates: 2, lost: 1, overBudget: 2 });
  });

  test("sees a job that the server does not have", async () => {
    expect(await after((jobs) => jobs.pop())).toMatchObject({ lost: 1 });
  });
});
