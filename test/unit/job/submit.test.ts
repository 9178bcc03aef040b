import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RemoteError } from "../../../src/base/errors.ts";
import type { DedupeClass, Provider } from "../../../src/job/provider/types.ts";
import { submitJob } from "../../../src/job/submit.ts";
import { type Fault, makeDataset, makeRecipe, makeScripted, testContext } from "./fixture.ts";
import { forgetOwner, killAt, Killed, rejected, workspace } from "./workspace.ts";

describe("submitJob", () => {
  test("goes from recipe to result, one create, and tells the story", async () => {
    using space = workspace("B");
    const outcome = await space.run();
    expect(outcome).toMatchObject({
      kind: "done",
      reused: false,
      result: { model: "scripted:r1" },
      job: { state: "SUCCEEDED", ceilingUsd: 2 },
    });
    expect(space.server.creates).toBe(1);
    using ledger = space.ledger();
    const [job] = ledger.list();
    expect(ledger.events(job!.id).map(({ to }) => to)).toEqual([
      "PLANNED",
      "APPROVED",
      "UPLOADING",
      "UPLOADED",
      "INTENT",
      "SUBMITTED",
      "SUCCEEDED",
    ]);
    expect(ledger.spentUsd(job!.id)).toBe(1.5);
    const file = JSON.parse(readFileSync(join(job!.jobDir, "job.json"), "utf8")) as Record<
      string,
      unknown
    >;
    expect(file).toMatchObject({
      kind: "rectune-job",
      state: "SUCCEEDED",
      dataset: { dir: "../../../data" },
      spentUsd: 1.5,
    });
    expect(JSON.stringify(file)).not.toContain(space.dir);
    expect(readFileSync(join(job!.jobDir, "README.md"), "utf8")).toContain(job!.runKey);
  });

  test("does a finished job no second time", async () => {
    using space = workspace("B");
    await space.run();
    expect(await space.run()).toMatchObject({ kind: "done", reused: true });
    expect(space.server.creates).toBe(1);
  });

  test("makes a new attempt where what a finished job left is gone", async () => {
    const gone = new Set<string>();
    using space = workspace(
      "B",
      {},
      {
        result: async (remoteId) =>
          gone.has(remoteId)
            ? null
            : {
                model: remoteId,
                base: "m1",
                modelDir: null,
                baseDir: null,
                steps: null,
                tokens: null,
                checkpoints: [],
                call: [],
              },
      },
    );
    await space.run();
    gone.add("r1");
    expect(await space.run()).toMatchObject({
      kind: "done",
      reused: false,
      job: { attempt: 2, remoteId: "r2" },
    });
  });

  test("starts a new attempt after a failure, which it reports with its reason", async () => {
    using space = workspace(
      "B",
      {},
      {
        poll: async () =>
          space.server.creates === 1
            ? { state: "failed", costUsd: 0.3, reason: "out of memory" }
            : { state: "succeeded", costUsd: 1 },
      },
    );
    await expect(space.run()).rejects.toThrow(/failed: out of memory/);
    expect(await space.run()).toMatchObject({ kind: "done", reused: false, job: { attempt: 2 } });
    using ledger = space.ledger();
    expect(ledger.list().map(({ state, attempt }) => [state, attempt])).toEqual([
      ["FAILED", 1],
      ["SUCCEEDED", 2],
    ]);
    expect(ledger.spentUsd()).toBe(1.3);
  });

  test("starts a new attempt after a rejection, which proves that no job exists", async () => {
    using space = workspace("C", { faults: ["reject"] });
    await expect(space.run()).rejects.toMatchObject({ exitCode: 4, code: "remote-rejected" });
    expect(await space.run()).toMatchObject({ kind: "done", job: { attempt: 2 } });
    expect(space.server.jobs).toHaveLength(1);
  });

  test("plans without recording or sending anything", async () => {
    using space = workspace("B");
    expect(await space.run({ dryRun: true })).toMatchObject({
      kind: "planned",
      plan: { ceilingUsd: 2, requests: [{ body: { model: "m1" } }] },
      earlier: null,
    });
    expect([existsSync(join(space.dir, ".rectune")), space.server.creates]).toEqual([false, 0]);
  });

  test("refuses above the limit, exit 5, and goes on once it is raised", async () => {
    using space = workspace("B");
    await expect(space.run({ maxUsd: 1.99 })).rejects.toMatchObject({
      exitCode: 5,
      code: "budget-exceeded",
      message: expect.stringContaining("--max-usd 2.00") as string,
    });
    expect(space.server.creates).toBe(0);
    expect(await space.run({ maxUsd: 2 })).toMatchObject({ kind: "done", job: { attempt: 1 } });
  });

  test("counts unanswered creates of other jobs at their full ceiling", async () => {
    using space = workspace("C", { faults: ["drop-before"] });
    await expect(space.run({ seed: 1, maxUsd: 3 })).rejects.toMatchObject({
      code: "job-unresolved",
    });
    await expect(space.run({ seed: 2, maxUsd: 3 })).rejects.toMatchObject({
      code: "budget-exceeded",
    });
    expect(space.server.creates).toBe(1);
    expect(await space.run({ seed: 2, maxUsd: 4 })).toMatchObject({ kind: "done" });
    expect(space.context.said.join("\n")).toMatch(/nobody knows whether its create arrived/);
  });

  test("refuses what was not confirmed", async () => {
    using space = workspace("B");
    await expect(space.run({ confirm: async () => false })).rejects.toMatchObject({
      code: "job-not-approved",
      exitCode: 5,
    });
    expect(space.server.creates).toBe(0);
  });

  test("refuses a dataset outside the provider's limits, and a plan with problems", async () => {
    using few = workspace("B", {}, { limits: { minRows: 100, maxRows: null, maxBytes: null } });
    await expect(few.run()).rejects.toMatchObject({ code: "job-limits", exitCode: 3 });
    using big = workspace("B", {}, { limits: { minRows: 1, maxRows: null, maxBytes: 2999 } });
    await expect(big.run()).rejects.toThrow(/2999 bytes at most, train.jsonl has 3000/);
    using many = workspace("B", {}, { limits: { minRows: 1, maxRows: 29, maxBytes: null } });
    await expect(many.run()).rejects.toThrow(/29 training examples at most/);
  });

  test("detaches once submitted; a later call watches to the end", async () => {
    using space = workspace("B");
    expect(await space.run({ detach: true })).toMatchObject({
      kind: "submitted",
      job: { state: "SUBMITTED", remoteId: "r1" },
    });
    expect(await space.run()).toMatchObject({ kind: "done", reused: false });
    expect(space.server.creates).toBe(1);
  });

  test("two calls at once make one job", async () => {
    for (const dedupe of ["A", "B", "C"] as const) {
      using space = workspace(dedupe);
      const outcomes = await Promise.all([space.run(), space.run(), space.run()]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
      expect(space.server.creates).toBe(1);
    }
  });

  test("keeps the state on abort and goes on later", async () => {
    using space = workspace("B");
    const stop = new AbortController();
    const poll: Provider["poll"] = async () => {
      stop.abort();
      return { state: "running", progress: null };
    };
    const provider = makeScripted(space.server, "B", rejected, { poll });
    const context = testContext(space.dir, { signal: stop.signal });
    const call = submitJob(makeRecipe(space.dir), makeDataset(space.dir), context, {
      providers: { scripted: provider },
    });
    await expect(call).rejects.toMatchObject({ exitCode: 130, code: "job-interrupted" });
    using ledger = space.ledger();
    expect(ledger.list()[0]!.state).toBe("RUNNING");
    expect(await space.run()).toMatchObject({ kind: "done" });
    expect(space.server.creates).toBe(1);
  });
});

describe("an unanswered create", () => {
  const arrived: Fault[] = ["drop-after"];
  const lost: Fault[] = ["drop-before"];

  test("that arrived is found and adopted, in every class", async () => {
    for (const dedupe of ["A", "B", "C"] as const) {
      using space = workspace(dedupe, { faults: [...arrived], lag: 2 });
      expect(await space.run()).toMatchObject({ kind: "done", job: { remoteId: "r1" } });
      expect(space.server.creates).toBe(1);
    }
  });

  test("that was lost is sent again in class A, and left to the user in B and C", async () => {
    using resent = workspace("A", { faults: [...lost] });
    expect(await resent.run()).toMatchObject({ kind: "done" });
    expect([resent.server.creates, resent.server.jobs.length]).toEqual([2, 1]);
    for (const dedupe of ["B", "C"] as const) {
      using space = workspace(dedupe, { faults: [...lost] });
      const next = /rectune jobs resolve [0-9a-f]{12} --adopt ID\|--absent/;
      for (let i = 0; i < 3; i++) await expect(space.run()).rejects.toThrow(next);
      expect(space.server.creates).toBe(1);
    }
  });

  test("by a process killed at INTENT is settled by the next, before or after the socket", async () => {
    for (const point of ["job:intent", "job:sent"]) {
      for (const dedupe of ["A", "B", "C"] as const) {
        using space = workspace(dedupe);
        await expect(space.run({ onPoint: killAt(point) })).rejects.toThrow(Killed);
        forgetOwner(space.dir);
        if (point === "job:sent" || dedupe === "A")
          expect(await space.run()).toMatchObject({ kind: "done" });
        else await expect(space.run()).rejects.toThrow(RemoteError);
        expect(space.server.creates).toBeLessThanOrEqual(1);
        expect(space.server.jobs.length).toBe(point === "job:sent" || dedupe === "A" ? 1 : 0);
      }
    }
  });

  test("with a twin at the provider keeps the oldest and cancels the others", async () => {
    using space = workspace("B");
    await expect(space.run({ onPoint: killAt("job:sent") })).rejects.toThrow(Killed);
    forgetOwner(space.dir);
    const [first] = space.server.jobs;
    space.server.jobs.unshift({ ...first!, remoteId: "twin", createdAt: 77 });
    expect(await space.run()).toMatchObject({ kind: "done", job: { remoteId: "r1" } });
    expect(space.server.cancelled).toEqual(["twin"]);
    using ledger = space.ledger();
    expect(ledger.events(ledger.list()[0]!.id).map(({ kind }) => kind)).toContain(
      "duplicate-cancelled",
    );
  });

  test("never becomes a second paid job, whatever fails and however often it is run again", async () => {
    const faults = fc.array(fc.constantFrom<Fault>("none", "drop-after", "drop-before"), {
      maxLength: 4,
    });
    const points = fc.array(
      fc.constantFrom(
        "job:planned",
        "job:approved",
        "job:uploaded",
        "job:intent",
        "job:sent",
        "job:submitted",
        null,
      ),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<DedupeClass>("A", "B", "C"),
        faults,
        points,
        fc.nat(3),
        async (dedupe, plan, kills, lag) => {
          using space = workspace(dedupe, { faults: [...plan], lag });
          for (const point of [...kills, null, null]) {
            try {
              await space.run(point === null ? {} : { onPoint: killAt(point) });
            } catch (error) {
              if (!(error instanceof Killed) && !(error instanceof RemoteError)) throw error;
            }
            forgetOwner(space.dir);
          }
          expect(space.server.jobs.length).toBeLessThanOrEqual(1);
          if (dedupe !== "A") expect(space.server.creates).toBeLessThanOrEqual(1);
          using ledger = space.ledger();
          expect(ledger.list()).toHaveLength(1);
          const [job] = ledger.list();
          if (job!.state === "SUCCEEDED")
            expect(job!.remoteId).toBe(space.server.jobs[0]!.remoteId);
          else expect(job!.state).toBe("UNKNOWN");
        },
      ),
      { numRuns: 25 },
    );
  }, 20_000);
});
