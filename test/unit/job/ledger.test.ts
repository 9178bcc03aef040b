import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ledger, runKeyOf, StaleStateError } from "../../../src/job/ledger.ts";
import type { DedupeClass } from "../../../src/job/provider/types.ts";
import { isEdge, type JobState, jobStates } from "../../../src/job/states.ts";
import { newJob, scratch } from "./fixture.ts";

const classes = ["A", "B", "C"] as const satisfies readonly DedupeClass[];

/** Shortest ways from PLANNED to every state. */
function waysToAllStates(dedupe: DedupeClass): Map<JobState, JobState[]> {
  const ways = new Map<JobState, JobState[]>([["PLANNED", []]]);
  for (const [from, way] of ways) {
    for (const to of jobStates) {
      if (!ways.has(to) && isEdge(from, to, dedupe)) ways.set(to, [...way, to]);
    }
  }
  return ways;
}

describe("Ledger", () => {
  test("keeps what it was given, and where it lies may change", () => {
    using folder = scratch();
    using ledger = new Ledger(join(folder.dir, ".rectune"));
    const { at, ...given } = newJob(1, "B", join(folder.dir, "data"));
    const job = ledger.add({ ...given, at });
    expect(job).toMatchObject({
      ...given,
      createdAt: at,
      id: given.runKey.slice(0, 12),
      state: "PLANNED",
      remoteId: null,
    });
    expect(job.jobDir).toBe(join(folder.dir, ".rectune", "jobs", job.id));
    using raw = new DatabaseSync(ledger.path);
    const stored = raw.prepare("SELECT spec, job_dir FROM jobs").get()!;
    expect(JSON.stringify(stored)).not.toContain(folder.dir);
  });

  test("has one job a run key, whoever adds it again", () => {
    using folder = scratch();
    using one = new Ledger(folder.dir);
    using two = new Ledger(folder.dir);
    const first = one.add(newJob(1));
    expect(two.add({ ...newJob(1), at: 99 })).toEqual(first);
    expect(one.list()).toHaveLength(1);
    expect(one.events(first.id)).toHaveLength(1);
  });

  test("reaches every state by edges, in every class", () => {
    for (const dedupe of classes) {
      const ways = waysToAllStates(dedupe);
      expect([...ways.keys()].sort()).toEqual([...jobStates].sort());
      using folder = scratch();
      using ledger = new Ledger(folder.dir);
      let n = 0;
      for (const [state, way] of ways) {
        let job = ledger.add(newJob(n++, dedupe));
        for (const to of way)
          job = ledger.transition(job.id, job.state, to, { at: 1, remoteId: "r1" });
        expect(job.state).toBe(state);
        expect(ledger.events(job.id).map(({ to }) => to)).toEqual(["PLANNED", ...way]);
      }
    }
  });

  test("takes an edge and nothing else: events and state never differ", () => {
    using folder = scratch();
    using ledger = new Ledger(folder.dir);
    let n = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...classes),
        fc.array(fc.tuple(fc.constantFrom(...jobStates), fc.boolean()), { maxLength: 15 }),
        (dedupe, tries) => {
          const { id } = ledger.add(newJob(n++, dedupe));
          const way: JobState[] = ["PLANNED"];
          for (const [to, isStale] of tries) {
            const at = way.at(-1)!;
            const from = isStale ? jobStates[(jobStates.indexOf(at) + 1) % jobStates.length]! : at;
            const act = () => ledger.transition(id, from, to, { at: 1, remoteId: "r1" });
            if (isStale) expect(act).toThrow(StaleStateError);
            else if (!isEdge(at, to, dedupe)) expect(act).toThrow(/cannot go from/);
            else way.push(act().state);
          }
          expect(ledger.get(id).state).toBe(way.at(-1));
          expect(ledger.events(id).map(({ to }) => to)).toEqual(way);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("opens a resend to class A alone", () => {
    expect(classes.map((dedupe) => isEdge("UNKNOWN", "INTENT", dedupe))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("does not let a job be SUBMITTED without the provider's id, nor past its guard", () => {
    using folder = scratch();
    using ledger = new Ledger(folder.dir);
    const { id } = ledger.add(newJob(1));
    const guard = (): never => {
      throw new Error("too dear");
    };
    expect(() => ledger.transition(id, "PLANNED", "APPROVED", { at: 1, guard })).toThrow(
      "too dear",
    );
    expect(ledger.get(id).state).toBe("PLANNED");
    for (const [from, to] of [
      ["PLANNED", "APPROVED"],
      ["APPROVED", "UPLOADING"],
      ["UPLOADING", "UPLOADED"],
      ["UPLOADED", "INTENT"],
    ] as const)
      ledger.transition(id, from, to, { at: 1 });
    expect(() => ledger.transition(id, "INTENT", "SUBMITTED", { at: 1 })).toThrow(
      /without the provider's id/,
    );
  });

  test("never changes or forgets an event, a spending or a job", () => {
    using folder = scratch();
    using ledger = new Ledger(folder.dir);
    const { id } = ledger.add(newJob(1));
    ledger.spend(id, "tune", 1.25, 1, "first");
    ledger.spend(id, "serve", 0.5, 2, "an hour");
    expect(ledger.spentUsd()).toBe(1.75);
    using raw = new DatabaseSync(ledger.path);
    for (const sql of [
      "UPDATE events SET kind = 'x'",
      "DELETE FROM events",
      "UPDATE spend SET usd = 0",
      "DELETE FROM spend",
      "DELETE FROM jobs",
    ])
      expect(() => raw.exec(sql), sql).toThrow(/append-only|never removed/);
    expect(() => ledger.spend("nobody", "tune", 1, 1, "")).toThrow(/FOREIGN KEY/);
  });

  test("finds a job by the beginning of its id, and says so when it cannot", () => {
    using folder = scratch();
    using ledger = new Ledger(folder.dir);
    expect(() => ledger.find("abc")).toThrow(/No job was ever started here/);
    const jobs = Array.from({ length: 20 }, (_, n) => ledger.add(newJob(n)));
    expect(ledger.find(jobs[7]!.id).id).toBe(jobs[7]!.id);
    expect(ledger.find(jobs[7]!.runKey.toUpperCase()).id).toBe(jobs[7]!.id);
    // 20 ids over 16 first digits: two must share one.
    const shared = jobs.map(({ id }) => id[0]!).find((digit, i, all) => all.indexOf(digit) !== i)!;
    expect(() => ledger.find(shared)).toThrow(/names \d+ jobs/);
    expect(() => ledger.find("")).toThrow(/jobs ls/);
    expect(() => ledger.find("%")).toThrow(/there is no job/);
  });

  test("serves two processes at once: nothing is lost, nothing is twice", async () => {
    using folder = scratch();
    const script = fileURLToPath(new URL("./add-jobs.ts", import.meta.url));
    const children = [0, 1].map((worker) =>
      spawn(process.execPath, [script, folder.dir, String(worker)], {
        stdio: ["ignore", "pipe", "inherit"],
      }),
    );
    const outputs = await Promise.all(
      children.map(async (child) => {
        let text = "";
        child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
        const [code] = (await once(child, "close")) as [number];
        expect(code).toBe(0);
        return JSON.parse(text) as { won: number };
      }),
    );
    using ledger = new Ledger(folder.dir);
    const jobs = ledger.list();
    // 20 of their own each, and 20 that both add and both try to approve.
    expect(jobs).toHaveLength(60);
    expect(outputs[0]!.won + outputs[1]!.won).toBe(20);
    expect(jobs.filter(({ state }) => state === "APPROVED")).toHaveLength(20);
    for (const job of jobs)
      expect(ledger.events(job.id)).toHaveLength(job.state === "APPROVED" ? 2 : 1);
  }, 20_000);
});

describe("runKeyOf", () => {
  const parts = {
    provider: "p",
    account: "a",
    model: "m",
    method: "sft",
    hyperparameters: { epochs: 1, lora: null },
    options: {},
    seed: 1,
    datasetSha256: "d",
    attempt: 1,
  };

  test("does not depend on the order of keys", () => {
    const turned = Object.fromEntries(Object.entries(parts).toReversed()) as typeof parts;
    expect(runKeyOf({ ...turned, hyperparameters: { lora: null, epochs: 1 } })).toBe(
      runKeyOf(parts),
    );
  });

  test("changes with every part", () => {
    const others = [
      { provider: "q" },
      { account: "b" },
      { model: "n" },
      { method: "dpo" },
      { hyperparameters: { epochs: 2, lora: null } },
      { options: { steps: 1 } },
      { seed: 2 },
      { datasetSha256: "e" },
      { attempt: 2 },
    ];
    const keys = others.map((change) => runKeyOf({ ...parts, ...change }));
    expect(new Set([runKeyOf(parts), ...keys]).size).toBe(others.length + 1);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});
