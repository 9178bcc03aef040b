// A workspace with one server in memory, for tests that run the whole engine; and a process that dies at a labelled point.

import { join } from "node:path";
import { Ledger } from "../../../src/job/ledger.ts";
import { type DedupeClass, JobRejected, type Provider } from "../../../src/job/provider/types.ts";
import { submitJob, type SubmitOptions, type SubmitOutcome } from "../../../src/job/submit.ts";
import {
  makeDataset,
  makeRecipe,
  makeScripted,
  makeServer,
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
