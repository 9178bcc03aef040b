// Loaded before the program: changes one place of our own source as it is read, so that a crash run can show that it would
// notice. A place that is not found exactly once is an error: a mutant that changed nothing proves nothing.

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/** By name: file below src, what stands there, what the mutant has instead. */
export const mutants: Readonly<Record<string, { file: string; from: string; to: string }>> = {
  "SDK retries on": {
    file: "job/provider/hosted-calls.ts",
    from: "export const sendOnce = { maxRetries: 0 } as const;",
    to: "export const sendOnce = { maxRetries: 2 } as const;",
  },
  "intent written after the POST": {
    file: "job/submit.ts",
    from: `await enterIntent(run, job, plan.ceilingUsd);
          if (hits.length > 0) await adopt(ledger, ledger.get(job.id), hits, provider, context);
          else await send(run, job, uploaded);`,
    to: `const early = await provider.submit(request, uploaded, context);
          await enterIntent(run, job, plan.ceilingUsd);
          ledger.transition(job.id, "INTENT", "SUBMITTED", { at: context.now(), remoteId: early.remoteId });`,
  },
  "reconcile skipped": {
    file: "job/reconcile.ts",
    from: `const hits = await findHits(provider, request, context);
      context.onPoint?.("job:looked");`,
    to: `const hits: Hit[] = []; void request; void findHits;
      context.onPoint?.("job:looked");`,
  },
};

const name = process.env["RECTUNE_MUTANT"];
if (name !== undefined) {
  const { file, from, to } = mutants[name]!;
  const url = new URL(`../../src/${file}`, import.meta.url).href;
  const text = readFileSync(fileURLToPath(url), "utf8");
  if (text.split(from).length !== 2) throw new Error(`mutant "${name}" does not fit ${file}`);
  registerHooks({
    load(loaded, context, nextLoad) {
      if (loaded !== url) return nextLoad(loaded, context);
      return {
        format: "module-typescript",
        shortCircuit: true,
        source: text.replace(from, () => to),
      };
    },
  });
}
