// The emulators' own parts: fault scripts are used up in order, and a document judges bodies.

import { describe, expect, test } from "vitest";
import { makeFaults, parseFault } from "../../../emulator/faults.ts";
import { startOpenaiJobs } from "../../../emulator/openai-jobs.ts";

describe("fault scripts", () => {
  test("strike their route, after and as often as they say", () => {
    const faults = makeFaults([
      { on: "POST /jobs", kind: "accept-drop", after: 1, times: 2 },
      { on: "POST /jobs", kind: "conflict" },
    ]);
    const taken = Array.from({ length: 5 }, () => faults.take("POST /jobs"));
    expect(taken).toEqual([null, "accept-drop", "accept-drop", "conflict", null]);
    expect(faults.take("GET /jobs")).toBeNull();
    expect(faults.left()).toEqual([]);
  });

  test("are read from a line", () => {
    expect(parseFault("accept-drop@POST /fine_tuning/jobs")).toEqual({
      on: "POST /fine_tuning/jobs",
      kind: "accept-drop",
      times: 1,
      after: 0,
    });
    expect(parseFault("conflict*3+1@GET /files")).toMatchObject({ times: 3, after: 1 });
    expect(parseFault("flood@POST /files")).toBeNull();
    expect(parseFault("conflict")).toBeNull();
  });
});

describe("an emulator", () => {
  test("answers control, strangers and callers without a key", async () => {
    await using server = await startOpenaiJobs();
    const at = (path: string) => new URL(path, server.url);
    expect((await fetch(at("/v1/files"))).status).toBe(401);
    const headers = { authorization: "Bearer k" };
    expect((await fetch(at("/v1/nothing"), { headers })).status).toBe(404);
    const faults = [{ on: "GET /files", kind: "rate-limit" }];
    await fetch(at("/_/faults"), { method: "POST", body: JSON.stringify({ faults }) });
    const limited = await fetch(at("/v1/files"), { headers });
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await fetch(at("/v1/files"), { headers })).status).toBe(200);
    const state = (await (await fetch(at("/_/state"))).json()) as object;
    expect(state).toMatchObject({ acceptedJobs: 0, dollars: 0, violations: [], faults: [] });
  });
});
