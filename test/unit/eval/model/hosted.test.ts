// Hosted models against a scripted server on loopback: what is sent, what is read, and what each fault leads to.

import { afterEach, describe, expect, test } from "vitest";
import { plainContext, type Context } from "../../../../src/base/logger.ts";
import { rngFor } from "../../../../src/base/rng.ts";
import type { Message } from "../../../../src/dataset/task/types.ts";
import { makeBudget } from "../../../../src/eval/model/budget.ts";
import { makeHostedModel } from "../../../../src/eval/model/hosted.ts";
import { makeHfSender } from "../../../../src/eval/model/hf.ts";
import { makeLane } from "../../../../src/eval/model/lane.ts";
import { makeOpenaiSender } from "../../../../src/eval/model/openai.ts";
import { requestSettings, type RequestSettings } from "../../../../src/eval/model/settings.ts";
import type { Model } from "../../../../src/eval/model/types.ts";
import {
  startChatServer,
  type ChatServer,
  type Step,
  type ChatServerOptions,
} from "../../../emulator/chat-server.ts";
import { errorOf } from "../../log/open-texts.ts";

const secret = "sk-test-0123456789";
const ask: Message[] = [{ role: "user", content: "Which film?" }];
const usual = { maxTokens: 64 };
let server: ChatServer | null = null;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = null;
});

type Setup = ChatServerOptions & {
  request?: Partial<RequestSettings>;
  maxUsd?: number;
  price?: { inPerMTok: number; outPerMTok: number };
  timeoutMs?: number;
  context?: Partial<Context>;
  kind?: "openai" | "hf";
};

async function makeModel(setup: Setup = {}): Promise<Model> {
  server = await startChatServer(setup);
  const context = plainContext(setup.context);
  const request = { ...requestSettings({}), ...setup.request };
  const send = setup.kind === "hf" ? makeHfSender : makeOpenaiSender;
  return makeHostedModel({
    name: "openai:m",
    model: "m",
    limitKey: "max_tokens",
    request,
    price: setup.price ?? null,
    call: {
      send: await send({ baseUrl: server.url, key: secret }, context),
      lane: makeLane(request.concurrency, context),
      budget: setup.maxUsd === undefined ? null : makeBudget(setup.maxUsd),
      retries: request.retries,
      sameErrors: request.sameErrors,
      timeoutMs: setup.timeoutMs ?? 20_000,
      backoffMs: 1,
      server: "openai:m",
      context,
      hide: (text) => text.replaceAll(secret, "[key]"),
    },
  });
}

