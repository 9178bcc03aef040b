// What a server's refusals teach, and how the same request is said afterwards.

import { describe, expect, test } from "vitest";
import type { ChatBody, WireBody } from "../../../../src/eval/model/chat.ts";
import { inDialect, learnDialect, makeDialect } from "../../../../src/eval/model/dialect.ts";
import { failureOfStatus } from "../../../../src/eval/model/failure.ts";

const statusOf = (status: number, body: unknown) =>
  failureOfStatus(status, body, new Headers(), Date.parse("2026-11-24T12:00:00Z"));

describe("a server's dialect", () => {
  const body: ChatBody = {
    model: "m",
    messages: [],
    max_tokens: 9,
    temperature: 0,
    logprobs: true,
    top_logprobs: 20,
  };
  const learn = (message: string, status = 400): { learnt: boolean; spoken: WireBody } => {
    const dialect = makeDialect("chat", "max_tokens");
    const sent = inDialect(body, dialect);
    const learnt = learnDialect(dialect, statusOf(status, { message }), sent);
    return { learnt, spoken: inDialect(body, dialect) };
  };

  test.each([
    [
      "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
      { max_completion_tokens: 9 },
    ],
    ["logprobs are not supported with reasoning models", { max_tokens: 9 }],
    ["'temperature' does not support 0 with this model.", { max_tokens: 9 }],
  ])("learns from: %s", (message, expected) => {
    const { learnt, spoken } = learn(message);
    expect(learnt).toBe(true);
    expect(spoken).toMatchObject(expected);
    expect(Object.keys(spoken).length).toBeLessThanOrEqual(Object.keys(body).length);
  });

  test.each([
    ["another refusal", "messages must not be empty", 400],
    ["a prompt that is too long", "max_tokens: 9 is not supported with this context of 4096", 400],
    ["another status", "max_tokens is not supported", 500],
  ])("learns nothing from %s", (_, message, status) => {
    expect(learn(message, status)).toEqual({ learnt: false, spoken: body });
  });

  test("log-probabilities are asked for by a number where the pair is refused, then not at all", () => {
    const dialect = makeDialect("chat", "max_tokens");
    const refused = statusOf(422, { message: "logprobs: expected an integer" });
    expect(learnDialect(dialect, refused, inDialect(body, dialect))).toBe(true);
    const second = inDialect(body, dialect);
    expect(second).toEqual({
      model: "m",
      messages: [],
      max_tokens: 9,
      temperature: 0,
      logprobs: 20,
    });
    // What was sent before the dialect was learnt is sent again, and teaches nothing new.
    expect(learnDialect(dialect, refused, body)).toBe(true);
    expect(inDialect(body, dialect)).toEqual(second);
    expect(learnDialect(dialect, refused, second)).toBe(true);
    expect(inDialect(body, dialect)).not.toHaveProperty("logprobs");
  });

  test("dropped log-probabilities take their number along", () => {
    expect(learn("unknown field logprobs").spoken).toEqual({
      model: "m",
      messages: [],
      max_tokens: 9,
      temperature: 0,
    });
  });

  test.each([
    ["top_logprobs must be less than or equal to 5", 5],
    ["Invalid value for 'top_logprobs': must be between 0 and 8, got 20.", 8],
  ])("asks for fewer alternatives after: %s", (message, top) => {
    const { learnt, spoken } = learn(message);
    expect(learnt).toBe(true);
    expect(spoken).toMatchObject({ logprobs: true, top_logprobs: top });
  });

  test("a JSON Schema becomes any JSON with its shape in the prompt, then nothing", () => {
    const dialect = makeDialect("chat", "max_tokens");
    const schema = {
      type: "object",
      properties: { picks: { type: "array", items: { type: "string" } }, n: { type: "integer" } },
    };
    const asked: ChatBody = {
      model: "m",
      messages: [
        { role: "system", content: "S" },
        { role: "user", content: "U" },
      ],
      response_format: { type: "json_schema", json_schema: { name: "a", strict: true, schema } },
    };
    const refused = statusOf(400, { message: "response_format: json_schema is not supported" });
    const first = inDialect(asked, dialect);
    expect(first.response_format).toEqual(asked.response_format);
    expect(learnDialect(dialect, refused, first)).toBe(true);
    const second = inDialect(asked, dialect);
    expect(second.response_format).toEqual({ type: "json_object" });
    expect("messages" in second && second.messages).toEqual([
      { role: "system", content: "S" },
      { role: "user", content: 'U\n\nJSON: {"picks":["…"],"n":0}' },
    ]);
    expect(learnDialect(dialect, refused, second)).toBe(true);
    expect(inDialect(asked, dialect)).toEqual({ model: "m", messages: asked.messages });
  });

  test("a plain completion has the messages as one text, and log-probabilities by a number", () => {
    const messages = [
      { role: "system" as const, content: "Rate films.\n" },
      { role: "user" as const, content: "Heat?" },
    ];
    const spoken = inDialect({ ...body, messages }, makeDialect("completion", "max_tokens"));
    expect(spoken).toEqual({
      model: "m",
      prompt: "Rate films.\n\nHeat?\n\n",
      max_tokens: 9,
      temperature: 0,
      logprobs: 20,
    });
  });

  test("streaming is left out where it is refused, with its options", () => {
    const dialect = makeDialect("chat", "max_tokens");
    const asked: ChatBody = { ...body, stream: true, stream_options: { include_usage: true } };
    const options = statusOf(400, { message: "unknown field stream_options" });
    expect(learnDialect(dialect, options, inDialect(asked, dialect))).toBe(true);
    expect(inDialect(asked, dialect)).toEqual({ ...body, stream: true });
    const all = statusOf(422, { message: "stream is not supported" });
    expect(learnDialect(dialect, all, inDialect(asked, dialect))).toBe(true);
    expect(inDialect(asked, dialect)).toEqual(body);
  });
});
