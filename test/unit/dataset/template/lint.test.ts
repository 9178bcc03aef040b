import { expect, it } from "vitest";
import { ranking } from "../../../../src/dataset/task/ranking.ts";
import { lintWording } from "../../../../src/dataset/template/lint.ts";
import {
  blockNames,
  type BlockName,
  type Wording,
} from "../../../../src/dataset/template/wording.ts";

const good: Record<BlockName, string> = {
  instruction: "",
  context: "{% for h in history %}{{ h.line }}{% endfor %}",
  candidates: "{% for c in candidates %}{{ c.title }}{% endfor %}",
  task: "Next:",
  answer: "{{ letter }}",
};

/** The problems of a ranking wording whose blocks stand on lines 1 to 5 of a file. */
function lint(blocks: Partial<Record<BlockName, string>>): string[] {
  const texts = { ...good, ...blocks };
  const placed = blockNames.map((name, i) => {
    return [name, { text: texts[name], raw: texts[name], line: i + 1, col: 1 }] as const;
  });
  const wording: Wording = {
    id: "ranking/en/x@1",
    task: "ranking",
    lang: "en",
    name: "x",
    version: 1,
    heldOut: false,
    join: "",
    file: "x.yaml",
    blocks: Object.fromEntries(placed) as Wording["blocks"],
  };
  return lintWording(wording, ranking, null).map(({ code, where }) => `${code} ${where}`);
}

it("finds nothing in a good wording", () => {
  expect(lint({})).toEqual([]);
});

it.each([
  "{% if candidates %}{% for c in candidates %}{{ c.title }}{% endfor %}{% endif %}",
  "{{ candidates | length }} of them: {% for c in candidates %}{{ letters[loop.index0] }} {{ c.title }}{% endfor %}",
  "{% if candidates | length > 3 and not no %}{% endif %}{% for c in candidates %}{{ c.id }}{% endfor %}",
])("takes candidates in a loop, counted and asked for: %s", (candidates) => {
  expect(lint({ candidates }).filter((found) => found.includes("candidates"))).toEqual([]);
});

it.each([
  ["{{ candidates[0].title }}", 4],
  ["{{ (candidates | first).title }}", 5],
  ["{% for c in [candidates[1], candidates[0]] %}{{ c.title }}{% endfor %}", 14],
  ["{% set list = candidates %}{% for c in list %}{{ c.title }}{% endfor %}", 15],
  ["{% if candidates[0].year > 2000 %}new{% endif %}", 7],
])("refuses candidates by their place: %s", (picked, col) => {
  const found = lint({ candidates: `${picked}${good.candidates}` });
  expect(found).toEqual([`template-candidates-order x.yaml:3:${col}`]);
});

it("refuses what a model is asked for in a prompt: the title, its letter, its number, the reason", () => {
  for (const name of ["target.title", "letter", "index", "reason.shared"]) {
    expect(lint({ task: `Next: {{ ${name} }}` })).toEqual([
      "template-answer-in-prompt x.yaml:4:10",
    ]);
  }
});

it("refuses a block that is longer than any prompt should repeat", () => {
  expect(lint({ instruction: "x".repeat(4000) })).toEqual([]);
  expect(lint({ instruction: "x".repeat(4001) })).toEqual(["template-too-long x.yaml:1:1"]);
});
