// OpenAI's files, uploads and fine-tuning jobs on loopback, with what Azure and Nebius do differently. It follows OpenAPI
// 2.3.0 (2026-08-21), against which every request and reply is held; Nebius' own fields follow
// docs.tokenfactory.nebius.com/api-reference/fine-tuning (read 2026-11-24) and are checked by zod.

import { z } from "zod";
import type { Fault } from "./faults.ts";
import { keepBook } from "./job-book.ts";
import { errorReply, startJobServer, type Call, type JobServer, type Reply } from "./job-server.ts";
import { openSpec } from "./spec.ts";

export type OpenaiJobsOptions = {
  profile?: "openai" | "azure" | "nebius";
  port?: number;
  faults?: readonly Fault[];
  /** Looks at a list that do not show a new job yet. */
  lag?: number;
  /** Most jobs or files in one page, whatever is asked. */
  pageSize?: number;
  /** Looks at a job until it runs, and steps while it does; a look is a step. */
  queue?: number;
  steps?: number;
  /** Dollars for a million tokens of four bytes. */
  pricePerMillionTokens?: number;
  /** By model; null where none is announced. */
  shutdownDates?: Readonly<Record<string, string | null>>;
};

type File = { id: string; name: string; bytes: number; at: number; text: string; status: string };
type Job = {
  id: string;
  at: number;
  looks: number;
  hidden: number;
  cancelledAt: number | null;
  body: Record<string, unknown>;
  usd: number;
  error: string | null;
};

/** What Nebius adds to OpenAI's request. */
const nebiusBody = z.object({
  hyperparameters: z.strictObject({
    batch_size: z.int().optional(),
    learning_rate: z.number().optional(),
    n_epochs: z.int().optional(),
    warmup_ratio: z.number().optional(),
    weight_decay: z.number().optional(),
    packing: z.boolean().optional(),
    context_length: z.int().optional(),
    lora: z.boolean().optional(),
    lora_r: z.int().optional(),
    lora_alpha: z.int().optional(),
  }),
  suffix: z.string().max(64).optional(),
});

