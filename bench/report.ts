// A report of 10,000 predictions: 2,000 users ranked by five systems, scored, compared with 10,000 resamples, and the page
// written. node bench/report.ts

import { makeReport } from "../src/eval/report/report.ts";
import { renderReport } from "../src/eval/report/page.ts";
import { makeTestInput } from "../test/unit/eval/fixture.ts";
import { seconds, timed } from "./timed.ts";

const chances = { base: 0.1, tuned: 0.5, popularity: 0.15, ease: 0.6, random: 0.1 };
const kinds = {
  base: "base",
  tuned: "tuned",
  popularity: "trivial",
  ease: "classic",
  random: "trivial",
};
const input = makeTestInput(2000, chances, kinds);
const predictions = input.systems.reduce((sum, system) => sum + system.predictions.length, 0);
for (let round = 1; round <= 3; round++) {
  let page = "";
  const ms = await timed(() => {
    page = renderReport(makeReport(input));
  });
  console.log(
    `round ${round}: ${predictions} predictions in ${seconds(ms)}, page of ${(page.length / 1e6).toFixed(1)} MB`,
  );
}
