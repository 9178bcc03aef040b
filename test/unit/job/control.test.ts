import { describe, expect, test } from "vitest";
import { cancelJob, resolveJob, type Verdict, watchById } from "../../../src/job/control.ts";
import { Ledger } from "../../../src/job/ledger.ts";
import { JobRejected } from "../../../src/job/provider/types.ts";
import { processName } from "../../../src/job/provider/process-id.ts";
import type { JobState } from "../../../src/job/states.ts";
import { stateDirOf } from "../../../src/job/submit.ts";
import { makeScripted, makeServer, newJob, scratch, type Server, testContext } from "./fixture.ts";

const ways: Partial<Record<JobState, JobState[]>> = {
  PLANNED: [],
  UPLOADED: ["APPROVED", "UPLOADING", "UPLOADED"],
  INTENT: ["APPROVED", "UPLOADING", "UPLOADED", "INTENT"],
  UNKNOWN: ["APPROVED", "UPLOADING", "UPLOADED", "INTENT", "UNKNOWN"],
  SUBMITTED: ["APPROVED", "UPLOADING", "UPLOADED", "INTENT", "SUBMITTED"],
};

/** A ledger with one job in a state, and the server that it may or may not have reached. */
function workspace(state: JobState, given: Partial<Server> = {}, owner = "1@never") {
  const folder = scratch();
  const context = testContext(folder.dir);
  const server = makeServer(given);
  const rejected = (): Error => new JobRejected("no", { code: "no" });
  const providers = { scripted: makeScripted(server, "B", rejected) };
  const ledger = new Ledger(stateDirOf(context));
  let job = ledger.add(newJob(1));
  for (const to of ways[state]!)
    job = ledger.transition(job.id, job.state, to, {
      at: 5,
      ...(to === "SUBMITTED" ? { remoteId: "r1" } : {}),
      ...(to === "INTENT" ? { owner } : {}),
    });
  const arrive = (remoteId = "r1"): void =>
    void server.jobs.push({
      remoteId,
      runKey: job.runKey,
      createdAt: 1,
      status: { state: "running", progress: null },
    });
  return {
    server,
    ledger,
    arrive,
    id: job.id,
    cancel: () => cancelJob(job.id, context, providers),
    watch: () => watchById(job.id, context, providers),
    resolve: (verdict: Verdict) => resolveJob(job.id, verdict, context, providers),
    [Symbol.dispose]() {
      ledger.close();
      folder[Symbol.dispose]();
    },
  };
}

describe("cancelJob", () => {
  test("closes a job that was never sent without asking anybody", async () => {
    for (const state of ["PLANNED", "UPLOADED"] as const) {
      using space = workspace(state);
      expect(await space.cancel()).toMatchObject({ state: "CANCELLED" });
      expect(space.server.cancelled).toEqual([]);
    }
  });

  test("cancels at the provider, once, and believes its answer", async () => {
    using space = workspace("SUBMITTED");
    space.arrive();
    expect(await space.cancel()).toMatchObject({ state: "CANCELLED" });
    expect(await space.cancel()).toMatchObject({ state: "CANCELLED" });
    expect(space.server.cancelled).toEqual(["r1"]);
  });

  test("does not pretend to cancel what may not exist", async () => {
    for (const state of ["INTENT", "UNKNOWN"] as const) {
      using space = workspace(state);
      await expect(space.cancel()).rejects.toThrow(`rectune jobs resolve ${space.id}`);
    }
  });
});

describe("resolveJob", () => {
  test("looks, and adopts what is there", async () => {
    using space = workspace("INTENT", { lag: 1 });
    space.arrive();
    expect(await space.resolve({ kind: "look" })).toMatchObject({
      state: "SUBMITTED",
      remoteId: "r1",
    });
  });

  test("leaves what is not there UNKNOWN until the user says", async () => {
    using space = workspace("INTENT");
    expect(await space.resolve({ kind: "look" })).toMatchObject({ state: "UNKNOWN" });
    expect(await space.resolve({ kind: "absent" })).toMatchObject({ state: "REJECTED" });
    await expect(space.resolve({ kind: "look" })).rejects.toThrow(/nothing to resolve/);
  });

  test("takes the user's id; but a look that finds the job overrules `absent`", async () => {
    using told = workspace("UNKNOWN");
    expect(await told.resolve({ kind: "adopt", remoteId: "ft-9" })).toMatchObject({
      state: "SUBMITTED",
      remoteId: "ft-9",
    });
    using found = workspace("UNKNOWN");
    found.arrive();
    expect(await found.resolve({ kind: "absent" })).toMatchObject({ state: "SUBMITTED" });
  });

  test("keeps its hands off a create that a living process is sending", async () => {
    using space = workspace("INTENT", {}, processName());
    await expect(space.resolve({ kind: "absent" })).rejects.toMatchObject({ code: "job-busy" });
    expect(space.ledger.get(space.id).state).toBe("INTENT");
  });
});

describe("watchById", () => {
  test("watches to the end and brings the money home", async () => {
    using space = workspace("SUBMITTED");
    space.arrive();
    const [job] = space.server.jobs;
    job!.status = { state: "succeeded", costUsd: 0.75 };
    expect(await space.watch()).toMatchObject({ state: "SUCCEEDED" });
    expect(await space.watch()).toMatchObject({ state: "SUCCEEDED" });
    expect(space.ledger.spentUsd(space.id)).toBe(0.75);
  });

  test("has nothing to watch before a job is submitted", async () => {
    using space = workspace("UPLOADED");
    await expect(space.watch()).rejects.toThrow(/rectune tune/);
    using lost = workspace("UNKNOWN");
    await expect(lost.watch()).rejects.toThrow(/jobs resolve/);
  });
});
