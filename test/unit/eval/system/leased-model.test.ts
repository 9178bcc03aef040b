import { describe, expect, test } from "vitest";
import { makeLeasedModel } from "../../../../src/eval/system/leased-model.ts";
import type { TunedJob } from "../../../../src/eval/suite/tuned-job.ts";
import { Ledger } from "../../../../src/job/ledger.ts";
import { listLeases } from "../../../../src/job/lease-record.ts";
import type { Serving } from "../../../../src/job/provider/types.ts";
import { stateDirOf } from "../../../../src/job/submit.ts";
import { startChatServer } from "../../../emulator/chat-server.ts";
import { addSucceeded, makeScripted, makeServer, scratch, testContext } from "../../job/fixture.ts";

/** A succeeded job whose provider serves it at a chat server, while it is leased. */
async function makeSpace() {
  const folder = scratch();
  const server = await startChatServer({ reply: () => ({ text: "Film 3" }) });
  const env: { SERVED_KEY?: string } = { SERVED_KEY: "key-of-the-lease" };
  const context = testContext(folder.dir, { env });
  const job = newJobIn(context);
  const up = new Set<string>();
  const serving: Serving = {
    ceilingUsd: async (minutes) => minutes / 30,
    async start() {
      up.add("d1");
      return { remoteId: "d1" };
    },
    find: async () => [...up].map((remoteId) => ({ remoteId, createdAt: 1 })),
    ready: async () => ({ model: "tuned", baseUrl: server.url, keyEnv: "SERVED_KEY" }),
    async release(remoteId) {
      up.delete(remoteId);
      return { costUsd: 0.25 };
    },
  };
  const providers = { scripted: makeScripted(makeServer(), "B", () => new Error(), { serving }) };
  const tuned: TunedJob = {
    id: job.id,
    provider: "scripted",
    model: "scripted:r1",
    base: "scripted:m1",
    checkpoints: [],
    about: "scripted:m1, tuned",
    baseAbout: "scripted:m1",
    note: null,
  };
  const names = { name: `job:${job.id}`, about: tuned.about };
  return {
    server,
    env,
    up,
    ledger: () => new Ledger(stateDirOf(context)),
    source: (maxUsd?: number) =>
      makeLeasedModel(
        tuned,
        names,
        {},
        { context, budget: null, lanes: new Map() },
        maxUsd,
        providers,
      ),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

function newJobIn(context: ReturnType<typeof testContext>) {
  using ledger = new Ledger(stateDirOf(context));
  return addSucceeded(ledger);
}

describe("makeLeasedModel", () => {
  test("serves while it is open, with the lease's key, and puts the money in the ledger", async () => {
    await using space = await makeSpace();
    const source = space.source(2);
    expect(source.about).toContain("leased");
    expect(space.up.size).toBe(0);
    const model = await source.open({ threads: 1 });
    expect([...space.up]).toEqual(["d1"]);
    const asked = await model.complete([[{ role: "user", content: "which?" }]], { maxTokens: 8 });
    expect(asked).toMatchObject([{ text: "Film 3", costUsd: 0 }]);
    expect(space.server.requests).toMatchObject([{ body: { model: "tuned" } }]);
    expect(space.server.requests[0]!.key).toContain("key-of-the-lease");
    await model.close();
    expect(space.up.size).toBe(0);
    using ledger = space.ledger();
    expect(listLeases(ledger)).toMatchObject([{ state: "CLOSED", minutes: 60, ceilingUsd: 2 }]);
    expect(ledger.spentByKind()).toEqual({ tune: 0, serve: 0.25, eval: 0 });
  });

  test("is not opened without a limit, nor above it", async () => {
    await using space = await makeSpace();
    await expect(space.source().open({ threads: 1 })).rejects.toMatchObject({
      code: "lease-limit",
      exitCode: 5,
    });
    await expect(space.source(1.99).open({ threads: 1 })).rejects.toMatchObject({
      code: "budget-exceeded",
    });
    using ledger = space.ledger();
    expect([space.up.size, listLeases(ledger)]).toEqual([0, []]);
  });

  test("is released where the served model cannot be asked", async () => {
    await using space = await makeSpace();
    delete space.env.SERVED_KEY;
    await expect(space.source(5).open({ threads: 1 })).rejects.toMatchObject({ code: "model-key" });
    expect(space.up.size).toBe(0);
    using ledger = space.ledger();
    expect(listLeases(ledger)).toMatchObject([{ state: "CLOSED" }]);
  });
});
