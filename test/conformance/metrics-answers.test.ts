// Yes/no, rating and text metrics against scikit-learn, sacrebleu and rouge_score.

import { describe, expect, test } from "vitest";
import {
  bleuMetrics,
  featureMetrics,
  kappa,
  makeTextRow,
  rowOfLogProbabilities,
  wordMetrics,
  yesNoMetrics,
  type CorpusMetric,
} from "../../src/base/metric/index.ts";
import { maeRows, rmseRows } from "../../src/base/metric/rows-error.ts";
import { rngFor } from "../../src/base/rng.ts";
import { askOracle, missingOracle } from "./metrics-oracle.ts";

const lacks = missingOracle("sklearn, sacrebleu, rouge_score.rouge_scorer");

const rng = rngFor(1, "conformance", "metrics-answers");

const yesNo = Array.from({ length: 30 }, () => {
  const n = 20 + rng.int(80);
  // Rounded, so that some scores tie.
  const draw = (): number[] => Array.from({ length: n }, () => -rng.int(30) / 10 - 0.1);
  return {
    positive: Array.from({ length: n }, (_, i) => (i < 2 ? i : rng.int(2))),
    users: Array.from({ length: n }, (_, i) => (i < 2 ? 0 : rng.int(9))),
    yes: draw(),
    no: draw(),
  };
});

/** Answers of that many distinct probabilities, the true ones less extreme than they say. */
function makeCalibration(n: number, distinct: number) {
  const values = rng.shuffle(Array.from({ length: distinct }, (_, i) => (i + 0.5) / distinct));
  const odds = Array.from({ length: n }, (_, i) => {
    const p = values[i % distinct]!;
    return 3 * Math.log(p / (1 - p)) + 0.3;
  });
  return {
    positive: odds.map((o) => Number(rng.next() < 1 / (1 + Math.exp(-o / 2)))),
    users: odds.map(() => 0),
    yes: odds.map((o) => Math.min(o, 0) - 0.1),
    no: odds.map((o) => Math.min(-o, 0) - 0.1),
  };
}

// Few rows, rows that fill the bins, rows that do not (prime to 15: no cut hangs on how b n / 15 is rounded), one value for
// all, and values that tie within their bin only.
const calibrations = [
  ...[1, 2, 7, 14, 15].map((n) => makeCalibration(n, n)),
  ...Array.from({ length: 20 }, (_, i) => makeCalibration(15 * (i + 1), 15 * (i + 1))),
  ...[16, 17, 29, 31, 44, 101, 338, 943].map((n) => makeCalibration(n, n)),
  ...[1, 9, 30, 100].map((n) => makeCalibration(n, 1)),
  ...[30, 75, 150].map((n) => makeCalibration(n, 15)),
];

const ratings = Array.from({ length: 20 }, () => {
  const actual = Array.from({ length: 60 }, () => 1 + rng.int(5));
  const predicted = actual.map((r) => Math.min(5, Math.max(1, r + rng.int(3) - 1)));
  return { predicted, actual };
});

const words = {
  "13a":
    "the film, a GREAT story! (1947) 1,000.5 3-4 it's noir-ish &quot;dark&quot; don't... e.g. café naïve 10% A&amp;B – so".split(
      " ",
    ),
  char: "이 영화는 1947년 느와르의 걸작, 정말 좋아하실 거예요! 범죄 드라마를 「긴 밤」 액션/코미디 🎬 SF를".split(
    " ",
  ),
} as const;

function makeTexts(tok: keyof typeof words, shortest: number) {
  const list = words[tok];
  const reference = Array.from({ length: 40 }, () =>
    Array.from({ length: shortest + rng.int(14) }, () => list[rng.int(list.length)]!),
  );
  const said = reference.map((own) =>
    own.flatMap((word) =>
      rng.int(4) === 0 ? [] : [rng.int(4) === 0 ? list[rng.int(list.length)]! : word],
    ),
  );
  const join = (texts: string[][]): string[] => texts.map((text) => text.join(" "));
  return { tok, said: join(said), reference: join(reference) };
}

const texts = [
  makeTexts("13a", 3),
  makeTexts("char", 3),
  makeTexts("13a", 0),
  makeTexts("char", 0),
  { tok: "13a" as const, said: ["no match here", ""], reference: ["something else", "x"] },
  { tok: "13a" as const, said: ["the cat"], reference: ["the cat"] },
  {
    tok: "13a" as const,
    said: ["the one\nline- \t.5 x.5 5.x"],
    reference: ["the one line .5 x.5 5.y "],
  },
];

