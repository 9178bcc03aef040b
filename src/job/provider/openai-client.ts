// The openai package as this adapter uses it: an address, a key of the environment, no retries of anything that creates
// (its default sends a paid POST three times), and errors that say what is proven and never hold the key.

import type { OpenAI } from "openai";
import type { Context } from "../../base/logger.ts";
import {
  checkUrl,
  makeCalls,
  missing,
  refuseOtherAccount,
  warnOfPlainHttp,
  type Calls,
} from "./hosted-calls.ts";
import { readOptions } from "./openai-options.ts";
import type { OpenaiProfile } from "./openai-profiles.ts";
import type { JobRequest } from "./types.ts";

/** Where a profile's API is, as far as the environment and the recipe say. */
export type Place = {
  /** Without a slash at its end; null where nothing names it. */
  baseUrl: string | null;
  isUsual: boolean;
  keyEnv: string;
  /** Null where it is not set. */
  key: string | null;
};

/** The address and key of a profile. @throws UsageError for an address that is none. */
export function findPlace(
  profile: OpenaiProfile,
  options: { baseUrl?: string | undefined; keyEnv?: string | undefined },
  { env }: Pick<Context, "env">,
): Place {
  const { urlEnv, urlPath, usualUrl } = profile;
  const named = urlEnv === null ? undefined : env[urlEnv]?.trim() || undefined;
  const keyEnv = options.keyEnv ?? profile.keyEnv;
  const key = (keyEnv === "" ? undefined : env[keyEnv]?.trim()) || null;
  if (named !== undefined) checkUrl(named, urlEnv!);
  const trimmed = named?.replace(/\/+$/, "");
  const fromEnv =
    trimmed === undefined || trimmed.endsWith(urlPath) ? trimmed : `${trimmed}${urlPath}`;
  const baseUrl = options.baseUrl?.replace(/\/+$/, "") ?? fromEnv ?? usualUrl;
  return { baseUrl, isUsual: baseUrl === usualUrl, keyEnv, key };
}

/** Whose jobs: the organisation and project that the environment names, at the host where it is not the usual one. */
export function accountOf(profile: OpenaiProfile, context: Pick<Context, "env">): string {
  // The address of a custom server is an option, and so part of the run key already.
  if (profile.urlEnv === null) return "default";
  const { baseUrl, isUsual } = findPlace(profile, {}, context);
  const { env } = context;
  const own =
    profile.name === "openai"
      ? [env["OPENAI_ORG_ID"], env["OPENAI_PROJECT_ID"]].filter(Boolean).join("/")
      : "";
  const host = isUsual ? "" : baseUrl === null ? "no address" : new URL(baseUrl).host;
  return [host, own].filter((part) => part !== "").join("/") || "default";
}

/** The API bound to a job. */
export type Wire = Calls<OpenAI> & { place: Place & { baseUrl: string; key: string } };

/**
 * Opens the API for a job.
 * @throws RemoteError without a key or address, or where the environment is another account's than the job's.
 */
export async function openWire(
  profile: OpenaiProfile,
  request: JobRequest,
  context: Context,
): Promise<Wire> {
  const options = readOptions(request.options);
  const place = findPlace(profile, options, context);
  const { baseUrl, key, keyEnv } = place;
  if (baseUrl === null) throw missing("address", profile.name, profile.urlEnv ?? keyEnv);
  if (key === null) throw missing("key", profile.name, keyEnv);
  const { urlEnv, name } = profile;
  const variables = [
    ...(urlEnv === null ? [keyEnv] : [urlEnv]),
    ...(name === "openai" ? ["OPENAI_ORG_ID", "OPENAI_PROJECT_ID"] : []),
  ];
  refuseOtherAccount(name, request, accountOf(profile, context), variables);
  warnOfPlainHttp(baseUrl, context);
  const { env } = context;
  // Loaded when it is needed, so that other commands start without it.
  const openai = await import("openai");
  const client = new openai.OpenAI({
    apiKey: key,
    adminAPIKey: null,
    webhookSecret: null,
    baseURL: baseUrl,
    organization: (profile.name === "openai" && env["OPENAI_ORG_ID"]) || null,
    project: (profile.name === "openai" && env["OPENAI_PROJECT_ID"]) || null,
    timeout: options.timeoutSeconds * 1000,
    maxRetries: 2,
    fetch: context.fetch,
    logLevel: "off",
    ...(profile.keyHeader === null ? {} : { defaultHeaders: { [profile.keyHeader]: key } }),
  });
  return {
    place: { ...place, baseUrl, key },
    ...makeCalls(profile.name, client, [key], context),
  };
}
