// What hosted models are sent, and how their answers are read, against a specification that others publish: Together's
// OpenAPI document, whose chat completions differ from OpenAI's in their log-probabilities. The server on loopback
// refuses what that document does not allow, and answers in its shape.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { plainContext } from "../../src/base/logger.ts";
import { findModelSource } from "../../src/eval/model/index.ts";
import { requestSettings, type RequestSettings } from "../../src/eval/model/settings.ts";
import type { Model } from "../../src/eval/model/types.ts";
import { startChatServer, type ChatServer, type Step } from "../emulator/chat-server.ts";

const data = process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared");
const path = join(data, "openapi/together.yaml");
const isThere = existsSync(path) || process.env["RECTUNE_NO_SKIP"] === "1";

type Schema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;
type Schemas = Record<string, Schema>;

/** A schema of the document as a check of values; unknown keys of its own level are refused. */
function schemaOf(name: string): z.ZodType {
  const text = JSON.stringify(parse(readFileSync(path, "utf8"))).replaceAll(
    "#/components/schemas/",
    "#/definitions/",
  );
  const { components } = JSON.parse(text) as { components: { schemas: Schemas } };
  const definitions = Object.fromEntries(reachable(components.schemas, name));
  const own = { ...components.schemas[name], additionalProperties: false, definitions };
  return z.fromJSONSchema(own, { defaultTarget: "openapi-3.0" });
}

function reachable(schemas: Schemas, from: string): Map<string, Schema> {
  const found = new Map<string, Schema>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.set(name, schemas[name]!);
    const refs = JSON.stringify(schemas[name]).matchAll(/#\/definitions\/(\w+)/g);
    for (const [, ref] of refs) visit(ref!);
  };
  visit(from);
  return found;
}

/** A server that holds to the document, and a model there. */
async function makeServed(
  request: Partial<RequestSettings>,
): Promise<{ server: ChatServer; model: Model }> {
  const asked = schemaOf("ChatCompletionRequest");
  const answered = schemaOf("ChatCompletionResponse");
  const script = (
    _n: number,
    { body }: { body: { model: string; [name: string]: unknown } },
  ): Step => {
    const checked = asked.safeParse(body);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      const message = `${issue!.path.join(".")}: ${issue!.message}`;
      return { kind: "status", status: 400, error: { message, type: "invalid_request_error" } };
    }
    const wantsJson = body["response_format"] !== undefined;
    const answer = {
      id: "o1",
      object: "chat.completion",
      created: 1,
      model: body.model,
      prompt: [],
      choices: [
        {
          index: 0,
          finish_reason: "stop",
          message: { role: "assistant", content: wantsJson ? '{"answer":"Heat"}' : "Alien" },
          ...(typeof body["logprobs"] === "number"
            ? {
                logprobs: {
                  token_ids: [7],
                  tokens: ["Alien"],
                  token_logprobs: [-0.4],
                  top_logprobs: { Alien: -0.4, Heat: -1.2 },
                },
              }
            : {}),
        },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
    };
    expect(answered.safeParse(answer).error?.issues).toBeUndefined();
    return { kind: "text", body: JSON.stringify(answer) };
  };
  const server = await startChatServer({ script });
  const place = { dir: ".", context: plainContext(), budget: null, lanes: new Map() };
  const settings = { baseUrl: server.url, request: { ...requestSettings({}), ...request } };
  const source = await findModelSource("openai:m", { ...place, settings });
  return { server, model: await source.open({ threads: 1 }) };
}

const prompt = [
  { role: "system" as const, content: "Choose one." },
  { role: "user" as const, content: "Heat or Alien?" },
];
const choices = ["Heat", "Alien", "Zodiac"];

describe.skipIf(!isThere)("Together's published specification (openapi/together.yaml)", () => {
  test("allows what a written answer is asked with", async () => {
    const { server, model } = await makeServed({ answer: "text" });
    await using _ = server;
    const [said] = await model.complete([prompt], { maxTokens: 64 });
    expect(said).toMatchObject({ text: "Alien", tokensIn: 9, tokensOut: 1, attempts: 1 });
  });

  test("allows a JSON Schema of the choices", async () => {
    const { server, model } = await makeServed({ answer: "json" });
    await using _ = server;
    const [chosen] = await model.choose!([{ messages: prompt, choices }], { maxTokens: 64 });
    expect(chosen!.written).toMatchObject({ text: "Heat", attempts: 1 });
  });

  test("wants log-probabilities by a number: learnt from one refusal, and read", async () => {
    const { server, model } = await makeServed({ answer: "auto" });
    await using _ = server;
    const [chosen] = await model.choose!([{ messages: prompt, choices }], { maxTokens: 64 });
    expect(chosen).toMatchObject({ attempts: 2 });
    expect(Array.from(chosen!.logprobs.slice(0, 2))).toEqual([
      expect.closeTo(-1.2, 9),
      expect.closeTo(-0.4, 9),
    ]);
    expect(chosen!.note).toContain("1 of 3 choices outside the top 2");
    const [second] = await model.choose!([{ messages: prompt, choices }], { maxTokens: 64 });
    expect(second).toMatchObject({ attempts: 1 });
    expect(server.requests.at(-1)!.body).toMatchObject({ logprobs: 20, max_tokens: 64 });
  });

  test("refuses what it does not know, so that the tests above can fail", () => {
    const asked = schemaOf("ChatCompletionRequest");
    const body = { model: "m", messages: prompt };
    expect(asked.safeParse(body).success).toBe(true);
    expect(asked.safeParse({ ...body, top_logprobs: 20 }).success).toBe(false);
    expect(asked.safeParse({ ...body, max_tokens: "64" }).success).toBe(false);
    expect(asked.safeParse({ ...body, messages: [{ role: "poet", content: "" }] }).success).toBe(
      false,
    );
  });
});
