// The plan of a Hugging Face job: what goes up, the machine and its live price, the hard limit that the time-out sets, and
// whether the account can pay. Without a network it is made from dated figures, says so, and cannot be sent.

import type { Context } from "../../base/logger.ts";
import type { RowFile, RowFiles } from "./export-rows.ts";
import { datasetRepoOf, hfRows, trainerHash } from "./hf-jobs-files.ts";
import { failureOf, type Hub, readHardware, unknownAccount } from "./hf-jobs-hub.ts";
import {
  estimateMinutes,
  parametersOf,
  type HfJobsOptions,
  readHfOptions,
  usualUsdPerHour,
} from "./hf-jobs-options.ts";
import { captureRun, modelRepoOf, trainParams } from "./hf-jobs-spec.ts";
import type { JobPlan, JobRequest, PlannedRequest } from "./types.ts";

type Found = { checks: string[]; notes: string[]; problems: string[] };

/** The price of a machine, and where it was read. */
type Price = { usdPerMinute: number; source: string; checked: string };

/** @throws RemoteError when the Hub answers, but does not tell prices. */
export async function planHfJob(hub: Hub, request: JobRequest, context: Context): Promise<JobPlan> {
  const options = readHfOptions(request.options);
  const { tokenizer, timeoutMinutes, flavor } = options;
  const rows = await hfRows(request, { tokenizer, signal: context.signal });
  const found: Found = { checks: [], notes: [], problems: [] };
  checkRows(rows, request, found);
  if (hub.token === null) found.notes.push("no Hugging Face token is set; sending needs one");
  else await checkAccount(hub, request, found);
  const price = await findPrice(hub, request, flavor, context, found);
  const perMinute = price?.usdPerMinute ?? 0;
  const ceilingUsd = roundUp(perMinute * timeoutMinutes);
  const size = (await readModel(hub, request, found)) ?? parametersOf(request.model);
  const minutes = estimateTime(options, request, rows, size, found);
  found.notes.push(
    "the Hub ends the job at its time-out, and what was not pushed by then is lost",
    `the result goes to ${modelRepoOf(request)}, private`,
  );
  const { train, isExact } = rows;
  const { batchSize, epochs } = request.hyperparameters;
  return {
    rows: train.rows,
    tokens: isExact ? train.tokens : null,
    steps: batchSize === "auto" ? null : Math.ceil((train.rows * epochs) / batchSize),
    estimateUsd: Math.min(ceilingUsd, roundUp(perMinute * (minutes ?? timeoutMinutes))),
    ceilingUsd,
    price: price && { source: price.source, checked: price.checked },
    requests: await plannedRequests(hub, request, rows),
    ...found,
  };
}

function checkRows({ train, validation, about }: RowFiles, request: JobRequest, found: Found) {
  const { maxTokens } = request.hyperparameters;
  if (train.rows === 0) found.problems.push("no training example makes a row of this method");
  for (const file of [train, ...(validation ? [validation] : [])]) {
    const { split, rows, bytes, skipped, findings, overlong } = file;
    found.problems.push(...findings);
    found.checks.push(`${split}: ${rows} rows, ${bytes} bytes`);
    for (const [reason, n] of Object.entries(skipped))
      found.notes.push(`${split}: ${n} examples make no row: ${reason}`);
    if (overlong > 0)
      found.notes.push(`${split}: ${overlong} rows pass maxTokens ${maxTokens} (${about})`);
  }
}

async function checkAccount(hub: Hub, { account }: JobRequest, found: Found): Promise<void> {
  if (account === unknownAccount) {
    found.notes.push("the Hub could not be asked: not checked whose token it is and who can pay");
    return;
  }
  const me = await hub
    .call("asking whose token this is", (params) => hub.hub.whoAmI(params))
    .catch((error: unknown) => {
      if ((error as { code?: string }).code === "provider-auth") throw error;
      return null;
    });
  if (me === null) {
    found.notes.push("the Hub could not be asked whether the account can pay");
    return;
  }
  const orgs = me.type === "user" ? me.orgs : [];
  const payer = [me, ...orgs].find(({ name }) => name === account);
  if (payer === undefined) {
    found.problems.push(`this token does not speak for ${account} (options.namespace)`);
  } else if (payer.type === "app" || payer.canPay === undefined) {
    found.notes.push(`the Hub does not tell whether ${account} can pay`);
  } else if (payer.canPay) {
    found.checks.push(`account ${account} can pay`);
  } else if (payer.type === "user" && payer.billingMode === "prepaid") {
    found.notes.push(`account ${account} has no payment method; prepaid credit must cover the job`);
  } else {
    found.problems.push(`account ${account} cannot pay; see huggingface.co/settings/billing`);
  }
}

