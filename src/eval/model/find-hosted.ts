// Hosted models as sources: what they are, where their key comes from, and the refusals that cost nothing.
// A key of the environment goes only to the server it is for; a recipe that names another server names its key too.

import { plainHttpHost } from "../../base/plain-http.ts";
import { findHfToken } from "../../base/hf-token.ts";
import { hashOf, sha256 } from "../../base/ids.ts";
import { RefusedError, RemoteError, UsageError } from "../../base/errors.ts";
import type { Budget } from "./budget.ts";
import { hfUrl, makeHfSender } from "./hf.ts";
import { makeHostedModel, type HostedContext } from "./hosted.ts";
import { makeLane, shareLane, type Lane } from "./lane.ts";
import { makeOpenaiSender, openaiUrl } from "./openai.ts";
import { requestSettings, type HostedSettings } from "./settings.ts";
import type { ModelSource } from "./types.ts";

/** What all models of one invocation share. */
export type ModelShares = {
  context: HostedContext;
  /** Null: spending is not limited. */
  budget: Budget | null;
  /** One a server and key. */
  lanes: Map<string, Lane>;
  /** Where references stand, for messages: a suite's `systems` unless given. */
  where?: string;
};

type Kind = {
  name: "openai" | "hf";
  usualUrl: (env: HostedContext["env"]) => string;
  /** The usual key with the name it goes by in errors. */
  usualKey: (env: HostedContext["env"]) => Promise<string | null>;
  keyName: string;
  makeSender: typeof makeOpenaiSender;
};

const kinds: Readonly<Record<"openai" | "hf", Kind>> = {
  openai: {
    name: "openai",
    usualUrl: (env) => env["OPENAI_BASE_URL"] || openaiUrl,
    usualKey: async (env) => env["OPENAI_API_KEY"] || null,
    keyName: "OPENAI_API_KEY",
    makeSender: makeOpenaiSender,
  },
  hf: {
    name: "hf",
    usualUrl: () => hfUrl,
    usualKey: findHfToken,
    keyName: "HF_TOKEN",
    makeSender: makeHfSender,
  },
};

/** The first wait between tries. */
const backoffMs = 500;

/**
 * The model `openai:MODEL` or `hf:MODEL` on the server that the settings name. Nothing is sent before it is opened.
 * @throws RefusedError `budget-price` where spending is limited and the price is not known.
 */
export function findHostedModel(
  kindName: "openai" | "hf",
  model: string,
  settings: HostedSettings,
  { context, budget, lanes, where = "systems" }: ModelShares,
): ModelSource {
  const kind = kinds[kindName];
  const name = `${kind.name}:${model}`;
  const usualUrl = kind.usualUrl(context.env).replace(/\/+$/, "");
  const baseUrl = settings.baseUrl?.replace(/\/+$/, "") ?? usualUrl;
  const request = requestSettings(settings);
  const { host } = parseUrl(baseUrl, where);
  const isUsual = baseUrl === usualUrl;
  if (budget !== null && settings.price === undefined) {
    throw new RefusedError(`what ${name} costs is not known, so --max-usd cannot be kept`, {
      code: "budget-price",
      where,
      next: "Give the system a price: {inPerMTok: …, outPerMTok: …} in dollars per million tokens; 0 on your own machine.",
    });
  }
  const { api, maxTokens, answer } = request;
  if (api === "completion" && kindName === "hf") {
    throw new UsageError("models of hf: answer chats alone", {
      code: "model-api",
      where: `${where}, request.api`,
      next: "Name the endpoint as openai:NAME with its baseUrl and keyEnv; it speaks plain completions too.",
    });
  }
  return {
    name,
    // What is not usual alone, so that answers of earlier versions are still known.
    identity: hashOf({ name, baseUrl, maxTokens, answer, ...(api === "chat" ? {} : { api }) }),
    about: isUsual ? name : `${name} at ${host}`,
    async open() {
      const key = await findKey(kind, { keyEnv: settings.keyEnv, isUsual, where }, context);
      warnOfPlainHttp(baseUrl, key, context);
      const laneKey = `${host} ${sha256(key ?? "")}`;
      const shared = lanes.get(laneKey) ?? makeLane(request.concurrency, context);
      lanes.set(laneKey, shared);
      const lane = shareLane(shared, request.concurrency, context);
      return makeHostedModel({
        name,
        model,
        // OpenAI's newer models refuse max_tokens; the compatible servers know nothing else.
        limitKey: baseUrl === openaiUrl ? "max_completion_tokens" : "max_tokens",
        request,
        price: settings.price ?? null,
        call: {
          send: await kind.makeSender({ baseUrl, key }, context),
          lane,
          budget,
          retries: request.retries,
          sameErrors: request.sameErrors,
          timeoutMs: request.timeoutSeconds * 1000,
          backoffMs,
          server: `${name} at ${host}`,
          context,
          hide: makeHider(key),
        },
      });
    },
  };
}

// The suite's own URL was checked with it; this one may come from the environment.
function parseUrl(text: string, where: string): URL {
  if (URL.canParse(text) && /^https?:/i.test(text)) return new URL(text);
  throw new UsageError("OPENAI_BASE_URL is not an http(s) URL", {
    code: "model-url",
    where,
    next: "For example: export OPENAI_BASE_URL=http://127.0.0.1:8000/v1",
  });
}

/** No key of a service is shorter; "EMPTY" or "test", which local servers are given, may stand in answers. */
const shortestSecret = 12;

function makeHider(key: string | null): (text: string) => string {
  if (key === null || key.length < shortestSecret) return (text) => text;
  return (text) => text.replaceAll(key, "[key]");
}

async function findKey(
  kind: Kind,
  { keyEnv, isUsual, where }: { keyEnv: string | undefined; isUsual: boolean; where: string },
  { env }: HostedContext,
): Promise<string | null> {
  if (keyEnv === undefined && !isUsual) return null;
  const key = keyEnv === undefined ? await kind.usualKey(env) : env[keyEnv] || null;
  if (key !== null) return key.trim();
  const name = keyEnv ?? kind.keyName;
  throw new RemoteError(`there is no key for this model: ${name} is not set`, {
    code: "model-key",
    where,
    next: `Set it in the environment (export ${name}=…), never in a file of the workspace.`,
  });
}

function warnOfPlainHttp(baseUrl: string, key: string | null, { log }: HostedContext): void {
  const host = plainHttpHost(baseUrl);
  if (host === null) return;
  const what = key === null ? "prompts go" : "the key and prompts go";
  log.warn(`${what} to ${host} unencrypted: baseUrl is http`);
}
