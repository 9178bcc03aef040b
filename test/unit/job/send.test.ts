import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { RemoteError } from "../../../src/base/errors.ts";
import { Ledger } from "../../../src/job/ledger.ts";
import { refusalOf } from "../../../src/job/open-ledger.ts";
import type { Provider } from "../../../src/job/provider/types.ts";
import { resolveJob } from "../../../src/job/resolve.ts";
import { submitJob } from "../../../src/job/submit.ts";
import { type Fault, makeDataset, makeRecipe, makeScripted, type Server } from "./fixture.ts";
import { forgetOwner, killAt, Killed, rejected, workspace } from "./workspace.ts";

describe("an answer that comes late", () => {
  /** A create that is answered only after `meanwhile` has happened to the ledger. */
  function slow(space: { dir: string; server: Server }, meanwhile: (ledger: Ledger) => void) {
    const plain = makeScripted(space.server, "B", rejected);
    return {
      scripted: {
        ...plain,
        submit: async (...given: Parameters<Provider["submit"]>) => {
          const answer = await plain.submit(...given);
          using ledger = new Ledger(join(space.dir, ".rectune"));
          meanwhile(ledger);
          return answer;
        },
      } satisfies Provider,
    };
  }

  test("is kept when another process had taken the sender for dead", async () => {
    using space = workspace("B");
    const outcome = await submitJob(makeRecipe(space.dir), makeDataset(space.dir), space.context, {
      providers: slow(space, (ledger) => {
        const [job] = ledger.unresolved();
        ledger.transition(job!.id, "INTENT", "UNKNOWN", { at: 1 });
      }),
    });
    expect(outcome).toMatchObject({ kind: "done", job: { remoteId: "r1" } });
  });

  test("to a job that the user disowned is cancelled and told", async () => {
    using space = workspace("B");
    const providers = slow(space, (ledger) => {
      const [job] = ledger.unresolved();
      ledger.transition(job!.id, "INTENT", "UNKNOWN", { at: 1 });
      ledger.transition(job!.id, "UNKNOWN", "REJECTED", { at: 1, data: { by: "user" } });
    });
    await expect(
      submitJob(makeRecipe(space.dir), makeDataset(space.dir), space.context, { providers }),
    ).rejects.toMatchObject({ code: "job-rejected" });
    expect(space.server.cancelled).toEqual(["r1"]);
    using ledger = space.ledger();
    expect(
      ledger
        .events(ledger.list()[0]!.id)
        .map(({ kind }) => kind)
        .slice(-2),
    ).toEqual(["duplicate", "duplicate-cancelled"]);
    expect(ledger.pendingTwins()).toEqual([]);
  });

  test("goes before an id that stands on the user's word alone", async () => {
    using space = workspace("C");
    const providers = slow(space, (ledger) => {
      const [job] = ledger.unresolved();
      ledger.transition(job!.id, "INTENT", "UNKNOWN", { at: 1 });
      const data = { adopted: true, by: "user" };
      ledger.transition(job!.id, "UNKNOWN", "SUBMITTED", { at: 1, remoteId: "wrong", data });
    });
    expect(
      await submitJob(makeRecipe(space.dir), makeDataset(space.dir), space.context, { providers }),
    ).toMatchObject({ kind: "done", job: { remoteId: "r1" } });
    expect(space.server.cancelled).toEqual([]);
  });

  test("that the ledger cannot hold names the job, and the next run adopts it", async () => {
    using space = workspace("B");
    const full = Object.assign(new Error("database or disk is full"), { errcode: 13 });
    const spy = vi.spyOn(Ledger.prototype, "transition");
    const providers = slow(space, () => {
      spy.mockImplementationOnce(() => {
        throw refusalOf(full, "ledger.sqlite");
      });
    });
    await expect(
      submitJob(makeRecipe(space.dir), makeDataset(space.dir), space.context, { providers }),
    ).rejects.toMatchObject({
      code: "job-unrecorded",
      message: expect.stringMatching(/created at scripted as r1[^]*finds the job/) as string,
    });
    spy.mockRestore();
    forgetOwner(space.dir);
    expect(await space.run()).toMatchObject({ kind: "done", job: { remoteId: "r1" } });
    expect(space.server.creates).toBe(1);
  });
});

