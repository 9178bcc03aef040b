// The @huggingface/hub package (2.17.5) as this provider uses it, and what it leaves out: requests that end, lists of more
// than one page, answers as they really come (raw keys; stages COMPLETED, CANCELED, SCHEDULING that its types lack).
// Wire: huggingface_hub 2.4.0 (Python), hf_api.py and _jobs_api.py, read 2026-11-24.

import { z } from "zod";
import { InterruptedError, RectuneError, RemoteError } from "../../base/errors.ts";
import { findHfToken } from "../../base/hf-token.ts";
import type { Context } from "../../base/logger.ts";
import { callFailed, createFailed, type Failure } from "./remote-failure.ts";
import type { JobRequest } from "./types.ts";

type HubPackage = typeof import("@huggingface/hub");

/** Stands for the account while nobody could be asked; nothing is sent on it. */
export const unknownAccount = "unknown";

const about = "hf-jobs";
const usualHub = "https://huggingface.co";

/** What every call of the package takes. */
export type HubParams = { accessToken: string; hubUrl: string; fetch: typeof fetch };

export type Hub = {
  hub: HubPackage;
  hubUrl: string;
  /** Null where none is set. */
  token: string | null;
  secrets: readonly string[];
  /** Makes a call that costs nothing; `what` says it in errors. */
  call: <T>(what: string, run: (params: HubParams) => Promise<T>) => Promise<T>;
  /** Makes a create, sent once and never stopped halfway; its errors say whether a job may exist. */
  create: <T>(run: (params: HubParams) => Promise<T>) => Promise<T>;
};

/** Opens the Hub that the environment names (HF_ENDPOINT, HF_TOKEN or its file). */
export async function openHub(context: Context, timeoutMs: number): Promise<Hub> {
  const token = await findHfToken(context.env);
  const hubUrl = (context.env["HF_ENDPOINT"] || usualHub).replace(/\/+$/, "");
  // Loaded when it is needed, so that other commands start without it.
  const hub = await import("@huggingface/hub");
  const secrets = token === null ? [] : [token];
  const params = (signals: AbortSignal[]): HubParams => ({
    // The package refuses to start without a token of the right form; plans need none.
    accessToken: token ?? "hf_none",
    hubUrl,
    fetch: (url, init) =>
      context.fetch(url, {
        ...init,
        signal: AbortSignal.any([
          ...signals,
          AbortSignal.timeout(timeoutMs),
          ...(init?.signal ? [init.signal] : []),
        ]),
      }),
  });
  const wrap = async <T>(run: Promise<T>, fail: (failure: Failure) => RectuneError): Promise<T> => {
    try {
      return await run;
    } catch (error) {
      if (error instanceof RectuneError) throw error;
      throw fail(failureOf(error));
    }
  };
  return {
    hub,
    hubUrl,
    token,
    secrets,
    async call(what, run) {
      return wrap(run(params([context.signal])), (failure) => {
        if (!context.signal.aborted) return callFailed(about, what, failure, secrets);
        return new InterruptedError("stopped", {
          code: "job-interrupted",
          next: "The same command goes on from here.",
        });
      });
    },
    create: (run) => wrap(run(params([])), (failure) => createFailed(about, failure, secrets)),
  };
}

/** What an error of the package, or of fetch below it, tells. */
export function failureOf(error: unknown): Failure {
  const { statusCode, message, requestId } = (error ?? {}) as Partial<Record<string, unknown>>;
  return {
    status: typeof statusCode === "number" ? statusCode : null,
    message: typeof message === "string" ? message.replace(/\.? URL: .*$/s, "") : String(error),
    cause: error,
    requestId: typeof requestId === "string" ? requestId : null,
  };
}

/** @throws RemoteError without a token, or while it is not known whose it is. */
export function needAccount({ token }: Hub, { account }: Pick<JobRequest, "account">): void {
  if (token === null) {
    throw new RemoteError("there is no Hugging Face token", {
      code: "provider-key",
      next: "Set HF_TOKEN in the environment, or log in with `hf auth login`.",
    });
  }
  if (account !== unknownAccount) return;
  throw new RemoteError("the Hub could not be asked whose token this is", {
    code: "provider-account",
    next: "Run the same command again when huggingface.co answers. Nothing was sent.",
  });
}

const instant = z.iso.datetime({ offset: true }).nullish();