describe.each(["openai", "hf"] as const)("a model of %s", (kind) => {
  test("is asked in the messages of the prompt, and its usage is counted", async () => {
    const price = { inPerMTok: 2, outPerMTok: 10 };
    const model = await makeModel({ kind, price, reply: () => ({ text: "Alien (1979)" }) });
    const [said] = await model.complete([ask], usual);
    expect(said).toMatchObject({
      text: "Alien (1979)",
      finish: "stop",
      tokensIn: 12,
      tokensOut: 3,
      attempts: 1,
    });
    expect(said!.costUsd).toBeCloseTo((12 * 2 + 3 * 10) / 1e6, 12);
    expect(said).not.toHaveProperty("note");
    expect(server!.requests).toHaveLength(1);
    const [request] = server!.requests;
    expect(request!.path).toBe("/v1/chat/completions");
    expect(request!.key).toBe(secret);
    expect(request!.body).toEqual({ model: "m", messages: ask, max_tokens: 64, temperature: 0 });
  });

  test.each([
    ["500", { kind: "status", status: 500 }, "HTTP 500: scripted; request req-1"],
    ["a dropped socket", { kind: "drop" }, "the connection failed"],
    ["an answer cut in the middle", { kind: "cut" }, ""],
    [
      "a page in place of JSON",
      { kind: "text", body: "<html>", type: "text/html" },
      "the answer is no",
    ],
    ["broken JSON", { kind: "text", body: "{" }, "the answer is no"],
    ["JSON of another shape", { kind: "text", body: "{}" }, "the answer is no chat completion"],
    ["429", { kind: "status", status: 429, headers: { "retry-after-ms": "5" } }, "HTTP 429"],
  ] as const)("sends again after %s, once for each failure", async (_, fault, note) => {
    const model = await makeModel({
      kind,
      script: (n) => (n < 2 ? fault : { kind: "answer" }),
    });
    const [said] = await model.complete([ask], usual);
    expect(said).toMatchObject({ text: "ok", attempts: 3 });
    expect(said!.note).toContain(`after ${note}`);
    expect(server!.requests).toHaveLength(3);
  });

  test("gives up after the stated number of retries and says why", async () => {
    const model = await makeModel({
      kind,
      request: { retries: 2 },
      script: () => ({ kind: "status", status: 503 }),
    });
    const [said] = await model.complete([ask], usual);
    expect(said).toMatchObject({ finish: "failed", text: "", attempts: 3, costUsd: 0 });
    expect(said!.note).toBe("HTTP 503: scripted; request req-1 ×3");
    expect(server!.requests).toHaveLength(3);
  });

  test("a request that hangs is cut off and counted", async () => {
    const script = (n: number) =>
      n === 0 ? { kind: "hang" as const } : { kind: "answer" as const };
    // Long enough for the second request on a machine that is busy with other tests.
    const model = await makeModel({ kind, timeoutMs: 1000, script });
    expect((await model.complete([ask], usual))[0]).toMatchObject({
      text: "ok",
      attempts: 2,
      note: "after timed out",
    });
  });

  test.each([401, 403, 404])("%d is not asked twice, and stops the rest", async (status) => {
    const model = await makeModel({
      kind,
      script: () => ({ kind: "status", status, error: { message: `no: ${secret}` } }),
    });
    const [said] = await model.complete([ask], usual);
    expect(said!.finish).toBe("failed");
    expect(model.halted!()).toMatchObject({ exitCode: 4 });
    const error = await errorOf(model.complete([ask], usual));
    expect(error).toBe(model.halted!());
    expect(error.message).toContain(`HTTP ${status}: no: [key]`);
    expect(`${error.stack}${JSON.stringify(said)}`).not.toContain(secret);
    expect(error.cause).toBeUndefined();
    expect(server!.requests).toHaveLength(1);
  });
});

describe("a failing server", () => {
  test("the same failure n times in a row stops the asking; a success between starts the count anew", async () => {
    const request = { retries: 0, sameErrors: 3 };
    const script = (n: number) =>
      n === 2 ? { kind: "answer" as const } : { kind: "status" as const, status: 500 };
    const model = await makeModel({ request, script });
    for (let i = 0; i < 5; i++) {
      await model.complete([ask], usual);
      expect(model.halted!()).toBeNull();
    }
    await model.complete([ask], usual);
    expect(model.halted!()!.message).toContain("3 requests in a row failed alike: HTTP 500");
    await errorOf(model.complete([ask], usual));
    expect(server!.requests).toHaveLength(6);
  });

  test("an empty account answers 429, and no waiting fills it", async () => {
    const error = { message: "You exceeded your quota", code: "insufficient_quota" };
    const model = await makeModel({ script: () => ({ kind: "status", status: 429, error }) });
    await model.complete([ask], usual);
    expect(model.halted!()!.message).toContain("You exceeded your quota");
    expect(server!.requests).toHaveLength(1);
  });

  test("a prompt that is refused is given up alone", async () => {
    const error = { message: "maximum context length is 10 tokens, max_tokens too large" };
    const model = await makeModel({
      script: (n) => (n === 0 ? { kind: "status", status: 400, error } : { kind: "answer" }),
    });
    expect((await model.complete([ask], usual))[0]).toMatchObject({
      finish: "failed",
      attempts: 1,
    });
    expect((await model.complete([ask], usual))[0]).toMatchObject({ finish: "stop" });
  });

  test("Retry-After is waited for, by all requests of the key", async () => {
    const at: number[] = [];
    const model = await makeModel({
      script: (n) =>
        n === 0
          ? { kind: "status", status: 429, headers: { "retry-after-ms": "150" } }
          : { kind: "answer" },
      onRequest: () => at.push(performance.now()),
    });
    await model.complete([ask], usual);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(140);
  });

  test("many requests get through a server that takes four at a time", async () => {
    let underWay = 0;
    const model = await makeModel({
      latencyMs: 4,
      script: () => {
        if (underWay >= 4) return { kind: "status", status: 429 };
        underWay++;
        setTimeout(() => underWay--, 4);
        return { kind: "answer" };
      },
    });
    const said = await model.complete(
      Array.from({ length: 60 }, () => ask),
      usual,
    );
    expect(said.filter(({ finish }) => finish === "stop")).toHaveLength(60);
    expect(server!.mostUnderWay()).toBeLessThanOrEqual(16);
  });
});

