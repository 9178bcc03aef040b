// The model of a job whose provider serves it by the hour: it is leased when it is opened and released when it is closed.
// Its tokens cost nothing more; what the lease may cost is held against --max-usd, without which none is opened.

import { RefusedError } from "../../base/errors.ts";
import { hashOf } from "../../base/ids.ts";
import type { Context } from "../../base/logger.ts";
import { findFinishedJobById } from "../../job/find-job.ts";
import { type OpenLease, openLease } from "../../job/lease.ts";
import { Ledger } from "../../job/ledger.ts";
import { providers as allProviders } from "../../job/provider/index.ts";
import type { Provider } from "../../job/provider/types.ts";
import { stateDirOf } from "../../job/submit.ts";
import { findHostedModel, type ModelShares } from "../model/find-hosted.ts";
import type { HostedSettings } from "../model/settings.ts";
import type { ModelSource } from "../model/types.ts";
import type { TunedJob } from "../suite/tuned-job.ts";

/** How long a lease lasts at most; most evals need less, and it ends with them. */
const leaseMinutes = 60;

const free = { inPerMTok: 0, outPerMTok: 0 };

/** Whether a job's result answers only while it is leased. */
export function isLeased(job: TunedJob, providers = allProviders): boolean {
  return job.provider !== undefined && providers[job.provider]?.serving !== undefined;
}

/**
 * The result of a job by lease. Nothing is sent before it is opened; opening throws RefusedError `lease-limit` without a
 * limit, and what `openLease` throws.
 */
export function makeLeasedModel(
  job: TunedJob,
  { name, about }: { name: string; about: string },
  settings: HostedSettings,
  shares: ModelShares & { context: Context },
  maxUsd: number | undefined,
  providers: Readonly<Record<string, Provider>> = allProviders,
): ModelSource {
  const { context } = shares;
  return {
    name,
    identity: hashOf({ lease: job.id, model: job.model, request: settings.request ?? null }),
    about: `${about}, leased`,
    async open(options) {
      if (maxUsd === undefined) {
        throw new RefusedError(`${name} is served by the hour, and no limit was given`, {
          code: "lease-limit",
          where: "systems",
          next: "Nothing was sent. --max-usd says what the lease may cost.",
        });
      }
      const { job: record, result } = await findFinishedJobById(job.id, context, providers);
      const ledger = new Ledger(stateDirOf(context));
      let lease: OpenLease | null = null;
      const end = async (): Promise<void> => {
        await lease?.release();
        ledger.close();
      };
      try {
        const terms = { minutes: leaseMinutes, maxUsd };
        lease = await openLease(ledger, record, result, providers, context, terms);
        const { model, baseUrl, keyEnv } = lease.served;
        const at = { price: free, ...settings, baseUrl, keyEnv };
        const opened = await findHostedModel("openai", model, at, shares).open(options);
        const close = async (): Promise<void> => {
          await opened.close().finally(end);
        };
        return { ...opened, name, close };
      } catch (error) {
        await end();
        throw error;
      }
    },
  };
}