/** Looks whether the base model is there for this token; its parameters where the Hub has counted them. */
async function readModel(
  hub: Hub,
  { account, model }: JobRequest,
  found: Found,
): Promise<number | null> {
  if (account === unknownAccount || hub.token === null) {
    found.notes.push(`the Hub could not be asked whether it has ${model}`);
    return null;
  }
  return hub.call(`looking at ${model}`, async (params) => {
    try {
      const info = await hub.hub.modelInfo({
        ...params,
        name: model,
        additionalFields: ["safetensors"],
      });
      found.checks.push(`${model} is on the Hub`);
      if (info.gated !== false && info.gated !== undefined)
        found.notes.push(`${model} is gated: the account must have been let in on its page`);
      return info.safetensors?.total ?? null;
    } catch (error) {
      // The Hub says 401 where it would not tell whether something is there.
      if (![401, 403, 404].includes(failureOf(error).status ?? 0)) throw error;
      found.problems.push(`the Hub has no model "${model}", or none that this token may see`);
      return null;
    }
  });
}

async function findPrice(
  hub: Hub,
  { account }: JobRequest,
  flavor: string,
  { now, log }: Context,
  found: Found,
): Promise<Price | null> {
  let live: Map<string, number>;
  try {
    live = await readHardware(hub);
  } catch (error) {
    // A job that could be sent is priced from the live list alone.
    if (account !== unknownAccount && hub.token !== null) throw error;
    log.debug(String(error));
    const perHour = usualUsdPerHour[flavor];
    if (perHour === undefined) {
      found.problems.push(`options.flavor: no price of "${flavor}" is known without a network`);
      return null;
    }
    found.notes.push("the live list of hardware could not be asked; the price is a dated one");
    const source = "huggingface.co/docs/hub/jobs-pricing";
    return { usdPerMinute: perHour / 60, source, checked: "2026-11-24" };
  }
  const usdPerMinute = live.get(flavor);
  if (usdPerMinute === undefined) {
    const known = [...live.keys()].join(", ");
    found.problems.push(`options.flavor: there is no machine "${flavor}"; known: ${known}`);
    return null;
  }
  found.checks.push(`machine ${flavor}: ${(usdPerMinute * 60).toFixed(2)} USD an hour`);
  const checked = new Date(now()).toISOString().slice(0, 10);
  return { usdPerMinute, source: `${hub.hubUrl}/api/jobs/hardware`, checked };
}

function estimateTime(
  { flavor, timeoutMinutes }: HfJobsOptions,
  { model, hyperparameters }: JobRequest,
  { train, validation }: RowFiles,
  parameters: number | null,
  found: Found,
): number | null {
  const { epochs, lora, maxTokens } = hyperparameters;
  const tokensOf = ({ tokens, rows }: RowFile): number => Math.min(tokens, rows * maxTokens);
  const tokens = tokensOf(train) * epochs + (validation ? tokensOf(validation) / 3 : 0);
  const minutes = estimateMinutes(flavor, parameters, tokens, lora !== null);
  if (minutes === null) {
    found.notes.push(
      `no time was estimated: "${model}" tells no size, or "${flavor}" is new; the time-out of ${timeoutMinutes} minutes must do`,
    );
  } else if (minutes > timeoutMinutes) {
    found.problems.push(
      `options.timeoutMinutes ${timeoutMinutes} is too short: about ${minutes} minutes are needed on ${flavor}, and a job that is ended loses its work`,
    );
  } else {
    found.checks.push(`time-out of ${timeoutMinutes} minutes: about ${minutes} needed`);
  }
  return minutes;
}

/** Calls as the package would make them; the commit is known only once the rows are there. */
async function plannedRequests(
  hub: Hub,
  request: JobRequest,
  rows: RowFiles,
): Promise<PlannedRequest[]> {
  const repo = datasetRepoOf(request, rows);
  const [organization, name] = repo.split("/");
  const { train, validation } = rows;
  const pinned = {
    repo,
    revision: "<commit>",
    train: train.sha256,
    validation: validation?.sha256 ?? null,
  };
  return [
    {
      method: "POST",
      url: `${hub.hubUrl}/api/repos/create`,
      body: { type: "dataset", organization, name, visibility: "private" },
    },
    {
      method: "POST",
      url: `${hub.hubUrl}/api/datasets/${repo}/commit/main`,
      body: {
        "README.md": "<card>",
        "train.jsonl": { bytes: train.bytes, sha256: train.sha256 },
        "train.py": { sha256: await trainerHash() },
        ...(validation
          ? { "validation.jsonl": { bytes: validation.bytes, sha256: validation.sha256 } }
          : {}),
      },
    },
    await captureRun(hub, trainParams(request, pinned, "***")),
  ];
}

/** Dollars, rounded up to a cent. */
export function roundUp(usd: number): number {
  return Math.ceil(Number((usd * 100).toFixed(6))) / 100;
}
