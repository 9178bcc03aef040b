import { afterEach, describe, expect, test } from "vitest";
import { RemoteError } from "../../../src/base/errors.ts";
import { Ledger } from "../../../src/job/ledger.ts";
import { type LeaseState, openLeases } from "../../../src/job/lease-record.ts";
import { releaseLease, releaseLeftLeases } from "../../../src/job/lease.ts";
import { openUsd } from "../../../src/job/plan.ts";
import {
  type Hit,
  type JobResult,
  JobRejected,
  type Provider,
  type Serving,
} from "../../../src/job/provider/types.ts";
import { stateDirOf, submitJob } from "../../../src/job/submit.ts";
import {
  addSucceeded,
  makeDataset,
  makeRecipe,
  makeScripted,
  makeServer,
  scratch,
  testContext,
  withServedModel,
} from "./fixture.ts";

const result: JobResult = {
  model: "scripted:r1",
  base: "scripted:m1",
  modelDir: null,
  baseDir: null,
  steps: null,
  tokens: null,
  checkpoints: [],
  call: [],
};
const rejected = (): Error => new JobRejected("402", { code: "rejected" });
const drop = (): Error => new RemoteError("socket hang up", { code: "remote" });

const open: Disposable[] = [];
afterEach(() => {
  for (const held of open.splice(0).reverse()) held[Symbol.dispose]();
});

/** A ledger with a succeeded job, and a serving whose deployments are a list. */
function makeSpace(given: Partial<Serving> = {}) {
  const folder = scratch();
  open.push(folder);
  const living = new Set(["one"]);
  let atMs = 1_700_000_000_000;
  const context = testContext(folder.dir, {
    now: () => atMs,
    sleep: async (ms) => void (atMs += ms),
    processes: { self: "one", isAlive: (name) => living.has(name) },
  });
  const ledger = new Ledger(stateDirOf(context));
  open.push(ledger);
  const job = addSucceeded(ledger);
  const up: { remoteId: string; key: string }[] = [];
  const calls: string[] = [];
  const serving: Serving = {
    ceilingUsd: async (minutes) => minutes / 10,
    async start(key) {
      calls.push("start");
      up.push({ remoteId: `d${up.length + 1}`, key });
      return { remoteId: up.at(-1)!.remoteId };
    },
    find: async (key) =>
      up
        .filter((held) => held.key === key)
        .map(({ remoteId }): Hit => ({ remoteId, createdAt: 1 })),
    ready: async () => ({ model: "m", baseUrl: "http://x/v1", keyEnv: "K" }),
    async release(remoteId) {
      calls.push(`release ${remoteId}`);
      const index = up.findIndex((held) => held.remoteId === remoteId);
      if (index >= 0) up.splice(index, 1);
      return { costUsd: 0.5 };
    },
    ...given,
  };
  const providers = { scripted: makeScripted(makeServer(), "B", rejected, { serving }) };
  const states = (): LeaseState[] =>
    ledger
      .events(job.id)
      .filter(({ kind }) => kind === "lease")
      .map(({ data }) => data["state"] as LeaseState);
  return {
    ledger,
    job,
    context,
    providers,
    up,
    calls,
    states,
    living,
    dir: folder.dir,
    serve: <T>(use: () => Promise<T>, maxUsd = 10, minutes = 20) =>
      withServedModel(ledger, job, result, providers, context, { minutes, maxUsd }, use),
  };
}

