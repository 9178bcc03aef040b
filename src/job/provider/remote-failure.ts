// What a failed call to a hosted provider proves. Only two things prove that a create made no job: a refusal (a 4xx that
// no proxy or retry rule gives for a request it let through), or a connection that was never made (reference: RFC 9110
// section 9.2.2 on retries of unsafe methods).

import { RemoteError } from "../../base/errors.ts";
import { JobRejected } from "./types.ts";

/** A call that failed, as far as its client tells. */
export type Failure = {
  /** HTTP status; null where no answer came. */
  status: number | null;
  message: string;
  cause: unknown;
  requestId?: string | null;
};

/** 4xx that may follow a request which was carried out: a timeout, a race with itself, a limit hit by a repeat. */
const doubtful = new Set([408, 409, 425, 429]);

const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** Whether a create that failed so provably made nothing. */
export function provesAbsent({ status, cause }: Failure): boolean {
  if (status !== null) return status >= 400 && status < 500 && !doubtful.has(status);
  return wasNeverSent(cause);
}

/** Whether an error says that no connection was made; of several addresses, none. */
export function wasNeverSent(error: unknown): boolean {
  if (error === null || typeof error !== "object") return false;
  const { errors, code, cause } = error as { errors?: unknown; code?: unknown; cause?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return errors.every(wasNeverSent);
  if (typeof code === "string") return neverSent.has(code);
  return wasNeverSent(cause);
}

/** Says a failure without secrets, control characters or length. */
export function sayFailure(failure: Failure, secrets: readonly string[]): string {
  const { status, message, requestId, cause } = failure;
  const code = codeOf(cause);
  const head = status === null ? (code ?? "no answer") : `HTTP ${status}`;
  const id = requestId ? ` (request ${cleanText(requestId, secrets, 64)})` : "";
  const said = cleanText(message.replace(/^\d{3} /, ""), secrets, 300);
  return said === "" ? `${head}${id}` : `${head}: ${said}${id}`;
}

/** A text from a server, fit for a log line. */
export function cleanText(text: string, secrets: readonly string[], most = 2000): string {
  let held = text;
  for (const secret of secrets) if (secret.length >= 4) held = held.replaceAll(secret, "***");
  // Control and bidirectional marks of a server's text must not steer a terminal.
  held = held.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return held.length > most ? `${held.slice(0, most)}…` : held;
}

function codeOf(error: unknown): string | null {
  if (error === null || typeof error !== "object") return null;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === "string" ? code : codeOf(cause);
}

/** The error of a failed create: JobRejected where it proves that no job exists, else RemoteError (nobody knows). */
export function createFailed(
  provider: string,
  failure: Failure,
  secrets: readonly string[],
): RemoteError | JobRejected {
  const said = sayFailure(failure, secrets);
  if (!provesAbsent(failure)) {
    return new RemoteError(`${provider} gave no clear answer to the create: ${said}`, {
      code: "create-unanswered",
    });
  }
  return new JobRejected(
    failure.status === null
      ? `${provider} was not reached: ${said}`
      : `${provider} refused the job: ${said}`,
    {
      code: failure.status === null ? "provider-unreachable" : "job-rejected",
      next: `No job was made. ${adviceOf(failure.status)}`,
    },
  );
}

/** The error of any other failed call. `what` is what was tried, e.g. "listing jobs". */
export function callFailed(
  provider: string,
  what: string,
  failure: Failure,
  secrets: readonly string[],
): RemoteError {
  return new RemoteError(`${provider}, ${what}: ${sayFailure(failure, secrets)}`, {
    code: codeOfStatus(failure.status),
    next: adviceOf(failure.status),
  });
}

/** The answer to a call, or null where it says that there is no such thing. */
export async function orAbsent<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RemoteError && error.code === "provider-absent") return null;
    throw error;
  }
}

function codeOfStatus(status: number | null): string {
  if (status === 401 || status === 403) return "provider-auth";
  return status === 404 || status === 410 ? "provider-absent" : "provider-failed";
}

function adviceOf(status: number | null): string {
  if (status === 401 || status === 403) return "Check the key and what it may do.";
  if (status === 402 || status === 429) return "Check the balance and limits of the account.";
  if (status === null || status >= 500) return "Run the same command again later.";
  return "Change the recipe, then run the same command again.";
}
