// Calls to a hosted provider through its own package: what may be retried, whose account answers, and errors that say
// what is proven and never hold the key. openai and together-ai are made by one generator and fail alike.

import { InterruptedError, RectuneError, RemoteError, UsageError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { plainHttpHost } from "../../base/plain-http.ts";
import { callFailed, createFailed, type Failure } from "./remote-failure.ts";
import type { JobRequest } from "./types.ts";

/** Every create goes with this: the packages would send it up to three times by themselves. */
export const sendOnce = { maxRetries: 0 } as const;

export type Calls<Client> = {
  /** Makes a call that costs nothing; `what` says it in errors. */
  call<T>(what: string, run: (client: Client) => Promise<T>): Promise<T>;
  /** Makes a create; its errors say whether a job may exist. */
  create<T>(run: (client: Client) => Promise<T>): Promise<T>;
};

/** Wraps a client's calls for one provider. */
export function makeCalls<Client>(
  provider: string,
  client: Client,
  secrets: readonly string[],
  { signal }: Pick<Context, "signal">,
): Calls<Client> {
  const wrap = async <T>(
    run: (client: Client) => Promise<T>,
    fail: (failure: Failure) => RectuneError,
  ): Promise<T> => {
    try {
      return await run(client);
    } catch (error) {
      if (error instanceof RectuneError) throw error;
      const failure = failureOf(error);
      if (signal.aborted && failure.status === null) throw interrupted();
      throw fail(failure);
    }
  };
  return {
    call: (what, run) => wrap(run, (failure) => callFailed(provider, what, failure, secrets)),
    create: async (run) => {
      try {
        return await run(client);
      } catch (error) {
        // Ctrl-C is no answer either: what is proven of a create is decided by the failure alone.
        if (error instanceof RectuneError) throw error;
        throw createFailed(provider, failureOf(error), secrets);
      }
    },
  };
}

function interrupted(): InterruptedError {
  return new InterruptedError("stopped", {
    code: "job-interrupted",
    next: "The same command goes on from here.",
  });
}

/** What an error of the openai or together-ai package tells. */
export function failureOf(error: unknown): Failure {
  const { status, message, cause, requestID } = (error ?? {}) as Partial<Record<string, unknown>>;
  return {
    status: typeof status === "number" ? status : null,
    message: typeof message === "string" ? message : String(error),
    cause,
    requestId: typeof requestID === "string" ? requestID : null,
  };
}

/** An address of the environment. @throws UsageError for one that is no http(s) URL, or that holds a key. */
export function checkUrl(text: string, name: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (isWeb && url.username === "" && url.password === "") return;
  throw new UsageError(`${name} is no http(s) address without a key in it`, {
    code: "provider-url",
    where: name,
    next: "For example: http://127.0.0.1:8080/v1",
  });
}

/** The error of a variable that is not set. */
export function missing(what: "address" | "key", provider: string, name: string): RemoteError {
  const isKey = what === "key";
  return new RemoteError(`there is no ${what} for ${provider}: ${name} is not set`, {
    code: `provider-${what}`,
    next: isKey
      ? `Set it in the environment (export ${name}=…), never in a file of the workspace.`
      : `export ${name}=https://…`,
  });
}

/** Another account knows nothing of the job, and its silence would prove nothing. */
export function refuseOtherAccount(
  provider: string,
  { account }: Pick<JobRequest, "account">,
  now: string,
  variables: readonly string[],
): void {
  if (account === now) return;
  throw new RemoteError(
    `this job belongs to account "${account}" of ${provider}, the environment names "${now}"`,
    {
      code: "provider-account",
      next: `Set ${variables.join(", ")} as when the job was started.`,
    },
  );
}

/** Warns where a key would travel readable. */
export function warnOfPlainHttp(baseUrl: string, { log }: Pick<Context, "log">): void {
  const host = plainHttpHost(baseUrl);
  if (host !== null)
    log.warn(`the key and the data go to ${host} unencrypted: its address is http`);
}
