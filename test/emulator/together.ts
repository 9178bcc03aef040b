// Together's files and fine-tunes on loopback. It follows Together's OpenAPI (2026-04-28), against which requests and
// replies are held.

import type { Fault } from "./faults.ts";
import { keepBook } from "./job-book.ts";
import { errorReply, startJobServer, type Call, type JobServer, type Reply } from "./job-server.ts";
import { openSpec } from "./spec.ts";

export type TogetherOptions = {
  port?: number;
  faults?: readonly Fault[];
  /** Looks at the list that do not show a new job yet. */
  lag?: number;
  queue?: number;
  steps?: number;
  /** Dollars for a million tokens of four bytes. */
  pricePerMillionTokens?: number;
  /** Looks at a file that find it unread; before it is read there is no estimate. */
  reading?: number;
  /** Whether the account may spend more. */
  allowed?: boolean;
  /** Makes every job end in an error with this text. */
  fails?: string;
};

type File = { id: string; name: string; bytes: number; at: number; text: string; looks: number };
type Job = {
  id: string;
  at: number;
  looks: number;
  hidden: number;
  cancelledAt: number | null;
  body: Record<string, unknown>;
  usd: number;
};

const nanodollars = 1e9;

/** Starts the emulator. */
export async function startTogether(options: TogetherOptions = {}): Promise<JobServer> {
  const { lag = 0, queue = 2, steps = 4, fails } = options;
  const price = options.pricePerMillionTokens ?? 1;
  const files: File[] = [];
  const jobs: Job[] = [];
  let clock = 1_790_000_000;
  let accepted = 0;
  const now = (): number => ++clock;
  const time = (at: number): string => new Date(at * 1000).toISOString();

  const stateOf = ({ looks, cancelledAt }: Job): string => {
    if (cancelledAt !== null) return "cancelled";
    if (looks <= 0) return "pending";
    if (looks <= queue) return "queued";
    if (fails !== undefined) return "error";
    return looks <= queue + steps ? "running" : "completed";
  };
  const doneSteps = (job: Job): number =>
    fails === undefined ? Math.max(0, Math.min(steps, (job.cancelledAt ?? job.looks) - queue)) : 0;
  const tokensOf = (body: Record<string, unknown>): { train: number; evals: number } => {
    const size = (key: string): number =>
      Math.ceil((files.find(({ id }) => id === body[key])?.bytes ?? 0) / 4);
    return {
      train: size("training_file") * Number(body["n_epochs"] ?? 1),
      evals: size("validation_file") * Number(body["n_evals"] ?? 0),
    };
  };
  const usdOf = (body: Record<string, unknown>): number => {
    const { train, evals } = tokensOf(body);
    return ((train + evals) * price) / 1e6;
  };
  const outputOf = ({ id, body }: Job): string =>
    `emulated/${String(body["model"])}-${String(body["suffix"])}-${id.slice(-4)}`;

  const showShort = (job: Job): Record<string, unknown> => {
    const { body, at } = job;
    const { batch_size: batch, ...shown } = body;
    return {
      ...shown,
      ...(typeof batch === "number" ? { batch_size: batch } : {}),
      id: job.id,
      status: stateOf(job),
      created_at: time(at),
      updated_at: time(at + job.looks),
      user_id: "user-emulated",
      token_count: tokensOf(body).train,
      ...(stateOf(job) === "completed"
        ? { model_output_name: outputOf(job), total_price: Math.round(job.usd * nanodollars) }
        : {}),
    };
  };
  const create = ({ body }: Call): Reply => {
    const file = files.find(({ id }) => id === body["training_file"]);
    if (!file) return errorReply(400, `no such file: ${String(body["training_file"])}`);
    const wrong = checkShapes(file.text);
    if (wrong !== null) return errorReply(400, wrong);
    accepted++;
    // A uuid, as the document types it; its examples have "ft-…".
    const id = `00000000-0000-4000-8000-${String(jobs.length + 1).padStart(12, "0")}`;
    const job: Job = {
      id,
      at: now(),
      looks: 0,
      hidden: lag,
      cancelledAt: null,
      body,
      usd: usdOf(body),
    };
    jobs.push(job);
    return { status: 200, body: showShort(job) };
  };
  const withJob = ({ args }: Call, show: (job: Job) => unknown): Reply => {
    const job = jobs.find(({ id }) => id === args["id"]);
    return job ? { status: 200, body: show(job) } : errorReply(404, `no such job: ${args["id"]}`);
  };
  const isRead = ({ looks }: File): boolean => looks > (options.reading ?? 0);
  const showFile = (file: File): Record<string, unknown> => ({
    id: file.id,
    object: "file",
    created_at: file.at,
    filename: file.name,
    bytes: file.bytes,
    purpose: "fine-tune",
    Processed: isRead(file),
    FileType: "jsonl",
  });
  const addFile = (name: string, text: string): File => {
    const id = `file-${String(files.length + 1).padStart(6, "0")}`;
    const file = { id, name, bytes: Buffer.byteLength(text), at: now(), text, looks: 0 };
    files.push(file);
    return file;
  };
  const event = (job: Job, n: number, type: string, message: string): Record<string, unknown> => ({
    object: "fine-tune-event",
    created_at: time(job.at + n),
    level: type === "job_error" ? "error" : "info",
    message,
    type,
    param_count: 0,
    token_count: 0,
    total_steps: steps,
    wandb_url: "",
    step: n,
    checkpoint_path: "",
    model_path: "",
    training_offset: 0,
    hash: "",
  });

  return startJobServer({
    root: "/v1",
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    spec: openSpec("together.yaml"),
    refuse: (headers) => (headers.authorization ? null : errorReply(401, "no key was sent")),
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
        handle: () => ({ status: 200, body: { data: files.map(showFile) } }),
      },
      {
        on: "POST /files/upload",
        spec: "/files/upload",
        handle: async ({ body }) => {
          const text = await (body["file"] as Blob).text();
          return { status: 200, body: showFile(addFile(String(body["file_name"]), text)) };
        },
      },
      {
        on: "GET /files/{id}",
        spec: "/files/{id}",
        handle: ({ args }) => {
          const file = files.find(({ id }) => id === args["id"]);
          if (!file) return errorReply(404, "no such file");
          file.looks++;
          return { status: 200, body: showFile(file) };
        },
      },
      {
        on: "POST /fine-tunes/estimate-price",
        spec: "/fine-tunes/estimate-price",
        handle: ({ body }) => {
          const { train, evals } = tokensOf(body);
          if (files.some((file) => file.id === body["training_file"] && !isRead(file))) {
            const unavailable_reason = "train_file_not_validated";
            return { status: 200, body: { estimation_available: false, unavailable_reason } };
          }
          return {
            status: 200,
            body: {
              estimation_available: true,
              estimated_total_price: usdOf(body),
              allowed_to_proceed: options.allowed ?? true,
              user_limit: 100,
              estimated_train_token_count: train,
              estimated_eval_token_count: evals,
            },
          };
        },
      },
      {
        on: "GET /fine-tunes/models/limits",
        spec: "/fine-tunes/models/limits",
        handle: ({ query }) => ({ status: 200, body: limitsOf(query.get("model_name") ?? "") }),
      },
      { on: "POST /fine-tunes", spec: "/fine-tunes", handle: create },
      {
        on: "GET /fine-tunes",
        spec: "/fine-tunes",
        handle: () => ({
          status: 200,
          body: {
            data: jobs
              .filter((job) => job.hidden-- <= 0)
              .map(showShort)
              .toReversed(),
          },
        }),
      },
      {
        on: "POST /fine-tunes/{id}/cancel",
        spec: "/fine-tunes/{id}/cancel",
        handle: (call) => {
          const job = jobs.find(({ id }) => id === call.args["id"]);
          if (job && ["completed", "error", "cancelled"].includes(stateOf(job)))
            return errorReply(400, `the job is ${stateOf(job)} already`);
          return withJob(call, (held) => {
            held.cancelledAt = held.looks;
            return showShort(held);
          });
        },
      },
      {
        on: "GET /fine-tunes/{id}/events",
        spec: "/fine-tunes/{id}/events",
        handle: (call) =>
          withJob(call, (job) => {
            const last =
              stateOf(job) === "error"
                ? [event(job, 1, "job_error", fails!)]
                : stateOf(job) === "completed"
                  ? [event(job, steps, "job_complete", "Job finished")]
                  : [];
            return { data: [event(job, 0, "job_pending", "Fine tune request created"), ...last] };
          }),
      },
      {
        on: "GET /fine-tunes/{id}/metrics",
        spec: "/fine-tunes/{id}/metrics",
        handle: (call) =>
          withJob(call, (job) => ({
            metrics: Array.from({ length: doneSteps(job) }, (_, i) => ({
              "train/global_step": i + 1,
              "train/loss": 2 / (i + 1),
              "train/learning_rate": 1e-4,
            })),
          })),
      },
      {
        on: "GET /fine-tunes/{id}/checkpoints",
        spec: "/fine-tunes/{id}/checkpoints",
        handle: (call) =>
          withJob(call, (job) => ({
            data: (stateOf(job) === "completed" ? [Math.ceil(steps / 2), steps] : []).map(
              (step) => ({
                step,
                path: `s3://emulated/${job.id}/${step}`,
                created_at: time(job.at + step),
                checkpoint_type: "Intermediate",
              }),
            ),
          })),
      },
      {
        on: "GET /fine-tunes/{id}",
        spec: "/fine-tunes/{id}",
        handle: (call) =>
          withJob(call, (job) => {
            if (job.cancelledAt === null) job.looks++;
            return showShort(job);
          }),
      },
    ],
  });
}

