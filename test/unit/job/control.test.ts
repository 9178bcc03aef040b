import { describe, expect, test } from "vitest";
import { jobIn } from "./workspace.ts";

describe("cancelJob", () => {
  test("closes a job that was never sent without asking anybody", async () => {
    for (const state of ["PLANNED", "UPLOADED"] as const) {
      using space = jobIn(state);
      expect(await space.cancel()).toMatchObject({ state: "CANCELLED" });
      expect(space.server.cancelled).toEqual([]);
    }
  });

  test("cancels at the provider, once, and believes its answer", async () => {
    using space = jobIn("SUBMITTED");
    space.arrive();
    expect(await space.cancel()).toMatchObject({ state: "CANCELLED" });
    expect(await space.cancel()).toMatchObject({ state: "CANCELLED" });
    expect(space.server.cancelled).toEqual(["r1"]);
  });

  test("does not pretend to cancel what may not exist", async () => {
    for (const state of ["INTENT", "UNKNOWN"] as const) {
      using space = jobIn(state);
      await expect(space.cancel()).rejects.toThrow(`rectune jobs resolve ${space.id}`);
    }
  });
});

describe("watchById", () => {
  test("watches to the end and brings the money home", async () => {
    using space = jobIn("SUBMITTED");
    space.arrive();
    const [job] = space.server.jobs;
    job!.status = { state: "succeeded", costUsd: 0.75 };
    expect(await space.watch()).toMatchObject({ state: "SUCCEEDED" });
    expect(await space.watch()).toMatchObject({ state: "SUCCEEDED" });
    expect(space.ledger.spentUsd(space.id)).toBe(0.75);
  });

  test("has nothing to watch before a job is submitted", async () => {
    using space = jobIn("UPLOADED");
    await expect(space.watch()).rejects.toThrow(/rectune tune/);
    using lost = jobIn("UNKNOWN");
    await expect(lost.watch()).rejects.toThrow(/jobs resolve/);
  });
});
