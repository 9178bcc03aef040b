// A small evaluation for the tests of this folder: a catalog, examples and answers of several systems. One title and one
// answer carry markup.

import { rngFor } from "../../../src/base/rng.ts";
import type { Example } from "../../../src/dataset/task/types.ts";
import { makeCatalog, type Catalog } from "../../../src/log/catalog/catalog.ts";
import type { ReportInput, ReportSystem } from "../../../src/eval/report/report.ts";
import type { PerUser } from "../../../src/eval/score/score.ts";
import type { Prediction } from "../../../src/eval/score/types.ts";

export const hostileTitle = `<script>alert("x")</script> & 'Sons'`;

export function makeTestCatalog(): Catalog {
  const ids = Array.from({ length: 24 }, (_, i) => `i${String(i).padStart(2, "0")}`);
  const genres = [["Comedy"], ["Drama", "Romance"], ["Sci-Fi"], ["Film-Noir", "Crime"]];
  return makeCatalog({
    ids,
    title: ids.map((id, i) => (i === 5 ? hostileTitle : `Film ${id}`)),
    titles: { en: ids.map(() => null), ko: ids.map((id, i) => (i === 1 ? `영화 ${id}` : null)) },
    year: Int32Array.from(ids, (_, i) => (i === 5 ? 0 : 1980 + i)),
    genres: ids.map((_, i) => genres[i % genres.length]!),
    text: ids.map(() => null),
    trainCount: Int32Array.from(ids, (_, i) => (i < 4 ? 0 : i * 3)),
  });
}

export function makeExample(overrides: Partial<Example> = {}): Example {
  return {
    id: "ranking/u1/7",
    task: "ranking",
    wording: "ranking/en/shelf@1",
    prompt: [{ role: "user", content: "Which one?" }],
    completion: [{ role: "assistant", content: "Film i09 (1989)" }],
    user: "u1",
    item: "i09",
    row: 7,
    time: 10,
    rating: 4,
    history: ["i01", "i02"],
    candidates: ["i03", "i09", "i10", "i11"],
    negatives: null,
    label: "B",
    source: "log",
    warmth: "warm",
    ...overrides,
  };
}

export function makePrediction(overrides: Partial<Prediction> = {}): Prediction {
  return {
    example: "ranking/u1/7",
    system: "tuned",
    perm: 0,
    request: "0".repeat(64),
    outcome: "ok",
    raw: null,
    items: [],
    choices: null,
    value: null,
    tokensIn: 100,
    tokensOut: 5,
    latencyMs: 12,
    costUsd: 0.001,
    model: "micro:test",
    at: 0,
    attempt: 1,
    ...overrides,
  };
}

/** `users` ranking examples and rating examples, and systems that find the truth with the given chances. */
export function makeTestInput(
  users: number,
  chances: Record<string, number>,
  kinds: Record<string, string>,
): ReportInput {
  const catalog = makeTestCatalog();
  const rng = rngFor(5, "fixture");
  const examples = Array.from({ length: users }, (_, u) => {
    const items = rng.shuffle(Array.from({ length: 24 }, (_unused, i) => catalog.data.ids[i]!));
    const user = `u${String(u).padStart(4, "0")}`;
    const candidates = items.slice(0, 10);
    const prompt = [
      {
        role: "user" as const,
        content: `Pick one:\n${candidates.map((id) => catalog.label(catalog.indexOf(id), "en")).join("\n")}`,
      },
    ];
    const item = candidates[rng.int(10)]!;
    return makeExample({
      id: `ranking/${user}/${u}`,
      user,
      item,
      row: u,
      candidates,
      prompt,
      history: items.slice(10, 11 + (u % 9)),
    });
  });
  const systems = Object.entries(chances).map(([name, chance]): ReportSystem => {
    const predictions = examples.map((example) => {
      const found = rng.next() < chance;
      const scores = example.candidates!.map(
        (id) => [id, (id === example.item && found ? 5 : 0) + rng.next()] as const,
      );
      const broken = example.row % 40 === 7;
      return makePrediction({
        example: example.id,
        system: name,
        outcome: broken ? "malformed" : "ok",
        choices: broken ? null : Object.fromEntries(scores),
        items: broken ? [] : scores.toSorted((a, b) => b[1] - a[1]).map(([id]) => id),
        raw: broken ? "<b onmouseover=alert(1)>I can't</b>" : null,
      });
    });
    return {
      name,
      kind: (kinds[name] ?? "model") as ReportSystem["kind"],
      about: `about ${name}`,
      predictions,
    };
  });
  return {
    suite: "sample",
    lang: ["en"],
    seed: 1,
    protocol: { dataset: "sample", split: "leave-one-out", candidates: "uniform, 10" },
    examples,
    catalog,
    variant: "uni10",
    systems,
    primary: [{ metric: "ndcg@10/uni10", system: "tuned", against: "base" }],
    slices: ["history-length", "item-popularity"],
    warnings: ["leave-one-out lets train see the future of other users"],
    B: 500,
  };
}

/** Values of users u000, u001, … (or from `from` on). */
export function perUser(values: number[], from = 0): PerUser {
  return {
    users: values.map((_, i) => `u${String(i + from).padStart(3, "0")}`),
    values: Float64Array.from(values),
  };
}
