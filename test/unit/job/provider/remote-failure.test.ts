// What a failure proves, and that its text is fit for a log.

import { describe, expect, test } from "vitest";
import {
  cleanText,
  createFailed,
  provesAbsent,
  sayFailure,
  wasNeverSent,
} from "../../../../src/job/provider/remote-failure.ts";
import { JobRejected } from "../../../../src/job/provider/types.ts";

const answered = (status: number) => ({ status, message: "no", cause: null });

describe("provesAbsent", () => {
  test.each([400, 401, 402, 403, 404, 413, 422])("%i is a refusal", (status) => {
    expect(provesAbsent(answered(status))).toBe(true);
  });

  test.each([200, 302, 408, 409, 425, 429, 500, 502, 503, 504])("%i proves nothing", (status) => {
    expect(provesAbsent(answered(status))).toBe(false);
  });

  test("a connection that was never made proves it, one that broke does not", () => {
    const failed = (code: string) =>
      new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
    for (const code of ["ECONNREFUSED", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT"])
      expect(wasNeverSent(failed(code))).toBe(true);
    for (const code of ["ECONNRESET", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "EPIPE"])
      expect(wasNeverSent(failed(code))).toBe(false);
    expect(wasNeverSent(new Error("other"))).toBe(false);
    expect(wasNeverSent(undefined)).toBe(false);
  });

  test("of several addresses, none may have been reached", () => {
    const refused = Object.assign(new Error(), { code: "ECONNREFUSED" });
    const reset = Object.assign(new Error(), { code: "ECONNRESET" });
    expect(wasNeverSent(new AggregateError([refused, refused]))).toBe(true);
    expect(wasNeverSent(new AggregateError([refused, reset]))).toBe(false);
  });
});

describe("texts", () => {
  test("hold no secret, no control character, and end", () => {
    const message = `bad key sk-secret-1\u001b[31m\u202e\n${"x".repeat(999)}`;
    const said = sayFailure({ status: 401, message, cause: null }, ["sk-secret-1"]);
    expect(said).toMatch(/^HTTP 401: bad key \*\*\* \[31m x+…$/);
    expect(said.length).toBeLessThan(330);
  });

  test("keep what a reader needs", () => {
    expect(cleanText("영화 'A' <b>", [])).toBe("영화 'A' <b>");
  });

  test("of a create say whether a job may exist", () => {
    expect(createFailed("p", answered(400), [])).toBeInstanceOf(JobRejected);
    expect(createFailed("p", answered(400), []).message).toContain("No job was made");
    expect(createFailed("p", answered(429), [])).not.toBeInstanceOf(JobRejected);
  });
});
