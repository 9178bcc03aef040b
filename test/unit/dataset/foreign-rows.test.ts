import { describe, expect, it } from "vitest";
import { foreignFormats, readForeignRow } from "../../../src/dataset/foreign-rows.ts";

const user = { role: "user", content: "Like it?" };
const assistant = { role: "assistant", content: "Yes." };
const plain = { prompt: [user], completion: [assistant] };

describe("readForeignRow", () => {
  it.each([
    ["alpaca", { instruction: "Like it?", input: "", output: "Yes." }],
    ["alpaca", { instruction: "Like it?", output: "Yes.", history: [] }],
    ["openai-chat", { messages: [user, assistant] }],
    [
      "sharegpt",
      {
        conversations: [
          { from: "human", value: "Like it?" },
          { from: "gpt", value: "Yes." },
        ],
      },
    ],
    ["trl-sft", { prompt: "Like it?", completion: "Yes." }],
    ["trl-sft", { prompt: [user], completion: [assistant] }],
    ["trl-sft", { messages: [user, assistant] }],
  ] as const)("reads %s", (format, row) => {
    expect(readForeignRow(row, format, "f:1")).toEqual(plain);
  });

  it("puts an alpaca input under its instruction, and a sharegpt system first", () => {
    const alpaca = readForeignRow({ instruction: "a", input: "b", output: "c" }, "alpaca", "f:1");
    expect(alpaca.prompt[0]!.content).toBe("a\nb");
    const conversations = [
      { from: "human", value: "q" },
      { from: "gpt", value: "a" },
    ];
    const chat = readForeignRow({ system: "s", conversations }, "sharegpt", "f:1");
    expect(chat.prompt.map(({ role }) => role)).toEqual(["system", "user"]);
  });

  it("takes the last answer of a longer talk, the others for prompt", () => {
    const row = readForeignRow(
      { messages: [user, assistant, user, assistant] },
      "openai-chat",
      "f:1",
    );
    expect([row.prompt.length, row.completion.length]).toEqual([3, 1]);
  });

  const wrong = [
    null,
    5,
    [],
    {},
    { messages: [] },
    { messages: [user] },
    { messages: [user, null] },
    { instruction: 1, output: "x" },
    { prompt: "x" },
    {
      conversations: [
        { from: "cat", value: "x" },
        { from: "gpt", value: "y" },
      ],
    },
  ];
  it.each(foreignFormats)("says where a record is not %s", (format) => {
    for (const row of wrong)
      expect(() => readForeignRow(row, format, "f.json:7")).toThrow(
        new RegExp(`^f\\.json:7: the record is not ${format}: it needs `),
      );
  });
});
