// The openai package as this adapter uses it: an address, a key of the environment, no retries of anything that creates
// (its default sends a paid POST three times), and errors that say what is proven and never hold the key.

import type { OpenAI } from "openai";
import { InterruptedError, RectuneError, RemoteError, UsageError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { readOptions } from "./openai-options.ts";
import type { OpenaiProfile } from "./openai-profiles.ts";
import { callFailed, createFailed, type Failure } from "./remote-failure.ts";
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

/** Every create goes with this: the package would send it again by itself. */
export const sendOnce = { maxRetries: 0 } as const;

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

function checkUrl(text: string, name: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (isWeb && url.username === "" && url.password === "") return;
  throw new UsageError(`${name} is no http(s) address without a key in it`, {
    code: "provider-url",
    where: name,
    next: "For example: http://127.0.0.1:8080/v1",
  });
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

/** A client bound to a job, with its calls wrapped. */
export type Wire = {
  place: Place & { baseUrl: string; key: string };
  /** Makes a call that costs nothing; `what` says it in errors. */
  call<T>(what: string, run: (client: OpenAI) => Promise<T>): Promise<T>;
  /** Makes a create; its errors say whether a job may exist. */
  create<T>(run: (client: OpenAI) => Promise<T>): Promise<T>;
};

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
  if (baseUrl === null) {
    throw new RemoteError(`there is no address of ${profile.name}: ${profile.urlEnv} is not set`, {
      code: "provider-address",
      next: `export ${profile.urlEnv}=https://…`,
    });
  }
  if (key === null) {
    throw new RemoteError(`there is no key for ${profile.name}: ${keyEnv} is not set`, {
      code: "provider-key",
      next: `Set it in the environment (export ${keyEnv}=…), never in a file of the workspace.`,
    });
  }
  const account = accountOf(profile, context);
  if (request.account !== account) {
    throw new RemoteError(
      `this job belongs to account "${request.account}" of ${profile.name}, the environment names "${account}"`,
      {
        code: "provider-account",
        next: `Set ${profile.urlEnv ?? keyEnv}${profile.name === "openai" ? ", OPENAI_ORG_ID and OPENAI_PROJECT_ID" : ""} as they were when the job was started.`,
      },
    );
  }
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
  const secrets = [key];
  const wrap = async <T>(
    run: (client: OpenAI) => Promise<T>,
    fail: (failure: Failure) => RectuneError,
  ): Promise<T> => {
    try {
      return await run(client);
    } catch (error) {
      if (error instanceof RectuneError) throw error;
      if (error instanceof openai.APIUserAbortError || context.signal.reason === error) {
        throw new InterruptedError("stopped", {
          code: "job-interrupted",
          next: "The same command goes on from here.",
        });
      }
      throw fail(failureOf(error));
    }
  };
  return {
    place: { ...place, baseUrl, key },
    call: (what, run) => wrap(run, (failure) => callFailed(profile.name, what, failure, secrets)),
    create: (run) => wrap(run, (failure) => createFailed(profile.name, failure, secrets)),
  };
}

/** What an error of the openai or together-ai package tells; both are made by one generator. */
export function failureOf(error: unknown): Failure {
  const { status, message, cause, requestID } = (error ?? {}) as Partial<Record<string, unknown>>;
  return {
    status: typeof status === "number" ? status : null,
    message: typeof message === "string" ? message : String(error),
    cause,
    requestId: typeof requestID === "string" ? requestID : null,
  };
}

function warnOfPlainHttp(baseUrl: string, { log }: Pick<Context, "log">): void {
  const { protocol, hostname } = new URL(baseUrl);
  const isLoopback =
    hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  if (protocol === "http:" && !isLoopback)
    log.warn(`the key and the data go to ${hostname} unencrypted: its address is http`);
}