describe("before the create", () => {
  test("a job that carries the key already is adopted: a lost ledger makes no second one", async () => {
    using space = workspace("B");
    await space.run();
    rmSync(join(space.dir, ".rectune"), { recursive: true });
    expect(await space.run()).toMatchObject({ kind: "done", job: { remoteId: "r1", attempt: 1 } });
    expect(space.server.creates).toBe(1);
  });

  test("an attempt that the user disowned, and that is there after all, is cancelled", async () => {
    using space = workspace("C", { faults: ["drop-after"], lag: 6 });
    await expect(space.run()).rejects.toMatchObject({ code: "job-unresolved" });
    const [id] = space.ids();
    await resolveJob(id!, { kind: "absent" }, space.context, space.providers);
    space.server.lag = 0;
    expect(await space.run()).toMatchObject({ kind: "done", job: { attempt: 2, remoteId: "r2" } });
    expect(space.server.cancelled).toEqual(["r1"]);
    expect(space.context.said.join("\n")).toContain("second job for it, r1");
  });
});

describe("twins", () => {
  test("are cancelled by the next start where a crash came between adoption and cancel", async () => {
    using space = workspace("B");
    await expect(space.run({ onPoint: killAt("job:sent") })).rejects.toThrow(Killed);
    forgetOwner(space.dir);
    space.server.jobs.push({ ...space.server.jobs[0]!, remoteId: "twin", createdAt: 77 });
    await expect(space.run({ onPoint: killAt("job:adopted") })).rejects.toThrow(Killed);
    expect(space.server.cancelled).toEqual([]);
    expect(await space.run({ seed: 2 })).toMatchObject({ kind: "done" });
    expect(space.server.cancelled).toEqual(["twin"]);
    await space.run({ seed: 3 });
    expect(space.server.cancelled).toEqual(["twin"]);
  });

  test("whose cancel fails are said and tried again", async () => {
    let isDown = true;
    using space = workspace(
      "B",
      {},
      {
        async cancel(remoteId) {
          if (isDown) throw new RemoteError("503", { code: "remote" });
          space.server.cancelled.push(remoteId);
        },
      },
    );
    await expect(space.run({ onPoint: killAt("job:sent") })).rejects.toThrow(Killed);
    forgetOwner(space.dir);
    space.server.jobs.push({ ...space.server.jobs[0]!, remoteId: "twin", createdAt: 77 });
    await expect(space.run()).rejects.toThrow("503");
    expect(await space.run()).toMatchObject({ kind: "done", job: { remoteId: "r1" } });
    expect(space.context.said.join("\n")).toContain("its twin twin is not cancelled yet");
    isDown = false;
    await space.run({ seed: 2 });
    expect(space.server.cancelled).toEqual(["twin"]);
  });
});

describe("class A", () => {
  test("is sent again some times, then left to a later run: no endless loop of creates", async () => {
    using space = workspace("A", { faults: Array.from({ length: 9 }, (): Fault => "drop-before") });
    await expect(space.run()).rejects.toMatchObject({ code: "job-unresolved" });
    expect(space.server.creates).toBe(4);
  });

  test("takes the refusal of a resend for no proof against the first create", async () => {
    using space = workspace("A", {
      faults: ["drop-after", "reject", "reject", "reject", "reject"],
      lag: 99,
    });
    await expect(space.run()).rejects.toMatchObject({ code: "job-unresolved" });
    space.server.lag = 0;
    expect(await space.run()).toMatchObject({ kind: "done", job: { remoteId: "r1" } });
    expect(space.server.jobs).toHaveLength(1);
  });
});

describe("what is kept", () => {
  test("money and the end of a job stand or fall together", async () => {
    using space = workspace("B", {}, { poll: async () => ({ state: "succeeded", costUsd: null }) });
    await expect(space.run({ onPoint: killAt("job:settled") })).rejects.toThrow(Killed);
    using ledger = space.ledger();
    expect([ledger.list()[0]!.state, ledger.spentUsd()]).toEqual(["SUCCEEDED", 2]);
    await space.run();
    expect(ledger.spentUsd()).toBe(2);
  });

  test("no secret that an answer repeats", async () => {
    using space = workspace(
      "B",
      {},
      {
        async submit() {
          throw new Error("Incorrect API key provided: sk-planted-0123");
        },
      },
    );
    const env = { SOME_API_KEY: "sk-planted-0123" };
    Object.assign(space.context, { env });
    await expect(space.run()).rejects.toMatchObject({ code: "job-unresolved" });
    using ledger = space.ledger();
    const kept = JSON.stringify(ledger.events(ledger.list()[0]!.id));
    expect(kept).toContain("provided: ***");
    expect(kept + space.context.said.join("")).not.toContain("planted");
  });
});