test.each([1, 2, 3, 4])(
  "whatever a server does (%d), every request is counted and every prompt ends",
  async (seed) => {
    const rng = rngFor(seed, "faults");
    const faults: Step[] = [
      { kind: "status", status: 500 },
      { kind: "status", status: 429, headers: { "retry-after-ms": "2" } },
      { kind: "status", status: 400 },
      { kind: "drop" },
      { kind: "cut" },
      { kind: "text", body: "{" },
      { kind: "slow", ms: 5 },
    ];
    const script = (): Step =>
      rng.next() < 0.5 ? { kind: "answer" } : faults[rng.int(faults.length)]!;
    const model = await makeModel({ script, request: { retries: 3, sameErrors: 100 } });
    const prompts = Array.from({ length: 60 }, (_, i): Message[] => [
      { role: "user", content: `${i}` },
    ]);
    const said = await model.complete(prompts, usual);
    expect(said.reduce((sum, { attempts }) => sum + attempts!, 0)).toBe(server!.requests.length);
    for (const { finish, text, note, attempts } of said) {
      expect(finish === "failed" ? text === "" && note !== "" : text === "ok").toBe(true);
      expect(note !== undefined).toBe(attempts! > 1 || finish === "failed");
    }
    expect(new Set(said.map(({ finish }) => finish))).toEqual(new Set(["stop", "failed"]));
  },
);

describe("a server's dialect", () => {
  const refuse =
    (name: string) =>
    (_n: number, { body }: { body: Record<string, unknown> }) =>
      name in body
        ? {
            kind: "status" as const,
            status: 400,
            error: { message: `Unsupported parameter: '${name}' is not supported.` },
          }
        : { kind: "answer" as const };

  test("max_tokens and temperature are said otherwise or left out once they are refused", async () => {
    const model = await makeModel({ script: refuse("max_tokens") });
    const [first] = await model.complete([ask], usual);
    expect(first).toMatchObject({ finish: "stop", attempts: 2 });
    expect(server!.requests[1]!.body).toMatchObject({ max_completion_tokens: 64 });
    expect((await model.complete([ask], usual))[0]).toMatchObject({ attempts: 1 });
    await server![Symbol.asyncDispose]();
    const other = await makeModel({ script: refuse("temperature") });
    expect((await other.complete([ask], usual))[0]).toMatchObject({ finish: "stop", attempts: 2 });
  });

  test("without log-probabilities a choice is read from the text", async () => {
    const model = await makeModel({ script: refuse("logprobs"), reply: () => ({ text: "B" }) });
    const [chosen] = await model.choose!([{ messages: ask, choices: ["A", "B"] }], usual);
    expect(Array.from(chosen!.logprobs)).toEqual([Number.NaN, Number.NaN]);
    expect(chosen!.written).toMatchObject({
      text: "B",
      note: "no log-probabilities given; read as text",
    });
  });
});

