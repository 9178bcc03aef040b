// Fireworks' REST API (docs.fireworks.ai/api-reference; shapes as in its Python client 1.2.30, read 2026-11-24): there is
// no JavaScript client, and these few calls need none. Nothing is sent twice by itself.

import { z } from "zod";
import { InterruptedError, RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { readFireworksOptions } from "./fireworks-options.ts";
import { callFailed, createFailed, type Failure } from "./remote-failure.ts";
import type { JobRequest } from "./types.ts";

export const unknownAccount = "unknown";
export const keyEnv = "FIREWORKS_API_KEY";

const about = "fireworks";
const usualUrl = "https://api.fireworks.ai";

export type Place = { baseUrl: string; key: string | null };

/** Where the API is, and the key, as the environment has them. */
export function findPlace({ env }: Pick<Context, "env">): Place {
  const baseUrl = (env["FIREWORKS_BASE_URL"]?.trim() || usualUrl).replace(/\/+$/, "");
  return { baseUrl, key: env[keyEnv]?.trim() || null };
}

/** A request below the API's root. */
export type Ask = {
  method: "GET" | "POST" | "DELETE";
  path: string;
  query?: Record<string, string>;
  /** JSON, or a form. */
  body?: Record<string, unknown> | FormData;
  /** For uploads: no time-out but the signal's. */
  isLong?: boolean;
};

export type Wire = Place & {
  key: string;
  /** `accounts/ID`. */
  account: string;
  secrets: readonly string[];
  /** Makes a call that costs nothing; null for a 404 where `isOptional` says that this is an answer. */
  call: <T>(what: string, ask: Ask, shape: z.ZodType<T>) => Promise<T>;
  look: <T>(what: string, ask: Ask, shape: z.ZodType<T>) => Promise<T | null>;
  /** Makes a create, never stopped halfway; `taken` for a 409, which is an answer where the id was chosen here. */
  create: <T>(ask: Ask, shape: z.ZodType<T>) => Promise<T | "taken">;
};

/** @throws RemoteError without a key, or while it is not known whose it is. */
export function openWire(request: JobRequest, context: Context): Wire {
  const place = findPlace(context);
  if (place.key === null) {
    throw new RemoteError(`there is no key for fireworks: ${keyEnv} is not set`, {
      code: "provider-key",
      next: `Set it in the environment (export ${keyEnv}=…), never in a file of the workspace.`,
    });
  }
  if (request.account === unknownAccount) {
    throw new RemoteError("Fireworks could not be asked whose key this is", {
      code: "provider-account",
      next: "Set FIREWORKS_ACCOUNT_ID or options.account, or try again later. Nothing was sent.",
    });
  }
  const { timeoutSeconds } = readFireworksOptions(request.options);
  return wireOf({ ...place, key: place.key }, request.account, timeoutSeconds * 1000, context);
}

/** Whose jobs: named, or the one account that the key belongs to. @throws RemoteError for a key of several. */
export async function askAccount(
  options: Record<string, unknown>,
  context: Context,
): Promise<string> {
  const { account, timeoutSeconds } = readFireworksOptions(options);
  const named = account ?? (context.env["FIREWORKS_ACCOUNT_ID"]?.trim() || null);
  if (named !== null) return named;
  const place = findPlace(context);
  if (place.key === null) return unknownAccount;
  const wire = wireOf({ ...place, key: place.key }, "", timeoutSeconds * 1000, context);
  let accounts: string[];
  try {
    accounts = (
      await wire.call(
        "asking whose key this is",
        { method: "GET", path: "/v1/accounts" },
        z.looseObject({ accounts: z.array(z.looseObject({ name: z.string() })).default([]) }),
      )
    ).accounts.map(({ name }) => name.replace(/^accounts\//, ""));
  } catch (error) {
    // Without an answer a plan can still be shown; nothing is sent on it.
    if (error instanceof RemoteError && error.cause instanceof NoAnswer) return unknownAccount;
    throw error;
  }
  if (accounts.length === 1) return accounts[0]!;
  throw new RemoteError(`the key belongs to ${accounts.length} accounts: ${accounts.join(", ")}`, {
    code: "provider-account",
    next: "Name one in options.account or FIREWORKS_ACCOUNT_ID.",
  });
}

/** Tells a connection that gave no answer from one that refused. */
class NoAnswer extends Error {}

function wireOf(
  place: Place & { key: string },
  account: string,
  timeoutMs: number,
  context: Context,
): Wire {
  const secrets = [place.key];
  const send = async (ask: Ask, signals: AbortSignal[]): Promise<Response> => {
    const url = new URL(place.baseUrl + ask.path);
    for (const [name, value] of Object.entries(ask.query ?? {})) url.searchParams.set(name, value);
    const headers: Record<string, string> = { authorization: `Bearer ${place.key}` };
    const isForm = ask.body instanceof FormData;
    if (ask.body !== undefined && !isForm) headers["content-type"] = "application/json";
    return context.fetch(url, {
      method: ask.method,
      headers,
      redirect: "error",
      signal: AbortSignal.any([
        ...signals,
        ...(ask.isLong ? [] : [AbortSignal.timeout(timeoutMs)]),
      ]),
      ...(ask.body === undefined
        ? {}
        : { body: isForm ? (ask.body as FormData) : JSON.stringify(ask.body) }),
    });
  };
  /** The answer, or what failed; a 2xx that cannot be read is no answer. */
  const tryCall = async <T>(
    ask: Ask,
    shape: z.ZodType<T>,
    signals: AbortSignal[],
  ): Promise<{ value: T } | { failure: Failure }> => {
    let status: number | null = null;
    try {
      const response = await send(ask, signals);
      if (!response.ok) status = response.status;
      const text = await response.text();
      if (status !== null) return { failure: { status, message: messageOf(text), cause: null } };
      return { value: shape.parse(text === "" ? {} : JSON.parse(text)) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { failure: { status, message, cause: error } };
    }
  };
  const failed = (what: string, failure: Failure): Error => {
    if (context.signal.aborted) {
      return new InterruptedError("stopped", {
        code: "job-interrupted",
        next: "The same command goes on from here.",
      });
    }
    const error = callFailed(about, what, failure, secrets);
    if (failure.status === null) error.cause = new NoAnswer();
    return error;
  };
  return {
    ...place,
    account: `accounts/${account}`,
    secrets,
    async call(what, ask, shape) {
      const told = await tryCall(ask, shape, [context.signal]);
      if ("value" in told) return told.value;
      throw failed(what, told.failure);
    },
    async look(what, ask, shape) {
      const told = await tryCall(ask, shape, [context.signal]);
      if ("value" in told) return told.value;
      if (told.failure.status === 404) return null;
      throw failed(what, told.failure);
    },
    async create(ask, shape) {
      const told = await tryCall(ask, shape, []);
      if ("value" in told) return told.value;
      if (told.failure.status === 409) return "taken";
      throw createFailed(about, told.failure, secrets);
    },
  };
}

/** The message of an error as gRPC gateways and OpenAI's shape have it. */
function messageOf(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown };
    const inner = (error as { message?: unknown } | undefined)?.message;
    return [message, inner, error].find((said) => typeof said === "string") ?? text;
  } catch {
    return text;
  }
}
