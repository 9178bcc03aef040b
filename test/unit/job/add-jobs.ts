// A process that adds jobs to a ledger while another does the same; run by ledger.test.ts.

import { Ledger, StaleStateError } from "../../../src/job/ledger.ts";
import { newJob } from "./fixture.ts";

const [dir, worker] = process.argv.slice(2);
using ledger = new Ledger(dir!);
let won = 0;
for (let i = 0; i < 20; i++) {
  ledger.add(newJob(1000 * (Number(worker) + 1) + i));
  const shared = ledger.add(newJob(i));
  try {
    ledger.transition(shared.id, "PLANNED", "APPROVED", { at: i, ceilingUsd: 0 });
    won++;
  } catch (error) {
    if (!(error instanceof StaleStateError)) throw error;
  }
}
process.stdout.write(JSON.stringify({ won }));
