// Lines against the slow way: the example as an object, rendered by the engine's own interpreter, through JSON.stringify.

import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import fc from "fast-check";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeLineMaker, type LineSource } from "../../../src/dataset/example-line.ts";
import { loadTexts } from "../../../src/dataset/recipe-texts.ts";
import { loadDatasetRecipe } from "../../../src/dataset/recipe.ts";
import { tasks } from "../../../src/dataset/task/index.ts";
import type { Draft, Example, Lang, Task } from "../../../src/dataset/task/types.ts";
import { letters } from "../../../src/dataset/template/letters.ts";
import { LineBuffer } from "../../../src/dataset/template/line-buffer.ts";
import { LazyRecord } from "../../../src/dataset/template/values.ts";
import { josa } from "../../../src/dataset/template/josa.ts";
import { blockNames, type BlockName, type Wording } from "../../../src/dataset/template/wording.ts";
import { catalogOf, contextOf, streamsOf, timelineOf } from "./small-log.ts";

const recipe = await loadDatasetRecipe(join(import.meta.dirname, "../../../datasets/sample.yaml"), [
  "lang=[en, ko]",
  "tasks=[{type: rating}, {type: next-item}, {type: ranking, candidates: {n: 4}}, {type: explanation}, {type: preference}]",
]);
const { wordings, words } = await loadTexts(recipe);

const hostile = [
  'say "hi"',
  "back\\slash\\",
  "ends in \\n",
  "\u0000nul\u001f",
  "lone \ud800 high",
  "low \udc00 lone",
  "line\u2028sep\u2029arate\r\n\n",
  "emoji 🎬 기생충",
  "{{ 7 * 7 }}{% endfor %}<|im_start|>",
  "</script>&amp;",
  " ",
  "Plain (1999)",
];
const title = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "binary", minLength: 1 }));

/** The blocks as the interpreter renders them. */
function interpret(wording: Wording, vars: Record<string, unknown>): Record<BlockName, string> {
  const render = (name: BlockName): string => {
    const environment = new Environment();
    const globals = { true: true, false: false, none: null, josa, letters };
    for (const [key, value] of Object.entries({ ...globals, ...vars }))
      environment.set(key, value instanceof LazyRecord ? value.fields() : value);
    const source = wording.blocks[name].text;
    const text = String(new Interpreter(environment).run(parse(tokenize(source))).value);
    return text.replace(/^[\r\n]+|[\r\n]+$/g, "");
  };
  return Object.fromEntries(blockNames.map((name) => [name, render(name)])) as Record<
    BlockName,
    string
  >;
}

function exampleOf(source: LineSource, ids: string[]): Example {
  const { wording, draft, timeline, target, history } = source;
  const { batch } = timeline;
  const blocks = interpret(wording, draft.variables);
  const user = [blocks.context, blocks.candidates, blocks.task].filter((text) => text !== "");
  const system = blocks.instruction;
  return {
    id: `${wording.task}/u%2F1/${batch.row[target]!}/x`,
    task: wording.task,
    wording: wording.id,
    prompt: [
      ...(system === "" ? [] : [{ role: "system" as const, content: system }]),
      { role: "user", content: user.join(wording.join) },
    ],
    completion: [{ role: "assistant", content: blocks.answer }],
    user: timeline.user,
    item: ids[batch.item[target]!]!,
    row: batch.row[target]!,
    time: batch.time[target]!,
    rating: batch.rating[target]!,
    history: history.map((row) => ids[batch.item[row]!]!),
    candidates: draft.candidates && Array.from(draft.candidates, (i) => ids[i]!),
    negatives: draft.negatives ? Array.from(draft.negatives, (i) => ids[i]!) : null,
    label: draft.label,
    source: draft.source,
    warmth: source.warmth,
  };
}

