// A workspace with one server in memory, for tests that run the whole engine; and a process that dies at a labelled point.

import { join } from "node:path";
import { cancelJob, watchById } from "../../../src/job/control.ts";
import { Ledger } from "../../../src/job/ledger.ts";
import { type DedupeClass, JobRejected, type Provider } from "../../../src/job/provider/types.ts";
import { resolveJob, type Verdict } from "../../../src/job/resolve.ts";
import type { JobState } from "../../../src/job/states.ts";
import {
  stateDirOf,
  submitJob,
  type SubmitOptions,
  type SubmitOutcome,
} from "../../../src/job/submit.ts";
import {
  makeDataset,
  makeRecipe,
  makeScripted,
  makeServer,
  newJob,
  scratch,
  type Server,
  testContext,
} from "./fixture.ts";

export const rejected = (): Error =>
  new JobRejected("422: no such model", { code: "remote-rejected" });

/** A workspace with one server; `run` is one invocation of the program. */
export function workspace(
  dedupe: DedupeClass,
  given: Partial<Server> = {},
  overrides: Partial<Provider> = {},
) {
  const folder = scratch();
  const server = makeServer(given);
  const provider = makeScripted(server, dedupe, rejected, overrides);
  const context = testContext(folder.dir);
  const dataset = makeDataset(folder.dir);
  const run = (
    options: SubmitOptions & {
      seed?: number;
      maxUsd?: number;
      onPoint?: (name: string) => void;
    } = {},
  ): Promise<SubmitOutcome> => {
    const { seed = 1, onPoint, ...rest } = options;
    const providers = { scripted: provider };
    const withPoint = onPoint ? { ...context, onPoint } : context;
    return submitJob(makeRecipe(folder.dir, { seed }), dataset, withPoint, { providers, ...rest });
  };
  return {
    dir: folder.dir,
    server,
    context,
    run,
    providers: { scripted: provider },
    ids: () => {
      using ledger = new Ledger(join(folder.dir, ".rectune"));
      return ledger.list().map(({ id }) => id);
    },
    ledger: () => new Ledger(join(folder.dir, ".rectune")),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

const ways: Partial<Record<JobState, JobState[]>> = {
  PLANNED: [],
  UPLOADED: ["APPROVED", "UPLOADING", "UPLOADED"],
  INTENT: ["APPROVED", "UPLOADING", "UPLOADED", "INTENT"],
  UNKNOWN: ["APPROVED", "UPLOADING", "UPLOADED", "INTENT", "UNKNOWN"],
  SUBMITTED: ["APPROVED", "UPLOADING", "UPLOADED", "INTENT", "SUBMITTED"],
};

/** A ledger with one job in a state, and the server that it may or may not have reached. */
export function jobIn(state: JobState, given: Partial<Server> = {}, owner = "1@never") {
  const folder = scratch();
  const context = testContext(folder.dir);
  const server = makeServer(given);
  const providers = { scripted: makeScripted(server, "B", rejected) };
  const ledger = new Ledger(stateDirOf(context));
  let job = ledger.add(newJob(1));
  for (const to of ways[state]!)
    job = ledger.transition(job.id, job.state, to, {
      at: 5,
      ...(to === "SUBMITTED" ? { remoteId: "r1" } : {}),
      ...(to === "INTENT" ? { owner, ceilingUsd: 2 } : {}),
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
    context,
    providers,
    arrive,
    id: job.id,
    cancel: () => cancelJob(job.id, context, providers),
    watch: (others: Record<string, Provider> = providers) => watchById(job.id, context, others),
    resolve: (verdict: Verdict) => resolveJob(job.id, verdict, context, providers),
    [Symbol.dispose]() {
      ledger.close();
      folder[Symbol.dispose]();
    },
  };
}

/** Makes the process seem to have died at INTENT: nobody moved the job on, and its owner is gone. */
export function killAt(point: string, onDeath: () => void = () => undefined) {
  return (name: string): void => {
    if (name !== point) return;
    onDeath();
    throw new Killed();
  };
}
export class Killed extends Error {}

export function forgetOwner(dir: string): void {
  using ledger = new Ledger(join(dir, ".rectune"));
  for (const job of ledger.unresolved()) {
    if (job.state === "INTENT") ledger.transition(job.id, "INTENT", "UNKNOWN", { at: 1 });
  }
}
