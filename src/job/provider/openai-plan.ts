// The plan of a job on the OpenAI wire: the files it would send, held against the limits, its price, the exact requests,
// and what the API tells of the model's end. Without a key or a network it says what could not be asked.

import type { Context } from "../../base/logger.ts";
import { exportRows, type RowFile, type RowFiles } from "./export-rows.ts";
import { planHosted } from "./hosted-plan.ts";
import { findPlace, openWire } from "./openai-client.ts";
import { fileNameOf, type FileSetting } from "./openai-files.ts";
import { jobBodyOf, mapOptions, speechOf, suffixOf } from "./openai-jobs.ts";
import { readOptions } from "./openai-options.ts";
import type { OpenaiProfile } from "./openai-profiles.ts";
import { priceOf } from "./token-price.ts";
import type { JobPlan, JobRequest, PlannedRequest } from "./types.ts";

type Validated = RowFiles & { validation: RowFile };

/** Whether the validation rows are sent. */
export function isValidated(request: JobRequest, files: RowFiles): files is Validated {
  return files.validation !== null && readOptions(request.options).validation;
}

/** The name under which a run's file stands at the provider: in class C it is the run's own. */
export function nameOf(profile: OpenaiProfile, request: JobRequest, file: RowFile): string {
  const { metadata } = speechOf(profile, readOptions(request.options));
  return fileNameOf(file, metadata ? null : request.runKey);
}

export function formatOf({ method }: JobRequest): "openai-chat" | "openai-dpo" {
  return method === "dpo" ? "openai-dpo" : "openai-chat";
}

/** Plans a job. Only the model's card is asked for, and only with a key. */
export async function planOpenai(
  profile: OpenaiProfile,
  request: JobRequest,
  setting: FileSetting,
  context: Context,
): Promise<JobPlan> {
  const options = readOptions(request.options);
  const files = await exportRows(request, formatOf(request), {
    tokenizer: options.tokenizer,
    signal: context.signal,
  });
  const sent = isValidated(request, files) ? files : { ...files, validation: null };
  const mapped = mapOptions(profile, request);
  const place = findPlace(profile, options, context);
  const asked = await askModel(profile, request, context);
  const { dialect } = speechOf(profile, options);
  const problems = [...asked.problems];
  if (
    !profile.methods.includes(request.method) ||
    (dialect === "nebius" && request.method !== "sft")
  )
    problems.push(`method ${request.method}: ${profile.name} takes ${profile.methods.join(", ")}`);
  const missing = [
    place.key === null ? place.keyEnv : null,
    place.baseUrl === null ? profile.urlEnv : null,
  ];
  return planHosted({
    request,
    files: sent,
    limits: profile.limits,
    mapped,
    price: priceOf(options, profile.pricePage),
    pricePage: profile.pricePage,
    // Nobody publishes how often the validation rows are read; once a pass and once at the end is what logs show.
    evals: sent.validation === null ? 0 : Math.ceil(request.hyperparameters.epochs) + 1,
    requests: requestsOf(profile, request, sent, setting, place.baseUrl ?? `<${profile.urlEnv}>`),
    checks: [
      `seed ${request.seed}: from 0 to 2147483647`,
      `suffix ${suffixOf(request.runKey)}: 64 characters at most`,
      ...asked.checks,
    ],
    notes: [
      ...missing.flatMap((name) =>
        name === null ? [] : [`${name} is not set; a real run needs it`],
      ),
      ...asked.notes,
      ...profile.notes,
      ...(profile.closing.length > 0 && place.isUsual
        ? profile.closing.map(({ date, what }) => `from ${date} on ${what}`)
        : []),
    ],
    problems,
  });
}

function requestsOf(
  profile: OpenaiProfile,
  request: JobRequest,
  files: RowFiles,
  { singleBytes, partBytes }: FileSetting,
  baseUrl: string,
): PlannedRequest[] {
  const list: PlannedRequest = {
    method: "GET",
    url: `${baseUrl}/files?purpose=fine-tune`,
    body: null,
  };
  const names: Record<string, string> = {};
  const uploads = [files.train, ...(files.validation ? [files.validation] : [])].flatMap(
    (file): PlannedRequest[] => {
      const name = nameOf(profile, request, file);
      names[file.split] = `<id of ${name}>`;
      const { bytes } = file;
      if (bytes <= singleBytes) {
        const body = { purpose: "fine-tune", file: `${name}, ${bytes} bytes` };
        return [{ method: "POST", url: `${baseUrl}/files`, body }];
      }
      const parts = Math.ceil(bytes / partBytes);
      const start = { filename: name, bytes, purpose: "fine-tune", mime_type: "application/jsonl" };
      return [
        { method: "POST", url: `${baseUrl}/uploads`, body: start },
        {
          method: "POST",
          url: `${baseUrl}/uploads/<id>/parts`,
          body: { data: `${parts} parts of ${partBytes} bytes at most, one a request` },
        },
        {
          method: "POST",
          url: `${baseUrl}/uploads/<id>/complete`,
          body: { part_ids: [`<${parts} ids>`] },
        },
      ];
    },
  );
  const ids = { train: names["train"]!, validation: names["validation"] };
  const body = jobBodyOf(profile, request, ids);
  return [list, ...uploads, { method: "POST", url: `${baseUrl}/fine_tuning/jobs`, body }];
}

type Asked = { checks: string[]; notes: string[]; problems: string[] };
const dayMs = 86_400_000;
/** A model that ends sooner than this after tuning is worth a word. */
const soonDays = 120;

/** What dates stand against the model: those that the API tells, and those of notices. */
async function askModel(
  profile: OpenaiProfile,
  request: JobRequest,
  context: Context,
): Promise<Asked> {
  const asked: Asked = { checks: [], notes: [], problems: [] };
  const place = findPlace(profile, readOptions(request.options), context);
  const today = new Date(context.now()).toISOString().slice(0, 10);
  for (const closing of place.isUsual ? profile.closing : []) {
    const isOurs = closing.models === undefined || closing.models.test(request.model);
    if (isOurs && today >= closing.date)
      asked.problems.push(`since ${closing.date}, ${closing.what}`);
  }
  if (!profile.tellsShutdown || place.key === null) return asked;
  try {
    const wire = await openWire(profile, request, context);
    const model = await wire.call(`asking for ${request.model}`, (client) =>
      client.models.retrieve(request.model, { maxRetries: 0, timeout: 10_000 }),
    );
    const date = model.shutdown_date ?? null;
    if (date === null) asked.checks.push(`${request.model}: no shutdown date announced`);
    else if (date <= today) asked.problems.push(`${request.model} was shut down on ${date}`);
    else {
      const days = Math.round((Date.parse(date) - context.now()) / dayMs);
      if (days <= soonDays)
        asked.notes.push(
          `${request.model} and models tuned from it shut down on ${date}, in ${days} days`,
        );
      else asked.checks.push(`${request.model}: shuts down on ${date}`);
    }
  } catch (error) {
    const [said] = String((error as Error).message).split("\n");
    asked.notes.push(`the shutdown date of ${request.model} could not be asked: ${said}`);
  }
  return asked;
}