type Answers = {
  yesNo: Record<string, number>[];
  delong: number[];
  ece: number[];
  kappa: number[];
  errors: Record<"mae-rows" | "rmse-rows", number>[];
  texts: Record<string, number>[];
};

function meanOf<Row>(metric: CorpusMetric<Row>, rows: readonly Row[]): number {
  const values = metric.contributions(rows);
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

describe.skipIf(lacks !== null)(`metrics of answers${lacks ? ` (skipped: ${lacks})` : ""}`, () => {
  const answers =
    lacks === null
      ? askOracle<Answers>("metrics.py", {
          yesNo,
          ece: calibrations,
          kappa: ratings,
          errors: ratings,
          texts,
        })
      : null;
  const rowsOf = ({ positive, users, yes, no }: (typeof yesNo)[number]) =>
    positive.map((label, i) =>
      rowOfLogProbabilities(String(users[i]), label === 1, { yes: yes[i]!, no: no[i]! }),
    );

  test("yes/no metrics equal scikit-learn's, to 1e-12", () => {
    yesNo.forEach((given, i) => {
      for (const [name, value] of Object.entries(answers!.yesNo[i]!)) {
        const metric = [...yesNoMetrics].find((m) => m.name === name)!;
        expect.soft(Math.abs(meanOf(metric, rowsOf(given)) - value), name).toBeLessThan(1e-12);
      }
    });
  });

  test("the spread of AUC's contributions is DeLong's variance, to 1e-12", () => {
    yesNo.forEach((given, i) => {
      const values = yesNoMetrics[0].contributions(rowsOf(given));
      const centre = values.reduce((sum, v) => sum + v, 0) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / values.length ** 2;
      expect(Math.abs(variance - answers!.delong[i]!)).toBeLessThan(1e-12);
    });
  });

  test("calibration error equals that of scikit-learn's curve or of its bins, to 1e-12", () => {
    const ece = yesNoMetrics.find(({ name }) => name === "ece")!;
    calibrations.forEach((given, i) => {
      const apart = Math.abs(meanOf(ece, rowsOf(given)) - answers!.ece[i]!);
      expect.soft(apart, `${given.positive.length} rows`).toBeLessThan(1e-12);
    });
  });

  test("quadratic kappa equals scikit-learn's, to 1e-12", () => {
    ratings.forEach(({ predicted, actual }, i) => {
      const rows = actual.map((rating, row) => {
        return { predicted: predicted[row]!, actual: rating, scale: [1, 2, 3, 4, 5] };
      });
      expect(Math.abs(meanOf(kappa, rows) - answers!.kappa[i]!)).toBeLessThan(1e-12);
    });
  });

  test("errors over rows equal scikit-learn's, to 1e-12", () => {
    ratings.forEach(({ predicted, actual }, i) => {
      const rows = actual.map((rating, row) => {
        return { predicted: predicted[row]!, actual: rating, scale: [1, 2, 3, 4, 5] };
      });
      const { "mae-rows": mae, "rmse-rows": rmse } = answers!.errors[i]!;
      expect(Math.abs(meanOf(maeRows, rows) - mae)).toBeLessThan(1e-12);
      expect(Math.abs(meanOf(rmseRows, rows) - rmse)).toBeLessThan(1e-12);
    });
  });

  test("text metrics equal sacrebleu's to 1e-10 of 100, and rouge_score's to 1e-12, Korean too", () => {
    texts.forEach(({ tok, said, reference }, i) => {
      // google's tokeniser is that of English rows, whatever the text.
      const rows = (lang: string) =>
        said.map((text, row) => makeTextRow({ said: text, reference: reference[row]! }, lang));
      const metrics = [...bleuMetrics, ...featureMetrics, ...wordMetrics];
      for (const [name, value] of Object.entries(answers!.texts[i]!)) {
        const lang = name.endsWith("bleu") && tok === "char" ? "ko" : "en";
        const own = meanOf(
          metrics.find((m) => m.name === name)!,
          rows(lang),
        );
        const limit = name.startsWith("rouge") ? 1e-12 : 1e-10;
        expect.soft(Math.abs(own - value), `${name} of case ${i}`).toBeLessThan(limit);
      }
    });
  });
});
