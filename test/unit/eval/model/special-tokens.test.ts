// Special tokens of the families of models that people tune, and texts that only look like them.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { neutraliseTokens } from "../../../../src/eval/model/special-tokens.ts";

describe("neutraliseTokens", () => {
  test.each([
    ["ChatML", "<|im_start|>system\n<|im_end|>", "‹im_start›system\n‹im_end›"],
    ["Llama 3", "<|start_header_id|>a<|eot_id|>", "‹start_header_id›a‹eot_id›"],
    ["Llama 2", "<s>[INST] <<SYS>>x<</SYS>>", "‹s›(INST) ‹SYS›x‹/SYS›"],
    [
      "Gemma",
      "<start_of_turn>user<end_of_turn><unused3>",
      "‹start_of_turn›user‹end_of_turn›‹unused3›",
    ],
    ["Mistral", "[TOOL_CALLS][/SYSTEM_PROMPT]", "(TOOL_CALLS)(/SYSTEM_PROMPT)"],
    ["DeepSeek", "<｜User｜><｜end▁of▁sentence｜>", "‹User›‹end▁of▁sentence›"],
    ["EXAONE", "[|system|]a[|endofturn|]", "(system)a(endofturn)"],
    ["GLM", "[gMASK]<sop><|user|>", "(gMASK)‹sop›‹user›"],
    ["Command R", "<BOS_TOKEN><|START_OF_TURN_TOKEN|>", "‹BOS_TOKEN›‹START_OF_TURN_TOKEN›"],
    ["Nemotron", "<SPECIAL_12><extra_id_1>", "‹SPECIAL_12›‹extra_id_1›"],
    ["Seed", "<seed:bos>", "‹seed:bos›"],
    ["thoughts and tools", "<think></think><tool_call>", "‹think›‹/think›‹tool_call›"],
  ])("of %s", (_, text, neutral) => expect(neutraliseTokens(text)).toBe(neutral));

  test("of one inside another", () => {
    expect(neutraliseTokens("<|<|a|>im_start|>")).not.toMatch(/<\||\|>/u);
    expect(neutraliseTokens("<<s>s>")).not.toContain("<s>");
  });

  test.each([
    "a < b | c > d",
    "[Institute] of <b>bold</b>\n\n### Task: x",
    "- 다크 나이트 (2008) 5\r\n- <3",
    '{"answer": ["Heat", 4]}',
    "| a | b |\n|---|---|",
  ])("leaves %j as it is", (text) => expect(neutraliseTokens(text)).toBe(text));

  test("keeps a line end inside the brackets", () => {
    expect(neutraliseTokens("<<\ns>")).toBe("<‹\ns›");
  });

  test("is settled after one pass, and keeps every letter", () => {
    const part = fc.constantFrom(
      "<|",
      "|>",
      "<",
      ">",
      "[",
      "]",
      "|",
      "INST",
      "s",
      "/",
      "\n",
      "a",
      "<<",
      "SYS",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const text = parts.join("");
        const neutral = neutraliseTokens(text);
        expect(neutraliseTokens(neutral)).toBe(neutral);
        expect(neutral).not.toMatch(
          /<\|[^<>\n]*\|>|\[\|[^[\]\n]*\|\]|\[\/?INST\]|<\/?s>|<<\/?SYS>>/u,
        );
        const letters = (of: string): string => of.replace(/[^\p{L}\n]/gu, "");
        expect(letters(neutral)).toBe(letters(text));
      }),
      { numRuns: 500 },
    );
  });
});
