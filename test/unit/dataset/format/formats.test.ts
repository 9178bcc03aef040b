import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formats } from "../../../../src/dataset/format/index.ts";
import { instructionJsonl } from "../../../../src/dataset/format/instruction-jsonl.ts";
import { openaiChat } from "../../../../src/dataset/format/openai-chat.ts";
import { trlSft } from "../../../../src/dataset/format/trl-sft.ts";
import { exampleOf } from "../small-log.ts";

const example = exampleOf();

describe("write", () => {
  it("instruction-jsonl", () => {
    expect(instructionJsonl.write(example)).toBe(
      '{"instruction":"Name the next film.\\n\\nThe Matrix (1999) 5\\nNext:","response":"Tenet (2020)"}',
    );
  });

  it("openai-chat", () => {
    expect(openaiChat.write(example)).toBe(
      '{"messages":[{"role":"system","content":"Name the next film."},{"role":"user","content":"The Matrix (1999) 5\\nNext:"},{"role":"assistant","content":"Tenet (2020)"}]}',
    );
  });

  it("trl-sft", () => {
    expect(trlSft.write(example)).toBe(
      '{"prompt":[{"role":"system","content":"Name the next film."},{"role":"user","content":"The Matrix (1999) 5\\nNext:"}],"completion":[{"role":"assistant","content":"Tenet (2020)"}]}',
    );
  });

  it("gives one line that its own format finds nothing wrong with, whatever the text", () => {
    const text = fc.string({ unit: "grapheme" }).filter((s) => s.trim() !== "");
    fc.assert(
      fc.property(text, text, fc.boolean(), (question, answer, system) => {
        const user = { role: "user" as const, content: question };
        const prompt = system ? [{ role: "system" as const, content: answer }, user] : [user];
        const own = exampleOf({ prompt, completion: [{ role: "assistant", content: answer }] });
        for (const format of Object.values(formats)) {
          const line = format.write(own);
          expect(line).not.toMatch(/[\r\n]/);
          expect(format.validate(line, 1)).toEqual([]);
        }
      }),
    );
  });
});

const turn = (role: string, content: unknown = "x") => ({ role, content });

describe("validate", () => {
  it.each([
    ["openai-chat", "{", "not-json"],
    ["openai-chat", "[]", "not-an-object"],
    ["openai-chat", "{}", "missing-key"],
    ["openai-chat", { messages: [turn("user"), turn("assistant")], id: 1 }, "extra-key"],
    ["openai-chat", { messages: "x" }, "not-a-list"],
    ["openai-chat", { messages: [] }, "no-messages"],
    ["openai-chat", { messages: [turn("user"), null] }, "message-not-an-object"],
    ["openai-chat", { messages: [turn("user"), { ...turn("assistant"), weight: 1 }] }, "extra-key"],
    ["openai-chat", { messages: [turn("human"), turn("assistant")] }, "unknown-role"],
    ["openai-chat", { messages: [turn("user"), turn("assistant", "")] }, "empty-content"],
    ["openai-chat", { messages: [turn("user"), turn("assistant", [1])] }, "content-not-text"],
    ["openai-chat", { messages: [turn("user"), turn("assistant"), turn("user")] }, "last-role"],
    ["openai-chat", { messages: [turn("user"), turn("system"), turn("assistant")] }, "role-order"],
    ["openai-chat", { messages: [turn("assistant")] }, "role-order"],
    ["trl-sft", { prompt: [turn("user")] }, "missing-key"],
    [
      "trl-sft",
      { prompt: [turn("user"), turn("assistant")], completion: [turn("assistant")] },
      "last-role",
    ],
    ["trl-sft", { prompt: [turn("user")], completion: [turn("user")] }, "last-role"],
    [
      "trl-sft",
      { prompt: [turn("user")], completion: [turn("system"), turn("assistant")] },
      "role-order",
    ],
    ["trl-sft", { prompt: "x", completion: "y" }, "not-a-list"],
    ["instruction-jsonl", { instruction: "x" }, "missing-key"],
    ["instruction-jsonl", { instruction: "x", response: " " }, "empty-content"],
    ["instruction-jsonl", { instruction: 3, response: "x" }, "content-not-text"],
    ["instruction-jsonl", { instruction: "x", input: "", response: "x" }, "extra-key"],
  ] as const)("%s: %j is %s", (name, row, code) => {
    const line = typeof row === "string" ? row : JSON.stringify(row);
    const found = formats[name].validate(line, 7);
    expect(found.map((finding) => finding.code)).toContain(code);
    for (const finding of found) expect(finding).toMatchObject({ line: 7, severity: "error" });
  });

  it("allows several turns", () => {
    const messages = [
      turn("system"),
      turn("user"),
      turn("assistant"),
      turn("user"),
      turn("assistant"),
    ];
    expect(openaiChat.validate(JSON.stringify({ messages }), 1)).toEqual([]);
  });
});

it("every format stands under its own name", () => {
  for (const [name, format] of Object.entries(formats)) expect(format.name).toBe(name);
});
