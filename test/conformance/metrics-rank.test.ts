// Rank metrics against ranx (no ties), trec_eval (ties by document id, float32) and scikit-learn (ties averaged); diversity
// against scipy.

import { describe, expect, test } from "vitest";
import { judgeList, listMetrics, rankMetrics } from "../../src/base/metric/index.ts";
import { rngFor } from "../../src/base/rng.ts";
import { askOracle, missingOracle } from "./metrics-oracle.ts";

const lacks = missingOracle("ranx, pytrec_eval, scipy, sklearn");

type Case = { scores: number[]; relevant: [number, number][]; k: number };
type Answers = {
  lists: Record<string, number>[];
  trec: Record<string, number>[];
  ties: number[];
  gini: number[];
  ild: number[];
};

const rng = rngFor(1, "conformance", "metrics-rank");

/** Cut-offs reach beyond lists; up to 6 relevant items, one of them possibly never scored. */
function makeCase(distinctScores: boolean, unlisted: boolean): Case {
  const n = 1 + rng.int(30);
  const scores = distinctScores
    ? rng.shuffle(Array.from({ length: n }, (_, i) => i / 7))
    : Array.from({ length: n }, () => rng.int(5));
  const pool = rng.shuffle(Array.from({ length: n + (unlisted ? 3 : 0) }, (_, i) => i));
  const relevant = pool
    .slice(0, 1 + rng.int(Math.min(6, n)))
    .map((i): [number, number] => [i, 1 + rng.int(4)]);
  return { scores, relevant, k: [1, 2, 5, 10, 20, 40][rng.int(6)]! };
}

const cases = {
  lists: Array.from({ length: 150 }, () => makeCase(true, true)),
  trec: Array.from({ length: 300 }, () => makeCase(false, true)),
  // scikit-learn has no notion of an item that was not scored, nor of a list of one.
  ties: Array.from({ length: 300 }, () => makeCase(false, false)).filter(
    ({ scores }) => scores.length > 1,
  ),
  gini: Array.from({ length: 20 }, () => ({
    size: 40,
    lists: Array.from({ length: 25 }, () =>
      rng.shuffle(Array.from({ length: 40 }, (_, i) => i)).slice(0, rng.int(11)),
    ),
  })).filter(({ lists }) => lists.some((list) => list.length > 0)),
  ild: [
    ...Array.from({ length: 60 }, (_, i) => makeGenres(1 + rng.int(20), i % 4)),
    {
      has: [
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 0],
        [0, 0, 1],
      ],
      lists: [[0, 1], [2, 3], [2], [], [3, 0]],
    },
  ],
};

/** 30 items of which about one in `lacking` + 1 has no genre (none where 0), in lists of 0 to 10; two are sure to make a pair. */
function makeGenres(genres: number, lacking: number) {
  const has = Array.from({ length: 30 }, (_, item) => {
    const isBare = item > 1 && lacking > 0 && rng.int(lacking + 1) === 0;
    const own = Array.from({ length: genres }, () => (isBare ? 0 : Number(rng.int(4) === 0)));
    if (!isBare) own[rng.int(genres)] = 1;
    return own;
  });
  const lists = Array.from({ length: 12 }, () =>
    rng.shuffle(Array.from({ length: 30 }, (_, item) => item)).slice(0, rng.int(11)),
  );
  return { has, lists: [[1, 0], ...lists] };
}

function judge({ scores, relevant }: Case) {
  const listed = relevant.filter(([i]) => i < scores.length);
  const missing = relevant.filter(([i]) => i >= scores.length).map(([, gain]) => gain);
  return judgeList(
    Float64Array.from(scores),
    listed.map(([index, gain]) => ({ index, gain })),
    missing,
  );
}

function metricOf(name: string) {
  const metric = [...rankMetrics].find((m) => m.name === name);
  if (!metric) throw new Error(name);
  return metric;
}

describe.skipIf(lacks !== null)(`rank metrics${lacks ? ` (skipped: ${lacks})` : ""}`, () => {
  const answers = lacks === null ? askOracle<Answers>("metrics.py", cases) : null;

  test("equal ranx's where nothing ties, to 1e-12", () => {
    cases.lists.forEach((given, i) => {
      for (const [name, value] of Object.entries(answers!.lists[i]!)) {
        const own = metricOf(name).of(judge(given), given.k);
        expect
          .soft(Math.abs(own - value), `${name} of ${JSON.stringify(given)}`)
          .toBeLessThan(1e-12);
      }
    });
  });

  test("equal trec_eval's once ties are broken by document id downwards, to 1e-6", () => {
    cases.trec.forEach((given, i) => {
      const broken = given.scores.map((score, id) => score + id / 1000);
      for (const [name, value] of Object.entries(answers!.trec[i]!)) {
        const own = metricOf(name).of(judge({ ...given, scores: broken }), given.k);
        expect
          .soft(Math.abs(own - value), `${name} of ${JSON.stringify(given)}`)
          .toBeLessThan(1e-6);
      }
    });
  });

  test("average over ties as scikit-learn does, to 1e-12", () => {
    cases.ties.forEach((given, i) => {
      const own = metricOf("ndcg-linear").of(judge(given), given.k);
      expect(Math.abs(own - answers!.ties[i]!)).toBeLessThan(1e-12);
    });
  });

  test("the Gini coefficient equals the formula over sorted counts, to 1e-12", () => {
    const gini = listMetrics.find(({ name }) => name === "gini")!;
    cases.gini.forEach(({ size, lists }, i) => {
      const facts = { size, trainCount: [], genres: [] };
      const values = gini.contributions(lists.map((items) => ({ items, facts })));
      const own = values.reduce((sum, v) => sum + v, 0) / values.length;
      expect(Math.abs(own - answers!.gini[i]!)).toBeLessThan(1e-12);
    });
  });

  test("diversity equals the mean of scipy's Jaccard distances, to 1e-12", () => {
    const ild = listMetrics.find(({ name }) => name === "ild")!;
    cases.ild.forEach(({ has, lists }, i) => {
      const genres = has.map((own) => own.flatMap((one, g) => (one ? [`genre ${g}`] : [])));
      const facts = { size: has.length, trainCount: [], genres };
      const values = ild.contributions(lists.map((items) => ({ items, facts })));
      const own = values.reduce((sum, v) => sum + v, 0) / values.length;
      expect(Math.abs(own - answers!.ild[i]!)).toBeLessThan(1e-12);
    });
  });
});
