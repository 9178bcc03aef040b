// Serving a tuned model for an eval as a second job: vLLM behind a port that only the token opens, ended by its own
// time-out if nobody releases it (huggingface.co/docs/hub/jobs-serving, read 2026-11-24).

import { RemoteError, UsageError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import {
  createdAtOf,
  type Hub,
  listJobsWith,
  needAccount,
  pricePerMinute,
  readJob,
} from "./hf-jobs-hub.ts";
import { portUsdPerHour, readHfOptions } from "./hf-jobs-options.ts";
import { roundUp } from "./hf-jobs-plan.ts";
import {
  labelOf,
  leaseLabel,
  modelRepoOf,
  servedName,
  servedPort,
  serveParams,
  withPort,
} from "./hf-jobs-spec.ts";
import { costOf, isOver } from "./hf-jobs-status.ts";
import { cleanText } from "./remote-failure.ts";
import type { Billed, JobRequest, Serving } from "./types.ts";

/** Where exposed ports answer; tests on loopback have a host of their own. */
const portHost = /^https:\/\/[a-z0-9-]+\.hf\.jobs\/?$/;

export function makeServing(
  open: (request: JobRequest, context: Context) => Promise<Hub>,
  cancel: (hub: Hub, request: JobRequest, remoteId: string) => Promise<void>,
): Serving {
  return {
    async ceilingUsd(minutes, request, context) {
      if (!context.env["HF_TOKEN"]) {
        throw new UsageError("the server is asked with HF_TOKEN, and that is not set", {
          code: "provider-key",
          next: "export HF_TOKEN=… (a token in a file is not enough for an eval)",
        });
      }
      const hub = await open(request, context);
      const { flavor, serving } = readHfOptions(request.options);
      const perMinute = await pricePerMinute(hub, serving.flavor ?? flavor);
      return roundUp((perMinute + portUsdPerHour / 60) * minutes);
    },

    async start(key, minutes, _result, request, context) {
      const hub = await open(request, context);
      // The repository belongs to the run alone, so its newest commit is the run's result.
      const revision = await hub.call("looking at the result", async (params) => {
        const name = modelRepoOf(request);
        const info = await hub.hub.modelInfo({ ...params, name, additionalFields: ["sha"] });
        return info.sha;
      });
      const made = await hub.create((params) =>
        hub.hub.runJob({
          ...params,
          ...serveParams(key, minutes, request, revision, params.accessToken),
          fetch: withPort(params.fetch),
        }),
      );
      return { remoteId: readJob(made).id };
    },

    async find(key, request, context) {
      const hub = await open(request, context);
      const jobs = await listJobsWith(hub, request.account, leaseLabel, labelOf(key));
      return jobs.map((job) => ({ remoteId: job.id, createdAt: createdAtOf(job) }));
    },

    async ready(remoteId, request, context) {
      const hub = await open(request, context);
      needAccount(hub, request);
      const job = await look(hub, request, remoteId);
      const { stage, message, exposeUrls } = job.status;
      if (isOver(job)) {
        throw new RemoteError(
          `the server ${remoteId} is ${stage}: ${cleanText(message ?? "", hub.secrets, 300) || "no reason given; see its logs"}`,
          { code: "serving-ended", next: "`hf jobs logs` shows what vLLM said." },
        );
      }
      if (stage !== "RUNNING") return null;
      const url = addressOf(remoteId, exposeUrls ?? [], hub.hubUrl);
      const isUp = await hub
        .call("asking the server", async (params) => {
          const headers = { authorization: `Bearer ${params.accessToken}` };
          const response = await params.fetch(`${url}/v1/models`, { headers, redirect: "error" });
          await response.body?.cancel();
          return response.ok;
        })
        .catch((error: unknown) => {
          if (error instanceof RemoteError) return false;
          throw error;
        });
      return isUp ? { model: servedName, baseUrl: `${url}/v1`, keyEnv: "HF_TOKEN" } : null;
    },

    async release(remoteId, request, context): Promise<{ costUsd: Billed }> {
      const hub = await open(request, context);
      await cancel(hub, request, remoteId);
      try {
        const job = await look(hub, request, remoteId);
        const { flavor, serving } = readHfOptions(request.options);
        const perMinute = await pricePerMinute(hub, serving.flavor ?? flavor);
        return {
          costUsd: isOver(job) ? costOf(job, perMinute + portUsdPerHour / 60) : null,
        };
      } catch (error) {
        // It is released; only its cost is not known.
        if (error instanceof RemoteError) return { costUsd: null };
        throw error;
      }
    },
  };
}

async function look(hub: Hub, { account }: JobRequest, jobId: string) {
  return hub.call(`looking at job ${jobId}`, async (params) =>
    readJob(await hub.hub.getJob({ ...params, namespace: account, jobId })),
  );
}

/** The token goes to this address: only to the Hub's own. */
function addressOf(jobId: string, urls: readonly string[], hubUrl: string): string {
  const isLoopback = /^http:\/\/(127\.0\.0\.1|localhost):\d+$/;
  const told = urls.find(
    (url) => portHost.test(url) || (isLoopback.test(hubUrl) && isLoopback.test(url)),
  );
  return (told ?? `https://${jobId}--${servedPort}.hf.jobs`).replace(/\/$/, "");
}