describe("withServedModel", () => {
  test("records, serves, releases, and keeps what it cost", async () => {
    const space = makeSpace();
    const during: string[] = [];
    expect(
      await space.serve(async () => {
        during.push(...space.states());
        return "answer";
      }),
    ).toBe("answer");
    expect(during).toEqual(["INTENT", "OPEN"]);
    expect(space.states()).toEqual(["INTENT", "OPEN", "CLOSED"]);
    expect(space.up).toEqual([]);
    expect(space.ledger.spentByKind()).toEqual({ tune: 0, serve: 0.5, eval: 0 });
  });

  test("releases after a failure, and when the user stops", async () => {
    const space = makeSpace();
    const failing = space.serve(async () => {
      throw new TypeError("a fault of the eval");
    });
    await expect(failing).rejects.toThrow(TypeError);
    const stop = new AbortController();
    const waiting = makeSpace({
      ready: async () => {
        stop.abort();
        return null;
      },
    });
    const stopped = { ...waiting.context, signal: stop.signal };
    await expect(
      withServedModel(
        waiting.ledger,
        waiting.job,
        result,
        waiting.providers,
        stopped,
        { minutes: 20, maxUsd: 10 },
        async () => 1,
      ),
    ).rejects.toThrow(/abort/);
    for (const { up, states } of [space, waiting]) {
      expect(up).toEqual([]);
      expect(states().at(-1)).toBe("CLOSED");
    }
  });

  test("refuses above the limit before anything is started or recorded", async () => {
    const space = makeSpace();
    await expect(space.serve(async () => 1, 1.99)).rejects.toMatchObject({
      code: "budget-exceeded",
      exitCode: 5,
    });
    expect([space.calls, space.states()]).toEqual([[], []]);
  });

  test("counts a ceiling as spent where the provider does not tell", async () => {
    const space = makeSpace({ release: async () => ({ costUsd: null }) });
    await space.serve(async () => 1);
    expect(space.ledger.spentByKind().serve).toBe(2);
  });

  test("gives up on a model that does not come up in its time, and releases it", async () => {
    const space = makeSpace({ ready: async () => null });
    const providers = {
      scripted: { ...space.providers.scripted, pollEveryMs: 60_000 },
    };
    await expect(
      withServedModel(
        space.ledger,
        space.job,
        result,
        providers,
        space.context,
        { minutes: 3, maxUsd: 10 },
        async () => 1,
      ),
    ).rejects.toMatchObject({ code: "lease-not-ready" });
    expect(space.up).toEqual([]);
  });

  test("closes a lease whose start was rejected; it cost nothing", async () => {
    const space = makeSpace({
      start: async () => {
        throw rejected();
      },
    });
    await expect(space.serve(async () => 1)).rejects.toThrow("402");
    expect([space.states(), space.ledger.spentUsd()]).toEqual([["INTENT", "CLOSED"], 0]);
  });

  test("finds what an unanswered start left, and releases that", async () => {
    const space = makeSpace();
    const { serving } = space.providers.scripted;
    const start = serving!.start.bind(serving);
    serving!.start = async (...given) => {
      await start(...given);
      throw drop();
    };
    await expect(space.serve(async () => 1)).rejects.toThrow("socket hang up");
    expect([space.up, space.states()]).toEqual([[], ["INTENT", "CLOSED"]]);
  });

  test("keeps one that nobody can find on record until the user releases it", async () => {
    const space = makeSpace({
      start: async () => {
        throw drop();
      },
    });
    await expect(space.serve(async () => 1)).rejects.toThrow("socket hang up");
    const [lease] = openLeases(space.ledger);
    expect(lease).toMatchObject({ state: "INTENT", ceilingUsd: 2 });
    expect(space.context.said.join("\n")).toContain(`rectune jobs release ${lease!.id}`);
    expect(openUsd(space.ledger, "")).toBe(2);
    const release = () => releaseLease(space.ledger, lease!.id, space.providers, space.context);
    await expect(release()).rejects.toMatchObject({ code: "lease-busy" });
    space.living.clear();
    expect(await release()).toMatchObject({ state: "CLOSED" });
    expect(await release()).toMatchObject({ state: "CLOSED" });
    expect(openUsd(space.ledger, "")).toBe(0);
  });
});

describe("a lease that a crash left", () => {
  /** Dies at a point: nothing more is called, nothing more recorded. */
  async function crash(point: string) {
    const space = makeSpace();
    const onPoint = (name: string): void => {
      if (name !== point) return;
      space.living.clear();
      throw new Error("killed");
    };
    const { serving } = space.providers.scripted;
    const dead = async (): Promise<never> => {
      throw new Error("killed");
    };
    const dying = {
      scripted: {
        ...space.providers.scripted,
        serving: { ...serving!, find: dead, release: dead },
      },
    };
    const isLate = point === "lease:released";
    await expect(
      withServedModel(
        space.ledger,
        space.job,
        result,
        isLate ? space.providers : dying,
        { ...space.context, onPoint },
        { minutes: 20, maxUsd: 10 },
        async () => 1,
      ),
    ).rejects.toThrow("killed");
    return space;
  }

  test.each(["lease:intent", "lease:started", "lease:open", "lease:releasing", "lease:released"])(
    "at %s is not forgotten: the next start ends it, or says that it cannot be found",
    async (point) => {
      const space = await crash(point);
      expect(openLeases(space.ledger)).toHaveLength(1);
      await releaseLeftLeases(space.ledger, space.providers, space.context);
      expect(space.up).toEqual([]);
      // A start that never arrived cannot be told from one that is not listed yet.
      expect(openLeases(space.ledger)).toHaveLength(point === "lease:intent" ? 1 : 0);
      if (point !== "lease:intent") expect(space.ledger.spentByKind().serve).toBe(0.5);
    },
  );

  test("is ended by the next tune, and counts against its limit until then", async () => {
    const space = await crash("lease:open");
    const broken = {
      scripted: {
        ...space.providers.scripted,
        serving: {
          ...space.providers.scripted.serving!,
          release: async () => {
            throw drop();
          },
        },
      },
    };
    const tune = (providers: Readonly<Record<string, Provider>>) =>
      submitJob(makeRecipe(space.dir, { seed: 5 }), makeDataset(space.dir), space.context, {
        providers,
        maxUsd: 3,
      });
    await expect(tune(broken)).rejects.toMatchObject({ code: "budget-exceeded" });
    expect(await tune(space.providers)).toMatchObject({ kind: "done" });
    expect(space.up).toEqual([]);
  });

  test("of a living process is left alone", async () => {
    const space = makeSpace();
    await space.serve(async () => {
      await releaseLeftLeases(space.ledger, space.providers, space.context);
      expect(space.up).toHaveLength(1);
    });
  });
});