describe("choices", () => {
  test("are scored by the likely tokens of the written answer", async () => {
    const model = await makeModel({
      reply: () => ({
        text: "Alien (1979)",
        tokens: [
          ["Alien", Math.log(0.6), [["He", Math.log(0.3)]]],
          [" (1979)", 0],
        ],
      }),
    });
    const choices = ["Heat (1995)", "Alien (1979)", "Zodiac (2007)"];
    const [chosen] = await model.choose!([{ messages: ask, choices }], usual);
    expect(server!.requests[0]!.body).toMatchObject({ logprobs: true, top_logprobs: 20 });
    expect(Math.exp(chosen!.logprobs[0]!)).toBeCloseTo(0.3, 9);
    expect(Math.exp(chosen!.logprobs[1]!)).toBeCloseTo(0.6, 9);
    expect(chosen!.logprobs[2]).toBeCloseTo(Math.log(0.1), 5);
    expect(chosen!.note).toBe("1 of 3 choices outside the top 2, at the floor -2.303");
    expect(chosen!.written!.text).toBe("Alien (1979)");
  });

  test("in a JSON Schema where the suite asks for it", async () => {
    const reply = () => ({ text: '{"answer":"B"}' });
    const model = await makeModel({ request: { answer: "json" }, reply });
    const [chosen] = await model.choose!([{ messages: ask, choices: ["A", "B"] }], usual);
    expect(chosen!.written!.text).toBe("B");
    expect(server!.requests[0]!.body["response_format"]).toMatchObject({
      type: "json_schema",
      json_schema: { schema: { properties: { answer: { enum: ["A", "B"] } } } },
    });
  });

  test("a refusal is one, whatever its tokens", async () => {
    const model = await makeModel({
      reply: () => ({ text: "", refusal: "I can't.", tokens: [["A", -0.1]] }),
    });
    const [chosen] = await model.choose!([{ messages: ask, choices: ["A"] }], usual);
    expect(chosen!.written).toMatchObject({ finish: "refused", text: "I can't." });
    expect(chosen!.logprobs[0]).toBeNaN();
  });
});

describe("money", () => {
  const price = { inPerMTok: 1e6, outPerMTok: 0 };

  test("a request that could pass the limit is not sent", async () => {
    // The prompt has 11 bytes: 91 tokens at most, of which the server counts 12.
    const model = await makeModel({ price, maxUsd: 110 });
    await model.complete([ask], usual);
    await model.complete([ask], usual);
    const error = await errorOf(model.complete([ask], usual));
    expect(error).toMatchObject({ code: "budget", exitCode: 5 });
    expect(error.message).toContain("may cost $91.0, and $24.0 of $110 are spent");
    expect(server!.requests).toHaveLength(2);
  });

  test("requests at one time never hold more than the limit together", async () => {
    const model = await makeModel({ price, maxUsd: 190, latencyMs: 5 });
    const said = await Promise.allSettled(
      Array.from({ length: 20 }, () => model.complete([ask], usual)),
    );
    expect(server!.mostUnderWay()).toBeLessThanOrEqual(2);
    const paid = said.filter(({ status }) => status === "fulfilled").length * 12;
    expect(paid).toBeLessThanOrEqual(190);
    // 190 − 91 = 99 may be spent before the last one goes out.
    expect(paid).toBeGreaterThanOrEqual(99);
  });

  test("what may have been charged counts as spent; tokens that are not counted cost their bound", async () => {
    const model = await makeModel({
      price,
      maxUsd: 250,
      timeoutMs: 1000,
      request: { retries: 1 },
      script: (n) => (n === 0 ? { kind: "hang" } : { kind: "answer" }),
      reply: () => ({ text: "ok", usage: null }),
    });
    expect((await model.complete([ask], usual))[0]).toMatchObject({
      costUsd: 91,
      tokensIn: 91,
      tokensOut: 64,
      note: "after timed out; tokens are bounds: the server counts none",
    });
    expect(await errorOf(model.complete([ask], usual))).toMatchObject({ code: "budget" });
  });
});

test("an aborted signal ends the waiting, not what is under way", async () => {
  const controller = new AbortController();
  const model = await makeModel({
    request: { concurrency: 1 },
    latencyMs: 30,
    context: { signal: controller.signal },
    onRequest: () => controller.abort(),
  });
  const [first, second] = await Promise.allSettled([
    model.complete([ask], usual),
    model.complete([ask], usual),
  ]);
  expect(first).toMatchObject({ status: "fulfilled" });
  expect(second).toMatchObject({ status: "rejected", reason: { exitCode: 130 } });
});
