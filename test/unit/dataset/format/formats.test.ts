import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formats, type FormatName } from "../../../../src/dataset/format/index.ts";
import type { Example } from "../../../../src/dataset/task/types.ts";
import type { Format, Row, WriteSetting } from "../../../../src/dataset/format/types.ts";
import { textsOf } from "../../../../src/dataset/format/row-texts.ts";
import { exampleOf } from "../small-log.ts";
import { noAnswers } from "../../../../src/dataset/open-answers.ts";

const example = exampleOf();
const setting: WriteSetting = {
  pairs: 2,
  answers: {
    ...noAnswers,
    othersOf: (_, count) => ({ texts: ["Barbie (2023)", "Joker (2019)"].slice(0, count) }),
    yesOf: () => "Yes.",
  },
};

function rowsOf(name: FormatName, own: Example = example): Row[] {
  const written = formats[name].write(own, setting);
  if ("skip" in written) throw new Error(written.skip);
  return written.rows;
}

function codesOf(name: FormatName, row: Row): string[] {
  const codes: string[] = [];
  formats[name].check(row, (code) => codes.push(code));
  return codes;
}

const system = '{"role":"system","content":"Name the next film."}';
const user = '{"role":"user","content":"The Matrix (1999) 5\\nNext:"}';
const answer = '{"role":"assistant","content":"Tenet (2020)"}';
const barbie = '{"role":"assistant","content":"Barbie (2023)"}';
const joker = '{"role":"assistant","content":"Joker (2019)"}';
const chat = `{"messages":[${system},${user},${answer}]}`;

/** All that a row says, each text once. */
function saidIn(row: Row): string {
  return textsOf(row).flat().join("\n\n");
}

