import { describe, expect, test } from "vitest";
import { failureOfNetwork, failureOfStatus } from "../../../../src/eval/model/failure.ts";
import { readChatAnswer } from "../../../../src/eval/model/chat.ts";

const now = Date.parse("2026-11-24T12:00:00Z");
const statusOf = (status: number, body: unknown = "", headers: Record<string, string> = {}) =>
  failureOfStatus(status, body, new Headers(headers), now);

describe("failureOfStatus", () => {
  test.each([
    [429, "slow-down"],
    [500, "retry"],
    [502, "retry"],
    [503, "retry"],
    [408, "retry"],
    [400, "give-up"],
    [413, "give-up"],
    [422, "give-up"],
    [401, "stop"],
    [402, "stop"],
    [403, "stop"],
    [404, "stop"],
  ])("%d: %s", (status, action) => {
    expect(statusOf(status)).toMatchObject({ action, kind: `http-${status}`, mayCost: false });
  });

  test.each([
    ["seconds", { "retry-after": "7" }, 7000],
    ["a date", { "retry-after": "Tue, 24 Nov 2026 12:00:30 GMT" }, 30_000],
    ["a date gone by", { "retry-after": "Tue, 24 Nov 2026 11:00:00 GMT" }, 0],
    ["milliseconds, which say more", { "retry-after-ms": "250", "retry-after": "1" }, 250],
    ["nonsense", { "retry-after": "soon" }, null],
    ["nothing", {}, null],
  ])("Retry-After in %s", (_, headers, expected) => {
    expect(statusOf(429, "", headers as Record<string, string>).retryAfterMs).toBe(expected);
  });

  test("a wait of an hour is told, not sat out", () => {
    expect(statusOf(429, "", { "retry-after": "3600" }).action).toBe("stop");
  });

  test.each([
    ["OpenAI's", { message: "no", code: "model_gone" }, "HTTP 400: no", "http-400 model_gone"],
    ["the same, wrapped", { error: { message: "no", code: 7 } }, "HTTP 400: no", "http-400"],
    ["a text", { error: "no" }, "HTTP 400: no", "http-400"],
    ["a detail", { detail: "no" }, "HTTP 400: no", "http-400"],
    ["a page", "<html>\n  <b>no</b>", "HTTP 400: <html> <b>no</b>", "http-400"],
    ["nothing", null, "HTTP 400", "http-400"],
  ])("reads an error in the shape of %s", (_, body, message, kind) => {
    expect(statusOf(400, body)).toMatchObject({ message, kind });
  });

  test("keeps one line of a long page", () => {
    expect(statusOf(500, "x".repeat(9000)).message.length).toBeLessThan(400);
  });
});

test.each([
  ["ECONNREFUSED", false],
  ["ENOTFOUND", false],
  ["ECONNRESET", true],
  ["UND_ERR_SOCKET", true],
])("%s may have cost something: %s", (code, mayCost) => {
  const error = new Error("fetch failed", { cause: Object.assign(new Error("x"), { code }) });
  expect(failureOfNetwork(error, false)).toMatchObject({
    kind: `connection ${code}`,
    mayCost,
    action: "retry",
  });
});

test("a connection that fails without a code says what its cause says", () => {
  const error = new TypeError("fetch failed", { cause: new Error("bad port") });
  expect(failureOfNetwork(error, false)).toMatchObject({
    kind: "connection",
    message: "the connection failed (bad port)",
  });
});

describe("readChatAnswer", () => {
  const answer = (choice: object, more: object = {}) =>
    readChatAnswer({ choices: [{ message: { content: "A" }, ...choice }], ...more });

  test.each([
    ["stop", {}, "stop"],
    ["the length", { finish_reason: "length" }, "length"],
    ["a filter", { finish_reason: "content_filter" }, "refused"],
    ["a refusal", { message: { content: null, refusal: "No." } }, "refused"],
  ])("ends by %s", (_, choice, finish) => {
    expect(answer(choice).finish).toBe(finish);
  });

  test("does without what a server leaves out or shapes otherwise", () => {
    const strange = { logprobs: { tokens: "A" } };
    expect(answer(strange, { usage: { prompt_tokens: "3" } })).toEqual({
      text: "A",
      finish: "stop",
      usage: null,
      tokens: null,
    });
    expect(answer({ message: { content: null } }).text).toBe("");
  });

  test("reads a plain completion's text", () => {
    const choices = [{ text: " Heat", finish_reason: "stop", index: 0 }];
    expect(readChatAnswer({ choices })).toMatchObject({ text: " Heat", finish: "stop" });
  });

  test.each([
    ["a list of maps", [{ A: -0.5, B: -1 }, null], { A: -0.5, B: -1 }],
    ["one map", { A: -0.5 }, { A: -0.5 }],
    ["none", undefined, {}],
  ])("reads log-probabilities in columns, with %s", (_, tops, first) => {
    const columns = { tokens: ["A", "."], token_logprobs: [-0.5, -0.1], top_logprobs: tops };
    const { tokens } = answer({ logprobs: columns });
    expect(tokens!.map(({ token, logprob }) => [token, logprob])).toEqual([
      ["A", -0.5],
      [".", -0.1],
    ]);
    expect(Object.fromEntries(tokens![0]!.top.map((t) => [t.token, t.logprob]))).toEqual(first);
    expect(tokens![1]!.top).toEqual([]);
  });

  test.each([[{}], [{ choices: [] }], [null], ["text"], [{ choices: [{ index: 0 }] }]])(
    "refuses %j",
    (body) => {
      expect(() => readChatAnswer(body)).toThrow("no chat completion");
    },
  );
});
