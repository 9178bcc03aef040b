import { expect, it } from "vitest";
import { makeAnswers, type AnswerTexts } from "../../../../src/dataset/format/answers.ts";
import { catalogOf, exampleOf, words } from "../small-log.ts";

const texts: AnswerTexts = {
  answers: {
    "next-item/en/lines@1": "{{ target.title }}.\n",
    "ranking/ko/shelf@1": "{{ target.title }}{{ josa(target.title, '이에요/예요') }}",
    "ranking/en/letters@1":
      '{% for c in candidates %}{% if c.id == target.id %}{{ "ABCDEF"[loop.index0] }}{% endif %}{% endfor %}',
    "preference/en/two-lists@1": "{% if likes %}Yes{% else %}No{% endif %}",
  },
  words,
  tasks: [{ type: "rating" }, { type: "next-item", negatives: null }],
  show: "title",
  catalog: catalogOf(),
};
const answers = makeAnswers(texts);

const completion = (content: string) => [{ role: "assistant" as const, content }];

it("sets the other verdict against a yes or no", () => {
  const example = exampleOf({ task: "preference", wording: "preference/en/two-lists@1" });
  const yes = { ...example, label: "yes", completion: completion("Yes") };
  const no = { ...example, label: "no", completion: completion("No") };
  expect(answers.othersOf(yes, 5)).toEqual({ texts: ["No"] });
  expect(answers.othersOf(no, 5)).toEqual({ texts: ["Yes"] });
  expect(answers.yesOf(no)).toBe("Yes");
});

it("sets passed-over candidates against the truth, with particles that fit them", () => {
  const example = exampleOf({
    task: "ranking",
    wording: "ranking/ko/shelf@1",
    candidates: ["joker", "tenet", "dark-knight", "watchmen"],
    completion: completion("테넷 (2020)이에요"),
  });
  expect(answers.othersOf(example, 2)).toEqual({
    texts: ["조커 (2019)예요", "다크 나이트 (2008)이에요"],
  });
  expect(answers.othersOf(example, 9)).toMatchObject({ texts: { length: 3 } });
});

it("renders answers by letter in the order of the candidates", () => {
  const example = exampleOf({
    task: "ranking",
    wording: "ranking/en/letters@1",
    candidates: ["joker", "tenet", "matrix"],
    completion: completion("B"),
  });
  expect(answers.othersOf(example, 2)).toEqual({ texts: ["A", "C"] });
});

it("gives the whole answer of each candidate and rating, but none where a reason belongs to it", () => {
  const own = { ...texts.answers, "ranking/en/numbers@1": "{{ index }} ({{ letter }})" };
  const wordings = {
    ...own,
    "rating/en/json@1": '{"rating": {{ rating }}}',
    "ranking/en/reason-first@1":
      "{% if reason.shared %}{{ reason.shared | first }}{% endif %}{{ target.title }}",
  };
  const all = makeAnswers({ ...texts, answers: wordings });
  const candidates = ["joker", "tenet"];
  const example = exampleOf({ task: "ranking", wording: "ranking/en/numbers@1", candidates });
  expect(candidates.map((item) => all.answerWith(example, { item }))).toEqual(["1 (A)", "2 (B)"]);
  const rated = exampleOf({ task: "rating", wording: "rating/en/json@1" });
  expect(all.answerWith(rated, { rating: 3.5 })).toBe('{"rating": 3.5}');
  const reasoned = { ...example, wording: "ranking/en/reason-first@1" };
  expect(all.answerWith(reasoned, { item: "joker" })).toBeNull();
  expect(all.othersOf(reasoned, 1)).toHaveProperty("skip");
  expect(
    all.answerWith({ ...example, wording: "ranking/en/gone@1" }, { item: "joker" }),
  ).toBeNull();
});

it("sets drawn negatives against the next item, and says which key draws them", () => {
  const drawn = exampleOf({ negatives: ["joker", "gone", "barbie"] });
  expect(answers.othersOf(drawn, 2)).toEqual({ texts: ["Joker (2019).", "Barbie (2023)."] });
  expect(answers.othersOf(exampleOf(), 1)).toMatchObject({
    skip: "no negatives were drawn",
    next: expect.stringContaining("tasks.1.negatives") as string,
  });
  const asked = makeAnswers({ ...texts, tasks: [{ type: "next-item", negatives: { n: 1 } }] });
  expect(asked.othersOf(exampleOf(), 1)).toEqual({
    skip: "the target had nothing to draw negatives from",
  });
});

it("makes no pair of a task without passed-over answers, nor of answers that read the same", () => {
  expect(answers.othersOf(exampleOf({ task: "rating" }), 1)).toHaveProperty("skip");
  const same = exampleOf({ negatives: ["joker"], completion: completion("Joker (2019).") });
  expect(answers.othersOf(same, 1)).toHaveProperty("skip");
});