describe("write", () => {
  it.each([
    [
      "instruction-jsonl",
      '{"instruction":"Name the next film.\\n\\nThe Matrix (1999) 5\\nNext:","response":"Tenet (2020)"}',
    ],
    ["openai-chat", chat],
    ["together", chat],
    ["llama-factory", chat],
    ["axolotl", chat],
    ["trl-sft", `{"prompt":[${system},${user}],"completion":[${answer}]}`],
    [
      "alpaca-json",
      '{"instruction":"Name the next film.","input":"The Matrix (1999) 5\\nNext:","output":"Tenet (2020)"}',
    ],
    [
      "sharegpt",
      '{"conversations":[{"from":"system","value":"Name the next film."},{"from":"human","value":"The Matrix (1999) 5\\nNext:"},{"from":"gpt","value":"Tenet (2020)"}]}',
    ],
  ] as const)("%s", (name, text) => {
    expect(rowsOf(name).map((row) => JSON.stringify(row))).toEqual([text]);
  });

  it.each([
    [
      "openai-dpo",
      (no: string) =>
        `{"input":{"messages":[${system},${user}]},"preferred_output":[${answer}],"non_preferred_output":[${no}]}`,
    ],
    [
      "together-dpo",
      (no: string) =>
        `{"input":{"messages":[${system},${user}]},"preferred_output":[${answer}],"non_preferred_output":[${no}]}`,
    ],
    [
      "trl-dpo",
      (no: string) => `{"prompt":[${system},${user}],"chosen":[${answer}],"rejected":[${no}]}`,
    ],
  ] as const)("%s: a row for each rejected answer", (name, textOf) => {
    expect(rowsOf(name).map((row) => JSON.stringify(row))).toEqual([textOf(barbie), textOf(joker)]);
  });

  it("trl-kto: labels from what was taken and what was not, or from the like itself", () => {
    expect(rowsOf("trl-kto").map((row) => [row["completion"], row["label"]])).toEqual([
      [[{ role: "assistant", content: "Tenet (2020)" }], true],
      [[{ role: "assistant", content: "Barbie (2023)" }], false],
      [[{ role: "assistant", content: "Joker (2019)" }], false],
    ]);
    const liked = exampleOf({ task: "preference", label: "no" });
    expect(rowsOf("trl-kto", liked).map((row) => [row["completion"], row["label"]])).toEqual([
      [[{ role: "assistant", content: "Yes." }], false],
    ]);
  });

  it("alpaca-json: without a system message the question is the instruction", () => {
    const own = exampleOf({ prompt: [{ role: "user", content: "Next?" }] });
    expect(rowsOf("alpaca-json", own)).toEqual([
      { instruction: "Next?", input: "", output: "Tenet (2020)" },
    ]);
  });

  it("passes on why an example makes no pair", () => {
    const none: WriteSetting = {
      pairs: 1,
      answers: { ...noAnswers, othersOf: () => ({ skip: "none", next: "do" }) },
    };
    for (const name of ["openai-dpo", "together-dpo", "trl-dpo", "trl-kto"] as const)
      expect(formats[name].write(example, none)).toEqual({ skip: "none", next: "do" });
  });

  it("gives rows that their own format finds nothing wrong with, whatever the text", () => {
    const text = fc.string({ unit: "grapheme" }).filter((s) => s.trim() !== "");
    fc.assert(
      fc.property(text, text, fc.boolean(), (question, reply, hasSystem) => {
        const asked = { role: "user" as const, content: question };
        const prompt = hasSystem ? [{ role: "system" as const, content: reply }, asked] : [asked];
        const completion = [{ role: "assistant" as const, content: `${reply}.` }];
        for (const name of Object.keys(formats) as FormatName[]) {
          for (const row of rowsOf(name, exampleOf({ prompt, completion }))) {
            expect(saidIn(row)).toContain(question);
            expect([name, codesOf(name, JSON.parse(JSON.stringify(row)) as Row)]).toEqual([
              name,
              [],
            ]);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

const turn = (role: string, content: unknown = "x") => ({ role, content });

const turns = [turn("user"), turn("assistant")];
const tool = { type: "function", function: { name: "find" } };
const dpo = {
  input: { messages: [turn("user")] },
  preferred_output: [turn("assistant", "a")],
  non_preferred_output: [turn("assistant", "b")],
};
const talk = (...froms: string[]) => ({
  conversations: froms.map((from) => ({ from, value: "x" })),
});

describe("check", () => {
  it.each<[FormatName, Row, string]>([
    ["openai-chat", {}, "missing-key"],
    ["openai-chat", { messages: turns, user_id: 1 }, "extra-key"],
    ["openai-chat", { messages: "x" }, "not-a-list"],
    ["openai-chat", { messages: [] }, "no-messages"],
    ["openai-chat", { messages: [turn("user"), null] }, "message-not-an-object"],
    ["openai-chat", { messages: [turn("human"), turn("assistant")] }, "unknown-role"],
    ["openai-chat", { messages: [turn("user"), turn("tool")] }, "unknown-role"],
    ["openai-chat", { messages: [turn("user"), turn("assistant", "")] }, "empty-content"],
    ["openai-chat", { messages: [turn("user"), turn("assistant", null)] }, "content-not-text"],
    ["openai-chat", { messages: [turn("user"), turn("assistant", [1])] }, "content-not-text"],
    ["openai-chat", { messages: [...turns, turn("user")] }, "last-role"],
    ["openai-chat", { messages: [turn("user"), turn("system"), turn("assistant")] }, "role-order"],
    ["openai-chat", { messages: [turn("user"), ...turns] }, "role-order"],
    ["openai-chat", { messages: [turn("assistant")] }, "role-order"],
    ["openai-chat", { messages: [turn("user"), { ...turn("assistant"), x: 1 }] }, "extra-key"],
    [
      "openai-chat",
      { messages: [turn("user"), { ...turn("assistant"), weight: 0.5 }] },
      "weight-not-0-or-1",
    ],
    ["openai-chat", { messages: [{ ...turn("user"), weight: 1 }, turn("assistant")] }, "extra-key"],
    [
      "openai-chat",
      { messages: [turn("user"), { ...turn("assistant"), weight: 0 }] },
      "nothing-to-learn",
    ],
    ["openai-chat", { messages: turns, tools: {} }, "tools-not-functions"],
    ["openai-chat", { messages: turns, tools: [{ name: "find" }] }, "tools-not-functions"],
    ["openai-chat", { messages: turns, parallel_tool_calls: true }, "no-tools"],
    [
      "openai-chat",
      { messages: turns, tools: [tool], parallel_tool_calls: "yes" },
      "flag-not-boolean",
    ],
    [
      "openai-chat",
      { messages: [turn("user"), turn("tool"), turn("assistant")], tools: [tool] },
      "missing-key",
    ],
    [
      "openai-chat",
      { messages: [turn("user"), { role: "assistant", tool_calls: 1 }], tools: [tool] },
      "tool-calls-not-a-list",
    ],
    ["openai-dpo", { ...dpo, input: "x" }, "input-not-an-object"],
    ["openai-dpo", { ...dpo, input: {} }, "missing-key"],
    ["openai-dpo", { ...dpo, input: { messages: turns } }, "last-role"],
    ["openai-dpo", { ...dpo, item_id: "1" }, "extra-key"],
    ["openai-dpo", { ...dpo, preferred_output: [turn("user")] }, "last-role"],
    [
      "openai-dpo",
      { ...dpo, preferred_output: [turn("assistant"), turn("user"), turn("assistant")] },
      "several-outputs",
    ],
    ["openai-dpo", { ...dpo, non_preferred_output: dpo.preferred_output }, "no-preference"],
    ["together", { messages: turns, prompt: "x" }, "two-formats"],
    ["together", { messages: turns, text: "x" }, "two-formats"],
    ["together", { ...dpo, messages: turns }, "two-formats"],
    ["together", { messages: turns, user_id: "1" }, "extra-key"],
    ["together", { messages: turns, tools: [tool] }, "extra-key"],
    ["together", { prompt: "x" }, "missing-key"],
    ["together", { prompt: "x", completion: "" }, "empty-content"],
    ["together", { item: 1 }, "missing-key"],
    ["together", { messages: [turn("user"), turn("user"), turn("assistant")] }, "role-order"],
    ["together-dpo", { ...dpo, messages: turns }, "two-formats"],
    ["together-dpo", { ...dpo, input: { messages: [turn("user")], tools: [] } }, "extra-key"],
    ["trl-sft", { prompt: [turn("user")] }, "missing-key"],
    ["trl-sft", { prompt: turns, completion: [turn("assistant")] }, "last-role"],
    ["trl-sft", { prompt: [turn("user")], completion: [turn("user")] }, "last-role"],
    [
      "trl-sft",
      { prompt: [turn("user")], completion: [turn("system"), turn("assistant")] },
      "role-order",
    ],
    ["trl-sft", { prompt: "x", completion: "y" }, "not-a-list"],
    [
      "trl-dpo",
      { prompt: [turn("user")], chosen: [turn("assistant")], rejected: [turn("assistant")] },
      "no-preference",
    ],
    ["trl-dpo", { prompt: [turn("user")], chosen: [turn("assistant")] }, "missing-key"],
    [
      "trl-kto",
      { prompt: [turn("user")], completion: [turn("assistant")], label: 1 },
      "label-not-boolean",
    ],
    ["instruction-jsonl", { instruction: "x" }, "missing-key"],
    ["instruction-jsonl", { instruction: "x", response: " " }, "empty-content"],
    ["instruction-jsonl", { instruction: 3, response: "x" }, "content-not-text"],
    ["instruction-jsonl", { instruction: "x", input: "", response: "x" }, "extra-key"],
    ["alpaca-json", { instruction: "x" }, "missing-key"],
    ["alpaca-json", { instruction: "x", output: "" }, "empty-content"],
    ["alpaca-json", { instruction: "x", input: null, output: "y" }, "content-not-text"],
    ["alpaca-json", { instruction: "x", output: "y", history: ["q"] }, "history-not-pairs"],
    ["sharegpt", talk("user", "gpt"), "unknown-role"],
    ["sharegpt", talk("human", "bing"), "unknown-role"],
    ["sharegpt", talk("human"), "last-role"],
    ["sharegpt", talk("gpt", "human", "gpt"), "role-order"],
    ["llama-factory", { messages: turns, id: 1 }, "extra-key"],
    ["axolotl", { messages: [turn("user")] }, "last-role"],
    ["parquet", { id: "x" }, "missing-key"],
  ])("%s: %j is %s", (name, row, code) => {
    expect(codesOf(name, row)).toContain(code);
  });

  it.each<[FormatName, Row]>([
    ["openai-chat", { messages: [turn("system"), ...turns, ...turns] }],
    ["openai-chat", { messages: [...turns, turn("user"), { ...turn("assistant"), weight: 0 }] }],
    [
      "openai-chat",
      {
        tools: [tool],
        parallel_tool_calls: false,
        messages: [
          turn("user"),
          { role: "assistant", content: null, tool_calls: [{ id: "c1" }] },
          { role: "tool", content: "3", tool_call_id: "c1" },
          turn("assistant"),
        ],
      },
    ],
    ["openai-dpo", dpo],
    ["together", { prompt: "x", completion: "y" }],
    ["together", { text: "x" }],
    ["alpaca-json", { instruction: "x", input: "", output: "y", history: [["a", "b"]] }],
    ["sharegpt", { ...talk("human", "gpt"), system: "s" }],
  ])("%s takes %j", (name, row) => {
    expect(codesOf(name, row)).toEqual([]);
  });
});

it("every format stands under its own name; profiles hold limits of their own", () => {
  for (const [name, format] of Object.entries<Format>(formats)) {
    expect(format.name).toBe(name);
    for (const limits of Object.values(format.profiles ?? {})) expect(limits.about).not.toBe("");
  }
});

describe("side files", () => {
  const files = [
    { split: "train", path: "train.jsonl", rows: 3 },
    { split: "validation", path: "validation.jsonl", rows: 1 },
  ];

  it("llama-factory registers each file", () => {
    const made = formats["llama-factory"].sideFiles!("films", files)["dataset_info.json"]!;
    const info = JSON.parse(made) as Record<string, { file_name: string; formatting: string }>;
    expect(Object.entries(info).map(([name, entry]) => [name, entry.file_name])).toEqual([
      ["films-train", "train.jsonl"],
      ["films-validation", "validation.jsonl"],
    ]);
    expect(info["films-train"]!.formatting).toBe("sharegpt");
  });

  it("axolotl trains on train and tests on validation", () => {
    const stanza = formats.axolotl.sideFiles!("films", files)["axolotl.yaml"]!;
    expect(stanza).toMatch(/datasets:\n  - path: train\.jsonl/);
    expect(stanza).toMatch(/test_datasets:\n  - path: validation\.jsonl/);
  });
});