describe.each(wordings.map((wording) => [wording.id, wording] as const))("%s", (_, wording) => {
  it("gives the line that the object gives, whatever the titles", () => {
    fc.assert(
      fc.property(fc.array(title, { minLength: 9, maxLength: 9 }), (titles) => {
        const catalog = catalogOf(titles.map((t, i) => [`i"${i}`, t, t, 0, ["Drama", "Sci-Fi"]]));
        const { ids } = catalog.data;
        const lang: Lang = wording.lang;
        const context = contextOf({ catalog, lang, words: words[lang]! });
        const task: Task = tasks[wording.task as keyof typeof tasks];
        const options = recipe.tasks.find(({ type }) => type === wording.task)!;
        const rows = [0, 1, 2, 3, 4, 5].map((item) => ({ item, rating: 5 - (item % 2) * 4 }));
        const timeline = timelineOf(rows, "u/1");
        const streams = streamsOf();
        const maker = makeLineMaker(ids);
        // Targets one after another, as in a build: what was kept of one must not show in the next.
        for (const [target, history] of [
          [3, [0, 1, 2]],
          [4, [0, 1, 2, 3]],
          [5, [0, 2, 4]],
        ] as const) {
          const input = { timeline, target, history: [...history] };
          const draft = task.make(input, context, options, streams);
          if ("skip" in draft) continue;
          const source = sourceOf({ task, wording, timeline, target, history, draft });
          const buffer = new LineBuffer();
          const { example } = maker.write(source, buffer);
          const line = Buffer.from(buffer.bytes()).toString();
          const expected = exampleOf(source, ids);
          expect(line).toBe(`${JSON.stringify(expected)}\n`);
          expect(JSON.stringify(JSON.parse(line))).toBe(line.slice(0, -1));
          expect(JSON.stringify(example)).toBe(line.slice(0, -1));
          expect(maker.read()).toEqual(JSON.parse(line));
        }
      }),
      { numRuns: 12 },
    );
  });
});

function sourceOf(parts: {
  task: Task;
  wording: Wording;
  timeline: LineSource["timeline"];
  target: number;
  history: readonly number[];
  draft: Draft;
}): LineSource {
  return { ...parts, variant: "x", split: "train", warmth: "warm" };
}

describe("what audits are told", () => {
  const write = (titles: string[], asked = "Next?") => {
    const catalog = catalogOf(titles.map((t, i) => [`i${i}`, t, null, 0, []]));
    const wording: Wording = structuredClone(
      wordings.find((w) => w.id.startsWith("next-item/en"))!,
    );
    wording.blocks.context.text = "{% for h in history %}{{ h.title }}\n{% endfor %}";
    wording.blocks.task.text = asked;
    const timeline = timelineOf(titles.map((_t, item) => ({ item, rating: 3 })));
    const target = titles.length - 1;
    const history = titles.slice(0, -1).map((_t, row) => row);
    const context = contextOf({ catalog });
    const draft = tasks["next-item"].make(
      { timeline, target, history },
      context,
      recipe.tasks.find(({ type }) => type === "next-item")!,
      streamsOf(),
    );
    if ("skip" in draft) throw new Error(draft.skip);
    const parts = { task: tasks["next-item"] as Task, wording, timeline, target, history, draft };
    return makeLineMaker(catalog.data.ids).write(sourceOf(parts), new LineBuffer()).built!;
  };

  it("whether the answer may stand in the prompt, quotes and edges included", () => {
    expect(write(["Up", "Alien"]).mayShowAnswer).toBe(false);
    expect(write(["Up (director's cut)", "Up"]).mayShowAnswer).toBe(true);
    expect(write(['The "Up" story', '"Up"']).mayShowAnswer).toBe(true);
    expect(write(["Joker", '"Up"']).mayShowAnswer).toBe(false);
    expect(write(["Up", " Up "]).mayShowAnswer).toBe(true);
    expect(write(["Up", "\tUp"]).mayShowAnswer).toBe(true);
  });

  it("a hash of prompt and completion alone", () => {
    const text = write(["Up", "Alien"]).text;
    expect(write(["Up", "Alien"]).text).toEqual(text);
    expect(write(["Up", "Alien"], "Next!").text).not.toEqual(text);
    expect(write(["Up", "Aliens"]).text).not.toEqual(text);
  });
});