/** A job as it comes; what is not used stays out. */
const jobShape = z.looseObject({
  id: z.string().min(1),
  createdAt: instant,
  startedAt: instant,
  finishedAt: instant,
  status: z.looseObject({
    stage: z.string(),
    message: z.string().nullish(),
    exposeUrls: z.array(z.string()).nullish().catch(null),
  }),
  durations: z
    .looseObject({ runningSecs: z.number().nonnegative().nullish() })
    .nullish()
    .catch(null),
  flavor: z.string().nullish().catch(null),
  timeout: z.number().nullish().catch(null),
  timeoutSeconds: z.number().nullish().catch(null),
  labels: z.record(z.string(), z.unknown()).nullish().catch(null),
});
export type HubJob = z.infer<typeof jobShape>;

/** Checks an answer that should be a job. @throws RemoteError */
export function readJob(answer: unknown): HubJob {
  const parsed = jobShape.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new RemoteError(
    `hf-jobs answered with no job (${parsed.error.issues[0]?.path.join(".")})`,
    { code: "provider-answer", next: "Run the same command again later." },
  );
}

export function createdAtOf({ createdAt }: HubJob): number {
  return createdAt ? Date.parse(createdAt) : 0;
}

/**
 * All jobs of a namespace with a label, oldest first. The package's `listJobs` takes neither filter nor further pages, so
 * both come in through its `fetch`; the label is looked at here too, as a server may not know the filter.
 */
export async function listJobsWith(
  { hub, hubUrl, call }: Hub,
  namespace: string,
  key: string,
  value: string,
): Promise<HubJob[]> {
  const listed = await call("listing jobs", (params) =>
    hub.listJobs({
      ...params,
      namespace,
      fetch: allPages(params.fetch, hubUrl, `${key}=${value}`),
    }),
  );
  const found = new Map<string, HubJob>();
  for (const answer of listed as unknown[]) {
    const job = jobShape.safeParse(answer);
    if (job.success && job.data.labels?.[key] === value) found.set(job.data.id, job.data);
  }
  return [...found.values()].sort(
    (a, b) => createdAtOf(a) - createdAtOf(b) || (a.id < b.id ? -1 : 1),
  );
}

/** A `fetch` that follows the Link headers of a list and answers with all pages in one. */
function allPages(get: typeof fetch, hubUrl: string, label: string): typeof fetch {
  return async (url, init) => {
    const first = new URL(url instanceof Request ? url.url : url);
    first.searchParams.set("label", label);
    const rows: unknown[] = [];
    const seen = new Set<string>();
    for (let next: URL | null = first; next && !seen.has(next.href);) {
      seen.add(next.href);
      const response: Response = await get(next, init);
      if (!response.ok) return response;
      const page: unknown = await response.json();
      if (!Array.isArray(page)) throw new Error("the list of jobs is no list");
      rows.push(...(page as unknown[]));
      next = nextPage(response.headers.get("link"), next, hubUrl);
    }
    return Response.json(rows);
  };
}

function nextPage(link: string | null, from: URL, hubUrl: string): URL | null {
  const target = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? "")?.[1];
  if (target === undefined) return null;
  const next = new URL(target, from);
  // The token goes along, so it goes nowhere else.
  if (next.origin === new URL(hubUrl).origin) return next;
  throw new Error("the list of jobs goes on at another host");
}

const hardwareShape = z.looseObject({
  name: z.string(),
  unitCostUSD: z.number().nonnegative(),
  unitLabel: z.string(),
});
const minutesIn: Readonly<Record<string, number>> = { second: 1 / 60, minute: 1, hour: 60 };

/** Dollars a minute of each machine, as the Hub has them now; needs no token. */
export async function readHardware({ hub, call }: Hub): Promise<Map<string, number>> {
  // Without the token: the list is public, and a wrong token is another matter.
  const listed = await call("asking for hardware and prices", ({ hubUrl, fetch: get }) =>
    hub.listJobHardware({ hubUrl, fetch: get }),
  );
  const prices = new Map<string, number>();
  for (const answer of listed as unknown[]) {
    const parsed = hardwareShape.safeParse(answer);
    const minutes = parsed.success ? minutesIn[parsed.data.unitLabel] : undefined;
    if (parsed.success && minutes !== undefined)
      prices.set(parsed.data.name, parsed.data.unitCostUSD / minutes);
  }
  return prices;
}

/** Dollars a minute of one machine. @throws RemoteError where the live list lacks it. */
export async function pricePerMinute(hub: Hub, flavor: string): Promise<number> {
  const price = (await readHardware(hub)).get(flavor);
  if (price !== undefined) return price;
  throw new RemoteError(`the live list of hardware has no "${flavor}"`, {
    code: "hardware-unknown",
    next: "`hf jobs hardware` lists what there is.",
  });
}
