// A few examples to read beside the numbers: where the system under test is right and the other wrong, the reverse, and
// where both are wrong. Drawn at random with the suite's seed, never picked by hand.

import { rngFor } from "../../base/rng.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { langOf, latestAnswers, type SystemScores } from "./score.ts";
import type { Comparison, Prediction, ReportSample } from "./types.ts";

export type SampleSystem = {
  name: string;
  predictions: readonly Prediction[];
  scores: SystemScores;
};

export const sampleKinds = ["fixed", "broke", "both-wrong"] as const;
export type SampleKind = (typeof sampleKinds)[number];

/** At most this many of each kind, so 300 in all. */
const perKind = 100;
/** Items of a scored list that a sample shows. */
const shownChoices = 5;

/** Up to 100 samples of each kind, kinds in order, the answer of `against` before that of `system`. */
export function pickSamples(
  systems: readonly SampleSystem[],
  { system, against }: Pick<Comparison, "system" | "against">,
  { examples, catalog, seed }: { examples: readonly Example[]; catalog: Catalog; seed: number },
): ReportSample[] {
  const pair = [against, system].flatMap((name) => systems.filter((s) => s.name === name));
  const views = pair.map(({ name, predictions, scores }) => ({
    name,
    answers: latestAnswers(predictions),
    rights: new Map(scores.rows.map(({ example, metrics }) => [example.id, isRight(metrics)])),
  }));
  const samples = rngFor(seed, "samples", "report")
    .shuffle(examples.slice())
    .flatMap((example): ReportSample[] => {
      const answers = views.flatMap(({ name, answers: held, rights }) => {
        const answer = held.get(example.id)?.[0];
        return answer
          ? [
              {
                system: name,
                text: textOf(example, answer, catalog),
                read: readOf(example, answer, catalog),
                right: rights.get(example.id) ?? null,
              },
            ]
          : [];
      });
      if (answers.length < 2) return [];
      const prompt = example.prompt.map(({ role, content }) => `${role}: ${content}`).join("\n\n");
      return [
        {
          example: example.id,
          user: example.user,
          task: example.task,
          prompt,
          truth: truthOf(example, catalog),
          answers,
        },
      ];
    });
  return sampleKinds.flatMap((kind) =>
    samples.filter((sample) => kindOfSample(sample) === kind).slice(0, perKind),
  );
}

/** Which of the three kinds a sample is; null where both are right or nothing can be said. */
export function kindOfSample({ answers }: ReportSample): SampleKind | null {
  const [other, own] = answers;
  if (!other || !own || other.right === null || own.right === null) return null;
  if (own.right) return other.right ? null : "fixed";
  return other.right ? "broke" : "both-wrong";
}

function isRight(metrics: Record<string, number>): boolean | null {
  const name = Object.keys(metrics).find(
    (m) => m.startsWith("hr@1/") || m === "accuracy" || m === "names-true-reason",
  );
  return name === undefined ? null : metrics[name] === 1;
}

function textOf(
  example: Example,
  { raw, choices, items, value, outcome }: Prediction,
  catalog: Catalog,
): string {
  if (raw !== null && raw !== "") return raw;
  const lang = langOf(example);
  const label = (id: string): string =>
    catalog.indexOf(id) < 0 ? id : catalog.label(catalog.indexOf(id), lang);
  if (example.task === "rating") return value === null ? outcome : String(value);
  const scored = Object.entries(choices ?? {}).sort((a, b) => b[1] - a[1]);
  const listed =
    scored.length > 0
      ? scored.map(([id, score]) => `${label(id)} (${score.toFixed(3)})`)
      : items.map(label);
  if (listed.length === 0) return outcome;
  return listed
    .slice(0, shownChoices)
    .map((line, i) => `${i + 1}. ${line}`)
    .join("\n");
}

/** What was read from a written answer: titles with ids, or the rating; empty where the answer was scored. */
function readOf(example: Example, { raw, items, value }: Prediction, catalog: Catalog): string[] {
  if (raw === null || raw === "") return [];
  if (example.task === "rating") return value === null ? [] : [String(value)];
  const lang = langOf(example);
  return items.slice(0, shownChoices).map((id) => {
    const index = catalog.indexOf(id);
    return index < 0 ? id : `${catalog.label(index, lang)} (${id})`;
  });
}

function truthOf(example: Example, catalog: Catalog): string {
  if (example.task === "rating") return String(example.rating);
  const index = catalog.indexOf(example.item);
  if (example.task === "explanation" || index < 0)
    return example.completion[0]?.content ?? example.item;
  return catalog.label(index, langOf(example));
}