/** Starts the emulator. */
export async function startOpenaiJobs(options: OpenaiJobsOptions = {}): Promise<JobServer> {
  const { profile = "openai", lag = 0, queue = 2, steps = 4, pageSize = 100 } = options;
  const price = options.pricePerMillionTokens ?? 1;
  const files: File[] = [];
  const jobs: Job[] = [];
  const uploads = new Map<string, { body: Record<string, unknown>; parts: Map<string, Blob> }>();
  let clock = 1_790_000_000;
  let accepted = 0;
  const now = (): number => ++clock;

  const stateOf = (job: Job): string => {
    if (job.error !== null && job.looks > 0) return "failed";
    if (job.cancelledAt !== null) return "cancelled";
    if (job.looks <= 0) return "validating_files";
    if (job.looks <= queue) return "queued";
    return job.looks <= queue + steps ? "running" : "succeeded";
  };
  const doneSteps = (job: Job): number =>
    Math.max(0, Math.min(steps, (job.cancelledAt ?? job.looks) - queue));
  const tokensOf = ({ body }: Job): number => {
    const file = files.find(({ id }) => id === body["training_file"]);
    return Math.ceil((file?.bytes ?? 0) / 4) * epochsOf(body);
  };
  const suffixOf = ({ body }: Job): string => (body["suffix"] as string | undefined) ?? "none";
  const modelOf = (job: Job): string =>
    `ft:${String(job.body["model"])}:emulated:${suffixOf(job)}:${job.id.slice(-4)}`;

  const showJob = (job: Job): Record<string, unknown> => {
    const status = stateOf(job);
    const isDone = status === "succeeded";
    const isOver = isDone || status === "failed" || status === "cancelled";
    const { body } = job;
    const own =
      profile === "nebius"
        ? { suffix: body["suffix"] ?? null, trained_steps: doneSteps(job), total_steps: steps }
        : profile === "azure"
          ? { user_provided_suffix: body["suffix"] ?? null }
          : { metadata: body["metadata"] ?? null };
    return {
      object: "fine_tuning.job",
      id: job.id,
      model: body["model"],
      created_at: job.at,
      finished_at: isOver ? job.at + 100 : null,
      fine_tuned_model: isDone && profile !== "nebius" ? modelOf(job) : null,
      organization_id: "org-emulated",
      result_files: [],
      status,
      validation_file: body["validation_file"] ?? null,
      training_file: body["training_file"],
      hyperparameters: hyperparametersOf(body),
      trained_tokens: isDone ? tokensOf(job) : null,
      error:
        job.error === null || status !== "failed"
          ? null
          : { code: "invalid_training_file", message: job.error, param: "training_file" },
      seed: body["seed"] ?? 0,
      ...(body["method"] === undefined ? {} : { method: body["method"] }),
      ...own,
    };
  };

  const create = ({ body }: Call): Reply => {
    if (profile === "nebius") {
      const parsed = nebiusBody.safeParse(body);
      if (!parsed.success) return errorReply(400, z.prettifyError(parsed.error));
    } else if (profile === "openai" && Object.keys((body["metadata"] ?? {}) as object).length > 16)
      return errorReply(400, "more than 16 pairs of metadata");
    const file = files.find(({ id }) => id === body["training_file"]);
    if (!file) return errorReply(400, `no such file: ${String(body["training_file"])}`);
    if (profile === "azure" && file.status !== "processed")
      return errorReply(400, `the file ${file.id} is not processed yet`);
    accepted++;
    const job: Job = {
      id: `ftjob-${String(jobs.length + 1).padStart(6, "0")}`,
      at: now(),
      looks: 0,
      hidden: lag,
      cancelledAt: null,
      body,
      usd: 0,
      error: checkRows(file.text, profile),
    };
    jobs.push(job);
    job.usd = (tokensOf(job) * price) / 1e6;
    return { status: 200, body: showJob(job) };
  };

  const withJob = ({ args }: Call, show: (job: Job) => Reply): Reply => {
    const job = jobs.find(({ id }) => id === args["id"]);
    return job ? show(job) : errorReply(404, `no such job: ${args["id"]}`);
  };
  const page = <T extends { id: unknown }>(call: Call, all: T[]): Record<string, unknown> => {
    const limit = Math.min(Number(call.query.get("limit") ?? 20), pageSize);
    const after = call.query.get("after");
    const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const data = all.slice(from, from + limit);
    return {
      object: "list",
      data,
      first_id: data[0]?.id ?? "",
      last_id: data.at(-1)?.id ?? "",
      has_more: from + limit < all.length,
    };
  };
  const showFile = ({
    id,
    name,
    bytes,
    at,
    status,
  }: File): Record<string, unknown> & { id: string } => ({
    id,
    object: "file",
    bytes,
    created_at: at,
    filename: name,
    purpose: "fine-tune",
    status,
  });
  const addFile = async (name: string, blob: Blob): Promise<File> => {
    const status = profile === "azure" ? "uploaded" : "processed";
    const file = {
      id: `file-${String(files.length + 1).padStart(6, "0")}`,
      name,
      bytes: blob.size,
      at: now(),
      text: await blob.text(),
      status,
    };
    files.push(file);
    return file;
  };
  const eventsOf = (job: Job): { id: string; [key: string]: unknown }[] => {
    const event = (n: number, message: string, more: object = {}): { id: string } =>
      ({
        object: "fine_tuning.job.event",
        id: `ftevent-${job.id}-${n}`,
        created_at: job.at + n,
        level: "info",
        message,
        ...more,
      }) as { id: string };
    const made = [event(0, "Created fine-tuning job")];
    for (let step = 1; step <= doneSteps(job); step++) {
      const loss = Number((2 / step).toFixed(4));
      made.push(
        event(step, `Step ${step}/${steps}: training loss=${loss}`, {
          type: "metrics",
          data: { step, total_steps: steps, train_loss: loss },
        }),
      );
    }
    return made.reverse();
  };

  return startJobServer({
    root: profile === "azure" ? "/openai/v1" : "/v1",
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    spec: openSpec("openai-fine-tuning.json"),
    refuse: (headers) => {
      const key = profile === "azure" ? headers["api-key"] : headers.authorization;
      return key ? null : errorReply(401, "no key was sent", "invalid_api_key");
    },
    ...keepBook({
      jobs,
      files,
      accepted: () => accepted,
      stateOf,
      shareDone: (job) => doneSteps(job) / steps,
    }),
    routes: [
      {
        on: "GET /files",
        spec: "/files",
        handle: (call) => ({ status: 200, body: page(call, files.map(showFile).toReversed()) }),
      },
      {
        on: "POST /files",
        spec: "/files",
        handle: async ({ body }) => {
          const file = body["file"] as globalThis.File;
          if (!file.name.endsWith(".jsonl")) return errorReply(400, "the file is no .jsonl");
          if (files.some(({ name }) => name === file.name)) clock++;
          return { status: 200, body: showFile(await addFile(file.name, file)) };
        },
      },
      {
        on: "GET /files/{id}",
        spec: "/files/{file_id}",
        handle: ({ args }) => {
          const file = files.find(({ id }) => id === args["id"]);
          if (!file) return errorReply(404, "no such file");
          const shown = showFile(file);
          file.status = "processed";
          return { status: 200, body: shown };
        },
      },
      {
        on: "POST /uploads",
        spec: "/uploads",
        handle: ({ body }) => {
          const id = `upload_${uploads.size + 1}`;
          uploads.set(id, { body, parts: new Map() });
          return { status: 200, body: showUpload(id, body, "pending", now()) };
        },
      },
      {
        on: "POST /uploads/{id}/parts",
        spec: "/uploads/{upload_id}/parts",
        handle: ({ args, body }) => {
          const upload = uploads.get(args["id"]!);
          if (!upload) return errorReply(404, "no such upload");
          const id = `part_${upload.parts.size + 1}`;
          upload.parts.set(id, body["data"] as Blob);
          return {
            status: 200,
            body: { id, object: "upload.part", created_at: now(), upload_id: args["id"] },
          };
        },
      },
      {
        on: "POST /uploads/{id}/complete",
        spec: "/uploads/{upload_id}/complete",
        handle: async ({ args, body }) => {
          const upload = uploads.get(args["id"]!);
          if (!upload) return errorReply(404, "no such upload");
          const parts = (body["part_ids"] as string[]).map((id) => upload.parts.get(id)!);
          const whole = new Blob(parts);
          if (whole.size !== upload.body["bytes"])
            return errorReply(
              400,
              `${whole.size} bytes came, ${String(upload.body["bytes"])} were announced`,
            );
          const file = await addFile(String(upload.body["filename"]), whole);
          return {
            status: 200,
            body: {
              ...showUpload(args["id"]!, upload.body, "completed", now()),
              file: showFile(file),
            },
          };
        },
      },
      { on: "POST /fine_tuning/jobs", spec: "/fine_tuning/jobs", handle: create },
      {
        on: "GET /fine_tuning/jobs",
        spec: "/fine_tuning/jobs",
        handle: (call) => {
          const shown = jobs.filter((job) => job.hidden-- <= 0);
          const key = profile === "openai" ? call.query.get("metadata[run_key]") : null;
          const fits = shown.filter(
            ({ body }) =>
              key === null ||
              (body["metadata"] as Record<string, string> | null)?.["run_key"] === key,
          );
          const data = fits.map((job) => showJob(job) as { id: string }).toReversed();
          const { object, data: held, has_more } = page(call, data);
          return { status: 200, body: { object, data: held, has_more } };
        },
      },
      {
        on: "POST /fine_tuning/jobs/{id}/cancel",
        spec: "/fine_tuning/jobs/{fine_tuning_job_id}/cancel",
        handle: (call) =>
          withJob(call, (job) => {
            if (["succeeded", "failed", "cancelled"].includes(stateOf(job)))
              return errorReply(400, `the job is ${stateOf(job)} already`);
            job.cancelledAt = job.looks;
            return { status: 200, body: showJob(job) };
          }),
      },
      {
        on: "GET /fine_tuning/jobs/{id}/events",
        spec: "/fine_tuning/jobs/{fine_tuning_job_id}/events",
        handle: (call) =>
          withJob(call, (job) => {
            const { object, data, has_more } = page(call, eventsOf(job));
            return { status: 200, body: { object, data, has_more } };
          }),
      },
      {
        on: "GET /fine_tuning/jobs/{id}/checkpoints",
        spec: "/fine_tuning/jobs/{fine_tuning_job_id}/checkpoints",
        handle: (call) =>
          withJob(call, (job) => {
            const kept = stateOf(job) === "succeeded" ? [Math.ceil(steps / 2), steps] : [];
            const data = kept.toReversed().map((step) => ({
              object: "fine_tuning.job.checkpoint",
              id: `ftckpt_${job.id}_${step}`,
              created_at: job.at + step,
              fine_tuned_model_checkpoint:
                profile === "nebius"
                  ? `${job.id}:ftckpt_${step}`
                  : `${modelOf(job)}:ckpt-step-${step}`,
              fine_tuning_job_id: job.id,
              metrics: { step, train_loss: 2 / step },
              step_number: step,
            }));
            return { status: 200, body: page(call, data) };
          }),
      },
      {
        on: "GET /fine_tuning/jobs/{id}",
        spec: "/fine_tuning/jobs/{fine_tuning_job_id}",
        handle: (call) =>
          withJob(call, (job) => {
            if (job.cancelledAt === null) job.looks++;
            return { status: 200, body: showJob(job) };
          }),
      },
      {
        on: "GET /models/{id}",
        spec: "/models/{model}",
        handle: ({ args }) => ({
          status: 200,
          body: {
            id: args["id"],
            object: "model",
            created: 1_700_000_000,
            owned_by: "emulated",
            shutdown_date: options.shutdownDates?.[args["id"]!] ?? null,
          },
        }),
      },
    ],
  });
}

