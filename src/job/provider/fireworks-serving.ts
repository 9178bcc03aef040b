// A deployment of a tuned model for an eval (docs.fireworks.ai/api-reference/create-deployment, read 2026-11-24): under an
// id chosen from the lease's key, one replica at most, none after ten idle minutes, deleted on release. Its expireTime is
// deprecated and ends nothing, so the lease alone bounds its cost.

import { z } from "zod";
import { RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { acceleratorUsdPerHour, readFireworksOptions } from "./fireworks-options.ts";
import { keyEnv, type Ask, type Wire } from "./fireworks-wire.ts";
import { cleanText } from "./remote-failure.ts";
import type { JobRequest, JobResult, Serving } from "./types.ts";

const deploymentShape = z.looseObject({
  name: z.string().min(1),
  baseModel: z.string().nullish(),
  createTime: z.string().nullish(),
  state: z.string().nullish(),
  status: z.looseObject({ message: z.string().nullish() }).nullish(),
  acceleratorType: z.string().nullish(),
  acceleratorCount: z.number().nullish(),
  replicaStats: z.looseObject({ readyReplicaCount: z.number().nullish() }).nullish(),
});
type Deployment = z.infer<typeof deploymentShape>;

const ended = new Set(["FAILED", "DELETING", "DELETED"]);

export function makeServing(open: (request: JobRequest, context: Context) => Wire): Serving {
  const pathOf = (wire: Wire, id: string): string => `/v1/${wire.account}/deployments/${id}`;
  const look = (wire: Wire, id: string): Promise<Deployment | null> => {
    const ask: Ask = { method: "GET", path: pathOf(wire, id) };
    return wire.look(`looking at deployment ${id}`, ask, deploymentShape);
  };
  return {
    async ceilingUsd(minutes, request) {
      return Math.ceil(Number(((approvedPerHour(request) * minutes * 100) / 60).toFixed(6))) / 100;
    },

    async start(key, _minutes, result, request, context) {
      const wire = open(request, context);
      const id = deploymentIdOf(key);
      const made = await wire.create(createAsk(wire, id, result, request), deploymentShape);
      if (made === "taken" && (await look(wire, id)) === null) {
        throw new RemoteError(`fireworks says that ${id} is taken, and shows no such deployment`, {
          code: "create-unanswered",
        });
      }
      return { remoteId: id };
    },

    async find(key, request, context) {
      const id = deploymentIdOf(key);
      const found = await look(open(request, context), id);
      if (found === null || found.state === "DELETED" || found.state === "DELETING") return [];
      return [{ remoteId: id, createdAt: Date.parse(found.createTime ?? "") || 0 }];
    },

    async ready(remoteId, request, context) {
      const wire = open(request, context);
      const found = await look(wire, remoteId);
      const state = found?.state?.replace(/^STATE_/, "") ?? "gone";
      if (found === null || ended.has(state)) {
        const said = cleanText(found?.status?.message ?? "", wire.secrets, 300);
        throw new RemoteError(`deployment ${remoteId} is ${state}: ${said || "no reason given"}`, {
          code: "serving-ended",
          next: "Name another options.serving.deploymentShape or accelerator.",
        });
      }
      refuseDearer(found, request);
      if (state !== "READY" || found.replicaStats?.readyReplicaCount === 0) return null;
      return {
        model: `${found.baseModel ?? ""}#${found.name}`,
        baseUrl: `${wire.baseUrl}/inference/v1`,
        keyEnv,
      };
    },

    async release(remoteId, request, context) {
      const wire = open(request, context);
      await wire.look(
        `deleting deployment ${remoteId}`,
        { method: "DELETE", path: pathOf(wire, remoteId), query: { ignoreChecks: "true" } },
        z.looseObject({}),
      );
      // What was billed is told in the account's billing export only.
      return { costUsd: null };
    },
  };
}

export function deploymentIdOf(key: string): string {
  return `rectune-${key.slice(0, 32)}`;
}

function createAsk(wire: Wire, id: string, { model }: JobResult, request: JobRequest): Ask {
  const {
    acceleratorType,
    acceleratorCount,
    deploymentShape: shape,
  } = readFireworksOptions(request.options).serving;
  return {
    method: "POST",
    path: `/v1/${wire.account}/deployments`,
    query: { deploymentId: id, ...(shape === null ? { acceptShapelessRisk: "true" } : {}) },
    body: {
      baseModel: model.replace(/^openai:/, ""),
      displayName: `eval ${request.runKey.slice(0, 12)}`,
      minReplicaCount: 0,
      maxReplicaCount: 1,
      autoscalingPolicy: { scaleToZeroWindow: "600s" },
      ...(shape === null ? { acceleratorType, acceleratorCount } : { deploymentShape: shape }),
    },
  };
}

function approvedPerHour(request: JobRequest): number {
  const { acceleratorType, acceleratorCount } = readFireworksOptions(request.options).serving;
  return acceleratorUsdPerHour(acceleratorType, acceleratorCount);
}

/** A shape chooses its hardware: one that costs more than was approved is given up. */
function refuseDearer(
  { acceleratorType, acceleratorCount }: Deployment,
  request: JobRequest,
): void {
  if (!acceleratorType || acceleratorType === "ACCELERATOR_TYPE_UNSPECIFIED") return;
  const count = acceleratorCount || 1;
  if (acceleratorUsdPerHour(acceleratorType, count) <= approvedPerHour(request)) return;
  throw new RemoteError(`Fireworks deploys on ${count} ${acceleratorType}, dearer than approved`, {
    code: "serving-dearer",
    next: "Approve that in options.serving.acceleratorType and acceleratorCount.",
  });
}
