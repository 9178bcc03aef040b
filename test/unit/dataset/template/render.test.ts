import { describe, expect, it } from "vitest";
import { LineBuffer } from "../../../../src/dataset/template/line-buffer.ts";
import { NumberedRecord } from "../../../../src/dataset/template/record-number.ts";
import {
  makeSpans,
  renderAnswer,
  renderPrompt,
  writeMessages,
  type Spans,
} from "../../../../src/dataset/template/render.ts";
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

describe("writeMessages", () => {
  function write(wording: Wording, vars: Record<string, unknown>) {
    const [buffer, spans] = [new LineBuffer(), makeSpans()];
    buffer.write("before");
    writeMessages(wording, vars, buffer, spans);
    const textOf = ({ from, to }: Spans["user"]): string =>
      JSON.parse(`"${buffer.text(from, to)}"`) as string;
    const texts = [spans.system, spans.user, spans.answer].map(textOf);
    return { texts, json: buffer.text(6, buffer.size) };
  }

  function expectPlain(wording: Wording, vars: Record<string, unknown>): void {
    const prompt = renderPrompt(wording, vars);
    const completion = [{ role: "assistant", content: renderAnswer(wording, vars) }];
    const { texts, json } = write(wording, vars);
    expect(`{"prompt":${json}}`).toBe(JSON.stringify({ prompt, completion }));
    const [user, system = ""] = prompt.map(({ content }) => content).toReversed();
    expect(texts).toEqual([system, user, completion[0]!.content]);
  }

  it("gives what the plain renders give, block by block, whatever was rendered before", () => {
    const wording = wordingOf({
      instruction: "\n{{ words.item }}",
      context: "{% for h in history %}{{ h.line }}\n{% endfor %}",
      task: "{{ item.title }} {{ n }}\n\n",
      answer: "{{ n }}",
    });
    const words = { item: 'say "film"' };
    const [a, b] = [{ title: "A\\n" }, Object.assign(new NumberedRecord(), { title: "B" })];
    const history = [{ line: "x" }, { line: "y" }];
    for (const [item, n, w] of [
      [a, 1, words],
      [a, 1, words],
      [b, 1, words],
      [b, 2, words],
      [a, 2, { item: "책" }],
    ] as const)
      expectPlain(wording, { words: w, item, n, history });
  });

  it("leaves empty blocks out, cuts line ends on both sides, and keeps backslashes that look like them", () => {
    const wording = wordingOf(
      { instruction: "{{ i }}", context: "{{ c }}", candidates: "{{ d }}", task: "{{ t }}" },
      "\n--\n",
    );
    const texts = ["", "\n", "x", "\r\n\nx y\n", "\\n", "x\\n\n", "x\\\n", '"\n'];
    for (const [i, c] of texts.entries())
      for (const d of texts)
        for (const t of texts) expectPlain(wording, { i: texts[(i + 3) % 8], c, d, t });
  });
});
