// Which server a reference means, and which key goes there.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainContext, silentLogger, type Context } from "../../../../src/base/logger.ts";
import { makeBudget } from "../../../../src/eval/model/budget.ts";
import { findModelSource } from "../../../../src/eval/model/index.ts";
import type { HostedSettings } from "../../../../src/eval/model/settings.ts";
import type { ModelSource } from "../../../../src/eval/model/types.ts";
import { errorOf } from "../../log/open-texts.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "rectune-hosted-"));
  await writeFile(join(dir, "token"), "hf_from_file\n");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

type Sent = { url: string; key: string | null };

/** A world whose network writes down what is sent and answers everything. */
function world(
  env: Record<string, string>,
  content = "ok",
): { sent: Sent[]; warned: string[]; context: Context } {
  const sent: Sent[] = [];
  const warned: string[] = [];
  const answer = {
    id: "1",
    object: "chat.completion",
    created: 0,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
  const fetch = async (input: unknown, init?: { headers?: unknown }): Promise<Response> => {
    const headers = new Headers(init?.headers as Record<string, string>);
    sent.push({ url: String(input), key: headers.get("authorization") });
    return Response.json(answer);
  };
  const log = { ...silentLogger, warn: (message: string) => void warned.push(message) };
  return {
    sent,
    warned,
    context: plainContext({ env, log, fetch: fetch as typeof globalThis.fetch }),
  };
}

const find = (
  reference: string,
  context: Context,
  settings: HostedSettings = {},
  maxUsd?: number,
): Promise<ModelSource> => {
  const budget = maxUsd === undefined ? null : makeBudget(maxUsd);
  return findModelSource(reference, { dir: "/w", context, budget, lanes: new Map(), settings });
};

async function send(
  reference: string,
  env: Record<string, string>,
  settings: HostedSettings = {},
): Promise<Sent & { warned: string[] }> {
  const { sent, warned, context } = world(env);
  const model = await (await find(reference, context, settings)).open({ threads: 1 });
  const [said] = await model.complete([[{ role: "user", content: "?" }]], { maxTokens: 4 });
  expect(said).toMatchObject({ text: "ok" });
  return { ...sent[0]!, warned };
}

const keys = { OPENAI_API_KEY: "sk-own", HF_TOKEN: "hf_own", OTHER: "sk-other" };

describe("the server and the key", () => {
  test.each([
    ["openai:gpt-x", {}, "https://api.openai.com/v1/chat/completions", "Bearer sk-own"],
    ["hf:org/name", {}, "https://router.huggingface.co/v1/chat/completions", "Bearer hf_own"],
    ["openai:ft:gpt-x:org::id", {}, "https://api.openai.com/v1/chat/completions", "Bearer sk-own"],
    [
      "openai:m",
      { baseUrl: "https://x.test/v1/", keyEnv: "OTHER" },
      "https://x.test/v1/chat/completions",
      "Bearer sk-other",
    ],
    [
      "hf:m",
      { baseUrl: "https://x.test/v1", keyEnv: "OTHER" },
      "https://x.test/v1/chat/completions",
      "Bearer sk-other",
    ],
  ])("of %s with %j", async (reference, settings, url, key) => {
    expect(await send(reference, keys, settings)).toEqual({ url, key, warned: [] });
  });

  test("OPENAI_BASE_URL moves the usual server, and its key goes there", async () => {
    const env = { ...keys, OPENAI_BASE_URL: "http://localhost:9/v1" };
    expect(await send("openai:m", env)).toMatchObject({
      url: "http://localhost:9/v1/chat/completions",
      key: "Bearer sk-own",
    });
  });

  test.each(["openai:m", "hf:m"])(
    "a recipe cannot send the usual key of %s to its own server",
    async (reference) => {
      const { key } = await send(reference, keys, { baseUrl: "https://x.test/v1" });
      expect(key ?? "").not.toMatch(/sk-|hf_/);
    },
  );

  test("a token is found where Hugging Face's own tools leave it", async () => {
    for (const env of [{ HF_HOME: dir }, { HF_TOKEN_PATH: join(dir, "token") }]) {
      expect((await send("hf:m", env)).key).toBe("Bearer hf_from_file");
    }
  });

  test("without a key nothing is sent", async () => {
    const { sent, context } = world({ HOME: dir });
    for (const [reference, name] of [
      ["openai:m", "OPENAI_API_KEY"],
      ["hf:m", "HF_TOKEN"],
    ] as const) {
      const source = await find(reference, context);
      const error = await errorOf(source.open({ threads: 1 }));
      expect(error).toMatchObject({ code: "model-key", exitCode: 4 });
      expect(error.message).toContain(`${name} is not set`);
    }
    expect(sent).toEqual([]);
  });

  test.each([
    ["sk-0123456789abcdef", "your key is [key]"],
    ["EMPTY", "your key is EMPTY"],
  ])(
    "a key is taken out of answers, a word that stands in for one is not: %s",
    async (key, text) => {
      const { context } = world({ OTHER: key }, `your key is ${key}`);
      const settings = { baseUrl: "https://x.test/v1", keyEnv: "OTHER" };
      const model = await (await find("openai:m", context, settings)).open({ threads: 1 });
      const [said] = await model.complete([[{ role: "user", content: "?" }]], { maxTokens: 4 });
      expect(said!.text).toBe(text);
    },
  );

  test.each(["example.org/v1", "ftp://example.org"])("refuses OPENAI_BASE_URL=%s", async (url) => {
    const { context } = world({ ...keys, OPENAI_BASE_URL: url });
    expect(await errorOf(find("openai:m", context))).toMatchObject({
      code: "model-url",
      exitCode: 2,
    });
  });

  test("plain http is warned of, but not on this machine", async () => {
    const far = await send("openai:m", keys, { baseUrl: "http://x.test/v1", keyEnv: "OTHER" });
    expect(far.warned).toEqual(["the key and prompts go to x.test unencrypted: baseUrl is http"]);
    const near = await send("openai:m", keys, { baseUrl: "http://127.0.0.1:9/v1" });
    expect(near.warned).toEqual([]);
  });
});

describe("findModelSource", () => {
  const { context } = world(keys);

  test("the identity is the server's and the settings', never the key's", async () => {
    const identityOf = async (settings: HostedSettings, env = keys): Promise<string> =>
      (await find("openai:m", world(env).context, settings)).identity;
    const plain = await identityOf({});
    expect(await identityOf({}, { ...keys, OPENAI_API_KEY: "sk-new" })).toBe(plain);
    expect(await identityOf({ price: { inPerMTok: 1, outPerMTok: 1 } })).toBe(plain);
    expect(await identityOf({ baseUrl: "https://x.test/v1" })).not.toBe(plain);
  });

  test("a limit of spending wants a price", async () => {
    expect(await errorOf(find("openai:m", context, {}, 1))).toMatchObject({
      code: "budget-price",
      exitCode: 5,
    });
    const price = { inPerMTok: 1, outPerMTok: 1 };
    expect((await find("openai:m", context, { price }, 1)).name).toBe("openai:m");
  });

  test.each([
    ["local:./weights", "model-missing", "rectune tune"],
    ["opneai:m", "model-unknown", "Did you mean openai:…?"],
    ["openai:", "model-unknown", "Known:"],
    ["constructor:x", "model-unknown", "Known:"],
    ["gpt-4", "model-unknown", "Known:"],
  ])("refuses %s", async (reference, code, advice) => {
    const error = await errorOf(find(reference, context));
    expect(error).toMatchObject({ code, exitCode: 2 });
    expect(error.message).toContain(advice);
  });
});
