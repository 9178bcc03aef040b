import { expect, test } from "vitest";
import { warnOfLists } from "../../../../src/eval/report/list-warnings.ts";
import { makeReport } from "../../../../src/eval/report/report.ts";
import { makeExample, makePrediction, makeTestInput } from "../fixture.ts";

const input = makeTestInput(1, {}, {});
const examples = ["u1", "u2", "u3"].map((user) =>
  makeExample({ id: `next-item/${user}/7`, task: "next-item", user, candidates: null }),
);
const answers = {
  writer: { items: ["i09"] },
  lister: { items: input.catalog.data.ids.slice(0, 10) },
  popularity: { items: ["i03"], rank: { greater: 2, equal: 0, of: 24 } },
};
const systems = Object.entries(answers).map(([name, answer]) => ({
  name,
  kind: "model" as const,
  about: name,
  predictions: examples.map(({ id }) => makePrediction({ example: id, system: name, ...answer })),
}));

test("warns of written titles beside rankings of the catalog, and the report gives them no list-auc", () => {
  const report = makeReport({ ...input, examples, systems, primary: [] });
  expect(report.warnings.filter((text) => text.includes("next-item answers"))).toEqual([
    "writer: 3 of 3 next-item answers name fewer items than the rankings they are compared with; hr@1 compares them, ndcg@10 does not",
  ]);
  const bearing = report.systems.filter(({ metrics }) => metrics["list-auc/full"] !== undefined);
  expect(bearing.map(({ name }) => name)).toEqual(["popularity"]);
});

test("says nothing where all write as much, or what was read is no answer", () => {
  expect(warnOfLists(systems.slice(0, 1), examples)).toEqual([]);
  const failed = systems[0]!.predictions.map((one) => ({ ...one, outcome: "malformed" as const }));
  const beside = [{ name: "writer", predictions: failed }, ...systems.slice(1)];
  expect(warnOfLists(beside, examples)).toEqual([]);
});
