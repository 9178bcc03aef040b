// What went wrong with one request, and what that asks for: try again, slow down, give this prompt up, or stop asking.
// HTTP semantics are those of OpenAI's API, which the compatible servers share; Retry-After: RFC 9110, section 10.2.3.

export type Failure = {
  /** Equal failures have the same kind, e.g. `http-500`, `timeout`. */
  kind: string;
  /** One line for people. */
  message: string;
  action: "retry" | "slow-down" | "give-up" | "stop";
  /** What the server asks to wait; null where it does not say. */
  retryAfterMs: number | null;
  /** Whether the server may have done the work, and charge for it. */
  mayCost: boolean;
};

/** Thrown by what sends a request; the SDK's own error is never kept, since it may hold the key. */
export class CallFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "CallFailure";
    this.failure = failure;
  }
}

/** Waits longer than this are not sat out; the user is told instead. */
export const longestWaitMs = 5 * 60_000;

/** What an HTTP status other than 2xx means. `body` is the parsed error answer, of any shape. */
export function failureOfStatus(
  status: number,
  body: unknown,
  headers: Pick<Headers, "get"> | null,
  now: number,
): Failure {
  const { message, code } = readErrorBody(body);
  const requestId = headers?.get("x-request-id") ?? null;
  const about = [message, requestId === null ? "" : `request ${requestId}`].filter((s) => s !== "");
  const failure: Failure = {
    kind: code === "" ? `http-${status}` : `http-${status} ${code}`,
    message: `HTTP ${status}${about.length > 0 ? `: ${about.join("; ")}` : ""}`,
    action: "give-up",
    retryAfterMs: headers === null ? null : readRetryAfter(headers, now),
    mayCost: false,
  };
  if (status === 429) {
    // An empty account answers 429 too; no waiting fills it.
    const isEmpty = code === "insufficient_quota" || (failure.retryAfterMs ?? 0) > longestWaitMs;
    return { ...failure, action: isEmpty ? "stop" : "slow-down" };
  }
  if ([401, 402, 403, 404, 405].includes(status)) return { ...failure, action: "stop" };
  if (status >= 500 || [408, 409, 425].includes(status)) return { ...failure, action: "retry" };
  return failure;
}

/** What an error below HTTP means: no connection, a drop, a timeout. */
export function failureOfNetwork(error: unknown, timedOut: boolean): Failure {
  const base = { retryAfterMs: null, action: "retry" as const };
  if (timedOut) return { ...base, kind: "timeout", message: "timed out", mayCost: true };
  const code = codeOf(error);
  const why = code ?? causeOf(error);
  const never = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH"];
  return {
    ...base,
    kind: code === null ? "connection" : `connection ${code}`,
    message: `the connection failed${why === null ? "" : ` (${why})`}`,
    mayCost: code === null || !never.includes(code),
  };
}

/** An answer that is none: 2xx, but not what the API promises. */
export function failureOfAnswer(what: string): Failure {
  return { kind: "bad-answer", message: what, action: "retry", retryAfterMs: null, mayCost: true };
}

function readRetryAfter(headers: Pick<Headers, "get">, now: number): number | null {
  const ms = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const text = headers.get("retry-after");
  if (text === null) return null;
  const seconds = Number(text);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now;
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : null;
}

function readErrorBody(body: unknown): { message: string; code: string } {
  const outer = asRecord(body);
  const inner = asRecord(outer["error"] ?? outer["detail"] ?? outer);
  const text = [outer["error"], outer["detail"], inner["message"], outer["message"], body].find(
    (held) => typeof held === "string",
  );
  const code = inner["code"];
  return {
    // One line of it; a proxy may answer with a whole page.
    message: String(text ?? "")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 300),
    code: typeof code === "string" ? code.slice(0, 60) : "",
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** What the innermost error says; the outer ones say that there is one. */
function causeOf(error: unknown): string | null {
  let held = error;
  while (held instanceof Error && held.cause instanceof Error) held = held.cause;
  return held instanceof Error && held !== error ? held.message.slice(0, 100) : null;
}

function codeOf(error: unknown): string | null {
  for (let held = error; held instanceof Error; held = held.cause) {
    const { code } = held as NodeJS.ErrnoException;
    if (typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  }
  return null;
}