function limitsOf(model: string): Record<string, unknown> {
  const batch = { max_batch_size: 96, max_batch_size_dpo: 48, min_batch_size: 8 };
  return {
    model_name: model,
    full_training: batch,
    lora_training: { ...batch, max_rank: 64, target_modules: ["q_proj", "v_proj"] },
    max_num_epochs: 20,
    max_num_evals: 100,
    max_learning_rate: 1,
    min_learning_rate: 1e-8,
    supports_vision: false,
    supports_tools: true,
    supports_reasoning: false,
    merge_output_lora: false,
    max_seq_length_sft: 8192,
    max_seq_length_dpo: 4096,
    min_max_seq_length: 512,
    default_gradient_accumulation_steps: 1,
    max_num_checkpoints: 20,
    supports_full_training: true,
  };
}

/** A row that has keys of two shapes is refused, as the data page says. */
function checkShapes(text: string): string | null {
  for (const [i, line] of text.split("\n").filter(Boolean).entries()) {
    const keys = Object.keys(JSON.parse(line) as object)
      .sort()
      .join(" ");
    if (
      ![
        "messages",
        "completion prompt",
        "text",
        "input non_preferred_output preferred_output",
      ].includes(keys)
    )
      return `line ${i + 1} fits no format: ${keys}`;
  }
  return null;
}
