// The bootstrap of 10 metrics over 6,040 users with 10,000 draws, as the report asks for it: shared draws, one thread.
// node bench/bootstrap.ts [USERS] [METRICS] [DRAWS]

import { rngFor } from "../src/base/rng.ts";
import { bootstrapColumns, bootstrapMeans } from "../src/base/stat/bootstrap.ts";
import { signFlipTest } from "../src/base/stat/sign-flip.ts";
import { cpuTimed, seconds, timed } from "./timed.ts";

const [users = 6040, metrics = 10, draws = 10_000] = process.argv.slice(2).map(Number);
const rng = rngFor(1, "bench", "bootstrap");
const columns = Array.from({ length: metrics }, () =>
  Float64Array.from({ length: users }, () => (rng.int(5) === 0 ? rng.next() : 0)),
);
for (let round = 1; round <= 3; round++) {
  let cpu = 0;
  const together = await timed(async () => {
    cpu = await cpuTimed(() => bootstrapColumns(columns, rngFor(1, "draws"), draws));
  });
  const one = await timed(() => bootstrapMeans(columns[0]!, rngFor(1, "draws"), draws));
  const flips = await timed(() => signFlipTest(columns[0]!, rngFor(1, "flips"), draws));
  console.log(
    `round ${round}: ${metrics} metrics × ${users} users × ${draws} draws ${seconds(together)} (processor ${seconds(cpu)}); ` +
      `one metric ${seconds(one)}; sign flips of one ${seconds(flips)}`,
  );
}
