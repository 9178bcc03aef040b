import { describe, expect, it } from "vitest";
import { renderAnswer, renderJson, renderPrompt } from "../../../../src/dataset/template/render.ts";
import {
  blockNames,
  type BlockName,
  type Wording,
} from "../../../../src/dataset/template/wording.ts";

function wordingOf(texts: Partial<Record<BlockName, string>>, join = "\n"): Wording {
  const blocks = Object.fromEntries(
    blockNames.map((name) => [
      name,
      { text: texts[name] ?? "", raw: texts[name] ?? "", line: 1, col: 1 },
    ]),
  ) as Wording["blocks"];
  return {
    id: "x/en/y@1",
    task: "x",
    lang: "en",
    name: "y",
    version: 1,
    heldOut: false,
    join,
    file: "x.yaml",
    blocks,
  };
}

describe("renderPrompt", () => {
  it("joins the blocks of the user message and leaves empty ones out", () => {
    const wording = wordingOf(
      { instruction: "I", context: "C\n", candidates: "{% if no %}x{% endif %}\n", task: "T" },
      "--",
    );
    expect(renderPrompt(wording, {})).toEqual([
      { role: "system", content: "I" },
      { role: "user", content: "C--T" },
    ]);
  });

  it("has no system message without an instruction", () => {
    expect(renderPrompt(wordingOf({ task: "T" }), {})).toEqual([{ role: "user", content: "T" }]);
  });

  it("leaves HTML, Jinja and spaces of a title as they are", () => {
    const title = " <b>{{ x }}</b> {% endfor %} ";
    const [message] = renderPrompt(wordingOf({ task: "{{ t }}" }), { t: title });
    expect(message!.content).toBe(title);
  });
});

it("renderAnswer cuts the line ends of its block only", () => {
  expect(renderAnswer(wordingOf({ answer: "{{ a }} \n\n" }), { a: "4" })).toBe("4 ");
});

describe("renderJson", () => {
  it("gives what the plain renders give, block by block, whatever was rendered before", () => {
    const wording = wordingOf({
      instruction: "\n{{ words.item }}",
      context: "{% for h in history %}{{ h.line }}\n{% endfor %}",
      task: "{{ item.title }} {{ n }}\n\n",
      answer: "{{ n }}",
    });
    const words = { item: 'say "film"' };
    const [a, b] = [{ title: "A\\n" }, { title: "B" }];
    const history = [{ line: "x" }, { line: "y" }];
    for (const [item, n, w] of [
      [a, 1, words],
      [a, 1, words],
      [b, 1, words],
      [b, 2, words],
      [a, 2, { item: "책" }],
    ] as const) {
      const vars = { words: w, item, n, history };
      const { system, user, answer } = renderJson(wording, vars);
      const plain = renderPrompt(wording, vars).map(({ content }) => content);
      const unquoted = [system, user, answer].map((text) => JSON.parse(`"${text}"`) as string);
      expect(unquoted).toEqual([...plain, renderAnswer(wording, vars)]);
    }
  });
});
