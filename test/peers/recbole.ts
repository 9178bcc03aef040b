// `npm run test:peers`: our baselines and metrics beside RecBole's, on files that we exported and RecBole split itself. Prints a
// table; exit 1 where scores differ by more than 1e-4 of the user's largest, a metric in its fourth decimal, or a result by .0005.
// Usage: recbole.ts RUN_FOLDER FOLDER_OF_recbole_scores.py

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hitRate } from "../../src/base/metric/hit-rate.ts";
import { listOfRank, missedList } from "../../src/base/metric/judged-list.ts";
import { mrr } from "../../src/base/metric/mrr.ts";
import { ndcg } from "../../src/base/metric/ndcg.ts";
import { makeKnown, takeTrain } from "../../src/eval/system/fit-baseline.ts";
import { rankCatalog } from "../../src/eval/system/full-ranking.ts";
import { readState } from "../../src/eval/suite/run-folder.ts";
import { openRunData } from "../../src/eval/report/write-report.ts";
import { baselines } from "../../src/log/baseline/index.ts";
import type { Params } from "../../src/log/baseline/params.ts";

type Theirs = {
  users: string[];
  items: string[];
  truth: string[];
  models: Record<string, { metrics: Record<string, number>; places: number[] }>;
};

/** Ours for each of theirs; `cut`: ties at the k-th neighbour fall as each likes, so that single scores differ. */
const settings: Record<string, { baseline: string; params: Params; cut?: true }> = {
  ease: { baseline: "ease", params: { lambda: 250 } },
  "item-knn": { baseline: "item-knn", params: { k: 100 }, cut: true },
  "item-knn-all": { baseline: "item-knn", params: { k: 1681 } },
  popularity: { baseline: "popularity", params: {} },
};
const measured = { "hit@10": hitRate, "ndcg@10": ndcg, "mrr@10": mrr };

const [runDir, peerDir] = process.argv.slice(2);
const data = await openRunData(runDir!, await readState(runDir!));
const catalog = await data.catalog();
const interactions = await data.interactions();
const known = makeKnown({ catalog, interactions });
const train = takeTrain({ catalog, interactions });
const all = Int32Array.from({ length: catalog.size }, (_, i) => i);
const theirs = JSON.parse(readFileSync(join(peerDir!, "recbole.json"), "utf8")) as Theirs;
const columns = theirs.items.map((id) => catalog.indexOf(id));
const rows: string[][] = [["baseline", "measure", "RecBole", "rectune", "verdict"]];
let failed = 0;

function note(name: string, measure: string, their: string, our: string, holds: boolean): void {
  rows.push([name, measure, their, our, holds ? "agrees" : "DIFFERS"]);
  if (!holds) failed++;
}

const tests = new Map((await data.examples()).map((example) => [example.user, example]));
const sameTests = theirs.users.filter((user, u) => {
  return tests.get(user)?.item === theirs.truth[u];
}).length;
note("", "test items", String(tests.size), String(sameTests), sameTests === tests.size);

for (const [name, { metrics, places }] of Object.entries(theirs.models)) {
  const bytes = readFileSync(join(peerDir!, `${name}.f32`));
  const scores = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const { baseline, params, cut } = settings[name]!;
  const fitted = baselines[baseline]!.fit(train, { seed: 1, params });
  const sums: Record<string, { listed: number; own: number; best: number; worst: number }> = {};
  for (const key of Object.keys(measured)) sums[key] = { listed: 0, own: 0, best: 0, worst: 0 };
  let widest = 0;
  let differing = 0;
  // Popularity is scaled to the most popular item there.
  const top = name === "popularity" ? Math.max(...fitted.score(0, all)) : 1;
  for (const [u, token] of theirs.users.entries()) {
    const user = known.indexOf(token);
    const own = fitted.score(user, all).map((score) => score / top);
    const row = scores.subarray(u * columns.length, (u + 1) * columns.length);
    const largest = row.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
    for (const [c, item] of columns.entries()) {
      const difference = Math.abs(own[item]! - row[c]!) / largest;
      widest = Math.max(widest, difference);
      if (difference > 1e-4) differing++;
    }
    const truth = catalog.indexOf(theirs.truth[u]!);
    const { history } = known.ask(tests.get(token)!);
    const { rank } = rankCatalog(own, truth, { masked: history, keep: 1 });
    const place = places[u]!;
    for (const [key, metric] of Object.entries(measured)) {
      const sum = sums[key]!;
      const at = (greater: number, equal: number): number =>
        metric.of(listOfRank({ greater, equal }, rank.of), 10);
      sum.listed += place < 0 ? metric.of(missedList, 10) : at(place, 0);
      sum.own += at(rank.greater, rank.equal);
      sum.best += at(rank.greater, 0);
      sum.worst += at(rank.greater + rank.equal, 0);
    }
  }
  const said = `largest difference ${widest.toExponential(1)}`;
  const share = ((100 * differing) / scores.length).toFixed(2);
  if (cut)
    note(
      name,
      "scores (ties at the cut)",
      "",
      `${share}% of scores differ`,
      differing < scores.length / 50,
    );
  else note(name, "scores", "", said, widest <= 1e-4);
  for (const [key, value] of Object.entries(metrics)) {
    const n = theirs.users.length;
    const { listed, own, best, worst } = sums[key]!;
    const [their, onTheirs, ours] = [value, listed / n, own / n].map((v) => v.toFixed(4));
    note(name, `${key}, on RecBole's lists`, their!, onTheirs!, their === onTheirs);
    const range = ` [${(worst / n).toFixed(4)}, ${(best / n).toFixed(4)}]`;
    const isInside = value >= worst / n - 5e-5 && value <= best / n + 5e-5;
    const isNear = Math.abs(own / n - value) <= 5e-4;
    note(name, `${key}, end to end [tie range]`, their!, ours! + range, isNear || isInside);
  }
}

const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
for (const row of rows) {
  process.stdout.write(
    `${row
      .map((text, c) => text.padEnd(widths[c]!))
      .join("  ")
      .trimEnd()}\n`,
  );
}
process.stdout.write(`${rows.length - 1 - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
