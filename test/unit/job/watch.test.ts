import { mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RemoteError } from "../../../src/base/errors.ts";
import { Ledger } from "../../../src/job/ledger.ts";
import { readMetrics } from "../../../src/job/metrics-file.ts";
import type { JobStatus } from "../../../src/job/provider/types.ts";
import { stateDirOf } from "../../../src/job/submit.ts";
import { settle, watchJob } from "../../../src/job/watch.ts";
import { makeScripted, makeServer, newJob, scratch, testContext } from "./fixture.ts";

const running = (step: number): JobStatus => ({
  state: "running",
  progress: { phase: "tune", step, steps: 4, loss: 1, rate: null, tokensPerSecond: null },
});
const trouble = new RemoteError("503", { code: "remote" });

/** Watches a submitted job whose provider gives these answers, one a poll. */
async function watch(answers: (JobStatus | Error)[]) {
  using folder = scratch();
  const context = testContext(folder.dir);
  using ledger = new Ledger(stateDirOf(context));
  let job = ledger.add(newJob(1));
  for (const to of ["APPROVED", "UPLOADING", "UPLOADED", "INTENT", "SUBMITTED"] as const)
    job = ledger.transition(job.id, job.state, to, { at: 1, remoteId: "r1" });
  mkdirSync(job.jobDir, { recursive: true });
  const left = [...answers];
  const provider = makeScripted(makeServer(), "B", () => new Error(), {
    poll: async () => {
      const answer = left.shift()!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  const ended = await watchJob(ledger, job, provider, context).catch((error: unknown) => error);
  return {
    ended,
    states: ledger
      .events(job.id)
      .map(({ to }) => to)
      .slice(5),
    steps: readMetrics(job.jobDir).map(({ step }) => step),
    spentUsd: ledger.spentUsd(),
    again: settle(
      ledger,
      ledger.get(job.id),
      { state: "failed", costUsd: 9, reason: "late" },
      context,
    ).state,
  };
}

describe("watchJob", () => {
  test("polls through waiting and running to the end; a step told twice counts once", async () => {
    const queued: JobStatus = { state: "queued", progress: null };
    const seen = await watch([
      queued,
      running(1),
      running(1),
      running(3),
      { state: "succeeded", costUsd: 2 },
    ]);
    expect(seen).toMatchObject({
      ended: { state: "SUCCEEDED" },
      states: ["SUBMITTED", "RUNNING", "SUCCEEDED"],
      steps: [1, 3],
      spentUsd: 2,
    });
  });

  test("sees a job through that never ran", async () => {
    const seen = await watch([{ state: "failed", costUsd: 0, reason: "bad file" }]);
    expect(seen).toMatchObject({
      ended: { state: "FAILED" },
      states: ["SUBMITTED", "FAILED"],
      spentUsd: 0,
    });
  });

  test("bears some failed polls in a row, not many; the job goes on either way", async () => {
    const four = [trouble, trouble, trouble, trouble];
    const ok = await watch([...four, running(1), ...four, { state: "succeeded", costUsd: 0 }]);
    expect(ok.ended).toMatchObject({ state: "SUCCEEDED" });
    const given = await watch([running(1), ...four, trouble]);
    expect(given).toMatchObject({ ended: trouble, states: ["SUBMITTED", "RUNNING"] });
  });

  test("does not take a fault of ours for one of the network", async () => {
    const fault = new TypeError("undefined is not a function");
    expect((await watch([fault])).ended).toBe(fault);
  });

  test("lets no late answer change how a job ended", async () => {
    const seen = await watch([{ state: "cancelled", costUsd: 0 }]);
    expect(seen).toMatchObject({ states: ["SUBMITTED", "CANCELLED"], again: "CANCELLED" });
  });
});