function showUpload(
  id: string,
  body: Record<string, unknown>,
  status: string,
  at: number,
): Record<string, unknown> {
  const { bytes, filename, purpose } = body;
  return {
    id,
    object: "upload",
    bytes,
    created_at: at,
    filename,
    purpose,
    status,
    expires_at: at + 3600,
  };
}

function hyperparametersOf(body: Record<string, unknown>): Record<string, unknown> {
  const method = body["method"] as Record<string, { hyperparameters?: object }> | undefined;
  const held = method?.["supervised"] ?? method?.["dpo"];
  const { beta: _beta, ...shown } = (held?.hyperparameters ??
    body["hyperparameters"] ??
    {}) as Record<string, unknown>;
  return shown;
}

function epochsOf(body: Record<string, unknown>): number {
  const { n_epochs: epochs } = hyperparametersOf(body);
  return typeof epochs === "number" ? epochs : 3;
}

/** What validation would say of a training file; null where nothing. */
function checkRows(text: string, profile: string): string | null {
  const rows = text.split("\n").filter((line) => line !== "");
  if (profile !== "nebius" && rows.length < 10) return `${rows.length} examples; 10 are the least`;
  for (const [i, line] of rows.entries()) {
    const row = JSON.parse(line) as { messages?: { role: string }[]; input?: unknown };
    if (row.messages?.at(-1)?.role !== "assistant" && row.input === undefined)
      return `line ${i + 1}: the last message is not the assistant's`;
  }
  return null;
}
