// A create that nobody answered, settled by a look or by the user: what is believed, what is refused, what can be corrected.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openUsd } from "../../../src/job/plan.ts";
import { providers } from "../../../src/job/provider/index.ts";
import { processName } from "../../../src/job/provider/process-id.ts";
import type { JobStatus, Provider } from "../../../src/job/provider/types.ts";
import { openText } from "../../../src/job/reconcile.ts";
import { resolveJob } from "../../../src/job/resolve.ts";
import { jobIn, workspace } from "./workspace.ts";

const running: JobStatus = { state: "running", progress: null };

describe("resolveJob", () => {
  test("looks, and adopts what is there", async () => {
    using space = jobIn("INTENT", { lag: 1 });
    space.arrive();
    expect(await space.resolve({ kind: "look" })).toMatchObject({
      state: "SUBMITTED",
      remoteId: "r1",
    });
  });

  test("leaves what is not there UNKNOWN until the user says", async () => {
    using space = jobIn("INTENT");
    expect(await space.resolve({ kind: "look" })).toMatchObject({ state: "UNKNOWN" });
    expect(await space.resolve({ kind: "absent" })).toMatchObject({ state: "REJECTED" });
    await expect(space.resolve({ kind: "look" })).rejects.toThrow(/nothing to resolve/);
  });

  test("goes by a look that finds the job, not by `absent` nor by another id", async () => {
    using found = jobIn("UNKNOWN");
    found.arrive();
    expect(await found.resolve({ kind: "absent" })).toMatchObject({ state: "SUBMITTED" });
    using other = jobIn("UNKNOWN");
    other.arrive();
    expect(await other.resolve({ kind: "adopt", remoteId: "r9" })).toMatchObject({
      remoteId: "r1",
    });
    expect(other.context.said.join()).toContain("has it as r1; r9 was not adopted");
  });

  test("keeps its hands off a create that a living process is sending", async () => {
    using space = jobIn("INTENT", {}, processName());
    await expect(space.resolve({ kind: "absent" })).rejects.toMatchObject({ code: "job-busy" });
    expect(space.ledger.get(space.id).state).toBe("INTENT");
  });
});

test("docs/jobs.md tells what a look without a flag does, and how long it takes at each provider", () => {
  const page = readFileSync(new URL("../../../docs/jobs.md", import.meta.url), "utf8");
  const told = /`rectune jobs resolve ID` without a flag[^]*?\(([^]*?)\)/.exec(page)?.[1];
  const seconds = new Map<string, number>();
  for (const [, list, count] of told!.replace(" in all", "").matchAll(/([\w ,]+?):? (\d+) s/g))
    for (const name of list!.split(/, | and /).filter(Boolean))
      seconds.set(names[name] ?? name.toLowerCase(), Number(count));
  const waits = Object.values(providers).flatMap(({ name, lookAgainMs }) =>
    lookAgainMs.length === 0 ? [] : [[name, sum(lookAgainMs) / 1000] as const],
  );
  expect(Object.fromEntries(seconds)).toEqual(Object.fromEntries(waits));
});
const names: Readonly<Record<string, string>> = { "Hugging Face": "hf-jobs" };
const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

describe("an id that the user names", () => {
  const hidden = (runKey: string, remoteId = "r1") => ({
    lag: 99,
    jobs: [{ remoteId, runKey, createdAt: 1, status: running }],
  });

  test("is adopted where the job carries the run key, though no list shows it yet", async () => {
    using space = jobIn("UNKNOWN", { lag: 99 });
    space.arrive();
    expect(await space.resolve({ kind: "adopt", remoteId: "r1" })).toMatchObject({
      state: "SUBMITTED",
      remoteId: "r1",
    });
    expect(space.ledger.open()).toEqual([]);
    // It is proven: nothing is left to correct.
    await expect(space.resolve({ kind: "absent" })).rejects.toMatchObject({ code: "job-resolved" });
  });

  test("that the provider does not know is told, and nothing is recorded", async () => {
    using space = jobIn("UNKNOWN");
    const before = space.ledger.events(space.id);
    await expect(space.resolve({ kind: "adopt", remoteId: "r9" })).rejects.toMatchObject({
      exitCode: 2,
      code: "adopt-unknown",
      message: expect.stringMatching(
        /knows no job r9; nothing was recorded[^]*--adopt ID/,
      ) as string,
    });
    expect(space.ledger.events(space.id)).toEqual(before);
    space.arrive();
    expect(await space.resolve({ kind: "adopt", remoteId: "r1" })).toMatchObject({
      remoteId: "r1",
    });
  });

  test("of a job with another run key is refused", async () => {
    using space = jobIn("UNKNOWN", hidden("another"));
    const before = space.ledger.events(space.id);
    await expect(space.resolve({ kind: "adopt", remoteId: "r1" })).rejects.toMatchObject({
      exitCode: 5,
      code: "adopt-other",
      message: expect.stringContaining('its suffix is "another"; nothing was recorded') as string,
    });
    expect(space.ledger.events(space.id)).toEqual(before);
  });

  test("of another job of the ledger is refused", async () => {
    using space = workspace("C", { faults: ["none", "drop-before"] });
    await space.run({ seed: 1 });
    await expect(space.run({ seed: 2 })).rejects.toMatchObject({ code: "job-unresolved" });
    const id = space.ids()[1]!;
    await expect(
      resolveJob(id, { kind: "adopt", remoteId: "r1" }, space.context, space.providers),
    ).rejects.toMatchObject({ code: "adopt-other", exitCode: 5 });
  });

  test("is refused where the provider's lists never lag and do not show it", async () => {
    using space = jobIn("UNKNOWN", hidden(""));
    const scripted = { ...space.providers.scripted };
    delete scripted.recognise;
    const providers = { scripted };
    await expect(
      resolveJob(space.id, { kind: "adopt", remoteId: "r1" }, space.context, providers),
    ).rejects.toMatchObject({ code: "adopt-other" });
  });

  test("is not believed while the provider cannot be asked", async () => {
    using space = jobIn("UNKNOWN", hidden(""));
    const down = async () => {
      throw new Error("socket hang up");
    };
    const providers = { scripted: { ...space.providers.scripted, recognise: down } };
    await expect(
      resolveJob(space.id, { kind: "adopt", remoteId: "r1" }, space.context, providers),
    ).rejects.toMatchObject({ exitCode: 4, code: "reconcile-failed" });
    expect(space.ledger.get(space.id).state).toBe("UNKNOWN");
  });
});

