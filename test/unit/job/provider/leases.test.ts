// Leases of real serving code through the engine: hf-jobs and fireworks serve a model while it is used, and end what a lost
// answer or a dead process left running, with its cost on record.

import { describe, expect, test } from "vitest";
import { openLeases } from "../../../../src/job/lease-record.ts";
import { releaseLeftLeases } from "../../../../src/job/lease.ts";
import { Ledger } from "../../../../src/job/ledger.ts";
import { makeFireworksProvider } from "../../../../src/job/provider/fireworks.ts";
import { makeHfJobsProvider } from "../../../../src/job/provider/hf-jobs.ts";
import { stateDirOf, submitJob } from "../../../../src/job/submit.ts";
import { fireworksKey, startFireworks } from "../../../emulator/fireworks.ts";
import { startHfJobs } from "../../../emulator/hf-jobs.ts";
import { hubToken } from "../../../emulator/hub-store.ts";
import { makeRecipe, scratch, testContext, withServedModel } from "../fixture.ts";
import { makeHostedDataset, noWaits } from "./hosted-fixture.ts";

const cases = {
  "hf-jobs": {
    start: () => startHfJobs(),
    provider: makeHfJobsProvider({ ...noWaits, requestMs: 2000, idleMs: 2000 }),
    env: (url: string) => ({ HF_ENDPOINT: url, HF_TOKEN: hubToken }),
    model: "org/open-llama-1B",
    route: "POST /api/jobs/{ns}",
    /** Whatever still costs. */
    running: (state: Record<string, unknown>) =>
      (state["jobs"] as { stage: string }[]).filter(({ stage }) =>
        ["SCHEDULING", "RUNNING"].includes(stage),
      ),
    served: "tuned",
  },
  fireworks: {
    start: () => startFireworks(),
    provider: makeFireworksProvider(noWaits),
    env: (url: string) => ({ FIREWORKS_BASE_URL: url, FIREWORKS_API_KEY: fireworksKey }),
    model: "accounts/fireworks/models/llama-v3p1-8b-instruct",
    route: "POST /v1/accounts/{acct}/deployments",
    running: (state: Record<string, unknown>) => state["deployments"] as string[],
    served: "#accounts/ana/deployments/rectune-",
  },
};

async function setUp(dir: string, name: keyof typeof cases) {
  const { start, provider, env, model } = cases[name];
  const server = await start();
  let isCut = false;
  let living = true;
  const context = testContext(dir, {
    env: env(server.url),
    fetch: (url, init) => (isCut ? Promise.reject(new TypeError("cut off")) : fetch(url, init)),
    processes: { self: "one", isAlive: () => living },
  });
  const providers = { [name]: provider };
  const recipe = makeRecipe(dir, { provider: name, model, options: provider.options.parse({}) });
  const recipeOfRun = { ...recipe, hyperparameters: { ...recipe.hyperparameters, maxTokens: 512 } };
  const done = await submitJob(recipeOfRun, makeHostedDataset(dir), context, { providers });
  if (done.kind !== "done") throw new Error(done.kind);
  const ledger = new Ledger(stateDirOf(context));
  const serve = <T>(use: (served: { model: string }) => Promise<T>) =>
    withServedModel(
      ledger,
      done.job,
      done.result,
      providers,
      context,
      { minutes: 30, maxUsd: 5 },
      use,
    );
  return {
    server,
    context,
    providers,
    ledger,
    serve,
    cutOff: (is: boolean) => void (isCut = is),
    die: () => void (living = false),
  };
}

describe.each(["hf-jobs", "fireworks"] as const)("%s", (name) => {
  const { running, route, served } = cases[name];

  test("serves while it is used, and no longer", async () => {
    using home = scratch();
    const { server, ledger, serve } = await setUp(home.dir, name);
    await using _server = server;
    using _ledger = ledger;
    const tuneUsd = ledger.spentUsd();
    const said = await serve(async ({ model }) => {
      expect(running(server.state())).toHaveLength(1);
      return model;
    });
    expect(said).toContain(served);
    expect(running(server.state())).toEqual([]);
    expect(openLeases(ledger)).toEqual([]);
    const usd = ledger.spentUsd() - tuneUsd;
    expect(usd).toBeGreaterThan(0);
    expect(usd).toBeLessThanOrEqual(name === "hf-jobs" ? 0.41 : 3.5);
  });

  test("ends a start whose answer was lost", async () => {
    using home = scratch();
    const { server, ledger, serve } = await setUp(home.dir, name);
    await using _server = server;
    using _ledger = ledger;
    server.faults([{ on: route, kind: "accept-drop" }]);
    await expect(serve(async () => "never")).rejects.toThrow("no clear answer");
    expect(running(server.state())).toEqual([]);
    expect(openLeases(ledger)).toEqual([]);
  });

  test("is ended by the next process where one died in use", async () => {
    using home = scratch();
    const { server, ledger, serve, cutOff, die, providers, context } = await setUp(home.dir, name);
    await using _server = server;
    using _ledger = ledger;
    const dying = serve(async () => {
      cutOff(true);
      throw new Error("killed");
    });
    await expect(dying).rejects.toThrow("killed");
    expect(running(server.state())).toHaveLength(1);
    expect(openLeases(ledger)).toHaveLength(1);
    cutOff(false);
    die();
    await releaseLeftLeases(ledger, providers, context);
    expect(running(server.state())).toEqual([]);
    expect(openLeases(ledger)).toEqual([]);
  });
});
