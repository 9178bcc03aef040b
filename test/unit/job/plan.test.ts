import { expect, test } from "vitest";
import { planJob, requestOfDraft } from "../../../src/job/plan.ts";
import type { JobPlan } from "../../../src/job/provider/types.ts";
import { makeDataset, makeScripted, makeServer, scratch, testContext } from "./fixture.ts";
import { rejected } from "./workspace.ts";

const forbids = "research use; may not be redistributed";

/** The plan for a dataset whose licence says so, or does not. */
async function notesOf(licence: { forbids?: string }, change: Partial<JobPlan> = {}) {
  using folder = scratch();
  const scripted = makeScripted(makeServer(), "B", rejected);
  const provider = {
    ...scripted,
    plan: async (...asked: Parameters<typeof scripted.plan>) => ({
      ...(await scripted.plan(...asked)),
      notes: ["of the provider"],
      ...change,
    }),
  };
  const dataset = { ...makeDataset(folder.dir), ...licence };
  const lora = null;
  const hyperparameters = { epochs: 1, learningRate: "auto", batchSize: "auto", lora } as const;
  const spec = {
    name: "tiny",
    dataset,
    hyperparameters: { ...hyperparameters, maxTokens: 512 },
    options: {},
    seed: 1,
  };
  const draft = { spec, provider, account: "me", model: "m1", method: "sft" } as const;
  const request = requestOfDraft(draft, "k".repeat(64), folder.dir);
  return (await planJob(provider, request, "job.yaml", testContext(folder.dir))).notes;
}

test("says first that a log's licence may forbid sending what quotes it", async () => {
  expect(await notesOf({ forbids })).toEqual([
    `the log's licence may forbid this: scripted is sent examples that quote it (${forbids})`,
    "of the provider",
  ]);
});

test("says nothing of a licence that allows it, nor where nothing leaves the machine", async () => {
  expect(await notesOf({})).toEqual(["of the provider"]);
  expect(await notesOf({ forbids }, { requests: [] })).toEqual(["of the provider"]);
});