describe("an id that stands on the user's word alone", () => {
  function onWord() {
    const space = jobIn("UNKNOWN", {
      lag: 99,
      jobs: ["r1", "r2"].map((remoteId) => ({
        remoteId,
        runKey: "",
        createdAt: 1,
        status: running,
      })),
    });
    return { ...space, adopt: (remoteId: string) => space.resolve({ kind: "adopt", remoteId }) };
  }

  test("is adopted, says what was checked and what was not, and counts until it ran", async () => {
    using space = onWord();
    expect(await space.adopt("r1")).toMatchObject({ state: "SUBMITTED", remoteId: "r1" });
    expect(space.context.said.join()).toMatch(
      /r1 at scripted exists; .*checked: base model; .*not checked: suffix/,
    );
    const held = space.ledger.get(space.id);
    expect(held.ceilingUsd).toBe(2);
    expect(openText(held)).toMatch(/it is r1 by your word alone, and counts at 2\.00 USD/);
    expect(openUsd(space.ledger, "")).toBe(2);
    space.server.jobs[0]!.status = { state: "queued", progress: null };
    const { scripted } = space.providers;
    const seen: number[] = [];
    const poll = async (...given: Parameters<Provider["poll"]>) => {
      const status = await scripted.poll(...given);
      seen.push(openUsd(space.ledger, ""));
      if (seen.length === 1) space.server.jobs[0]!.status = running;
      if (seen.length === 2) space.server.jobs[0]!.status = { state: "succeeded", costUsd: 1 };
      return status;
    };
    await space.watch({ scripted: { ...scripted, poll } });
    expect(seen).toEqual([2, 2, 0]);
    expect(openUsd(space.ledger, "")).toBe(0);
  });

  test("can be corrected until it ran, and not to anything", async () => {
    using space = onWord();
    await space.adopt("r1");
    await expect(space.adopt("r9")).rejects.toMatchObject({ code: "adopt-unknown" });
    expect(space.ledger.get(space.id)).toMatchObject({ state: "SUBMITTED", remoteId: "r1" });
    expect(await space.adopt("r2")).toMatchObject({ state: "SUBMITTED", remoteId: "r2" });
    expect(await space.resolve({ kind: "look" })).toMatchObject({ remoteId: "r2" });
    await space.cancel();
    expect(space.server.cancelled).toEqual(["r2"]);
    await expect(space.adopt("r1")).rejects.toMatchObject({ code: "job-resolved" });
  });

  test("can be corrected where an earlier version took it without a look", async () => {
    using space = onWord();
    const data = { adopted: true, by: "user" };
    space.ledger.transition(space.id, "UNKNOWN", "SUBMITTED", { at: 9, remoteId: "none", data });
    expect(openUsd(space.ledger, "")).toBe(2);
    expect(await space.adopt("r2")).toMatchObject({ state: "SUBMITTED", remoteId: "r2" });
  });

  test("gives way to the job that a later look shows, and to `absent`", async () => {
    using space = onWord();
    await space.adopt("r1");
    space.arrive("r3");
    space.server.lag = 0;
    expect(await space.resolve({ kind: "look" })).toMatchObject({ remoteId: "r3" });
    expect(space.server.cancelled).toEqual([]);
    using other = onWord();
    await other.adopt("r1");
    expect(await other.resolve({ kind: "absent" })).toMatchObject({
      state: "REJECTED",
      remoteId: null,
    });
  });

  test("is not settled by what a watch of the id before saw", async () => {
    using space = onWord();
    await space.adopt("r1");
    const { scripted } = space.providers;
    const poll = async (): Promise<JobStatus> => {
      await space.adopt("r2");
      return { state: "failed", costUsd: 0, reason: "of r1" };
    };
    await space.watch({ scripted: { ...scripted, poll } });
    expect(space.ledger.get(space.id)).toMatchObject({ state: "SUBMITTED", remoteId: "r2" });
  });
});
