// The Python trainer (jobs/trainer/train.py) on this machine: a child that survives whoever started it. Class A: the job
// is its folder, made once; the child holds a lock, so that a second one ends at once. A crashed run is followed by a new
// attempt, which goes on from its last whole checkpoint.

import { dirname, join } from "node:path";
import { z } from "zod";
import { RectuneError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { prettyJson } from "../../base/json.ts";
import type { Context } from "../../base/logger.ts";
import { pause } from "../../base/pause.ts";
import { followTraining, readTrainingLog } from "./follow-training.ts";
import { holdFolder, holderOf } from "./hold-folder.ts";
import { placeOnce, readKeyedFile } from "./keyed-file.ts";
import {
  childEnv,
  endProcesses,
  interpreterOf,
  isHeld,
  isRunning,
  packagesAdvice,
  resolveInterpreter,
  startDetached,
} from "./local-child.ts";
import { readLogEnd, reasonOf, readTrainerResult } from "./trainer-events.ts";
import {
  foldersOf,
  lookAtTraining,
  readTrainerOptions,
  trainerOptions,
  trainerPath,
  writeTrainerConfig,
} from "./trainer-options.ts";
import { missingPackages, packagesFor } from "./trainer-packages.ts";
import { takeOverCheckpoints, trainerResult } from "./trainer-result.ts";
import { JobRejected, type JobRequest, type JobStatus, type Provider } from "./types.ts";

const recordName = "local.json";
const pollEveryMs = 500;

const recordShape = z.object({
  runKey: z.string(),
  createdAt: z.number(),
  cancelled: z.boolean(),
  /** What runs the trainer and answers with the model: an interpreter, or null for uv. */
  python: z.string().nullable(),
  /** The child's name (process-id.ts); null until it was started. */
  child: z.string().nullable(),
});
type LocalRecord = z.infer<typeof recordShape>;

export const localProvider: Provider = {
  name: "local",
  caps: { methods: ["sft", "dpo"], models: null },
  limits: { minRows: 1, maxRows: null, maxBytes: null },
  prices: null,
  dedupe: "A",
  lookAgainMs: [],
  pollEveryMs,
  options: z.strictObject(trainerOptions) as unknown as Provider["options"],
  modelName: (model) => model.replace(/^local:/, ""),
  account: () => Promise.resolve("here"),

  async plan(request, context) {
    const { problems, notes, rows, steps } = await lookAtTraining(request, context);
    const { python } = readTrainerOptions(request.options);
    const command = [...interpreterOf(python, context.env), "train.py", "config.json"].join(" ");
    return {
      rows,
      tokens: null,
      steps,
      estimateUsd: 0,
      ceilingUsd: 0,
      price: null,
      requests: [],
      checks: [],
      notes: ["runs on this machine and costs nothing", `command: ${command}`, ...notes],
      problems,
    };
  },

  async upload(request, context) {
    return { files: { config: await writeTrainerConfig(request, context) } };
  },

  async submit(request, _uploaded, context) {
    const { python } = readTrainerOptions(request.options);
    let program: string[];
    try {
      program = resolveInterpreter(python, context);
    } catch (error) {
      if (!(error instanceof RectuneError)) throw error;
      const { code, where, next } = error;
      throw new JobRejected(error.message.split("\n")[0]!.replace(`${where}: `, ""), {
        code,
        ...(where === undefined ? {} : { where }),
        ...(next === undefined ? {} : { next }),
      });
    }
    if (program.length === 1) {
      const missing = await missingPackages(program[0]!, packagesFor(request), context);
      if (missing.length > 0) {
        throw new JobRejected(`${program[0]} lacks ${missing.join(", ")}; nothing was started`, {
          code: "trainer-packages",
          where: python === null ? "RECTUNE_PYTHON" : "options.python",
          next: packagesAdvice,
        });
      }
    }
    await placeOnce(recordPathOf(request), {
      runKey: request.runKey,
      createdAt: context.now(),
      cancelled: false,
      python: program.length === 1 ? program[0]! : null,
      child: null,
    });
    context.onPoint?.("local:recorded");
    await startIfNot(request, context);
    return { remoteId: request.runKey };
  },

  async find(request) {
    const record = await findRecord(request);
    return record ? [{ remoteId: record.runKey, createdAt: record.createdAt }] : [];
  },

  poll: (_remoteId, request, context) => statusOf(request, context),

  async cancel(_remoteId, request, context) {
    const record = await change(request, context, (held) => ({ ...held, cancelled: true }));
    const names = [record?.child ?? null, holderOf(foldersOf(request).output)];
    await endProcesses(
      names.filter((name) => name !== null),
      context,
    );
  },

  async result(_remoteId, request, context) {
    const record = await findRecord(request);
    const scorer = join(dirname(trainerPath), "score.py");
    return trainerResult(request, [...interpreterOf(record?.python ?? null, context.env), scorer]);
  },

  follow(_remoteId, request, context, onProgress) {
    const status = () => statusOf(request, context);
    return followTraining(request, { status, pollEveryMs }, context, onProgress);
  },

  logs: (_remoteId, request) => readTrainingLog(request),
};

async function statusOf(request: JobRequest, context: Context): Promise<JobStatus> {
  const { log, output, result } = foldersOf(request);
  const record = await findRecord(request);
  if (!record) return { state: "failed", costUsd: 0, reason: "the job's folder is gone" };
  // Looked at before the result: who ends between the two looks has left one.
  const runs = record.child !== null && (isRunning(record.child) || isHeld(output));
  if (await readTrainerResult(result, request.runKey)) return { state: "succeeded", costUsd: 0 };
  if (record.cancelled) return { state: "cancelled", costUsd: 0 };
  if (record.child === null) {
    await startIfNot(request, context);
    return { state: "queued", progress: null };
  }
  if (!runs) return { state: "failed", costUsd: 0, reason: await reasonOf(log) };
  const { progress } = await readLogEnd(log);
  return { state: progress ? "running" : "queued", progress };
}

/** Starts the trainer unless somebody did: whoever holds the job's folder looks, starts and writes down whom. */
async function startIfNot(request: JobRequest, context: Context): Promise<void> {
  using held = holdFolder(request.jobDir);
  if (!held) return;
  const record = await findRecord(request);
  if (!record || record.child !== null || record.cancelled) return;
  const { config, log, output, result } = foldersOf(request);
  // Started by somebody who could not write that down any more.
  const holder = holderOf(output);
  if (holder !== null && isHeld(output)) return writeRecord(request, { ...record, child: holder });
  if (await readTrainerResult(result, request.runKey)) return;
  if (await takeOverCheckpoints(request, context))
    context.log.info("going on from the last checkpoint of the attempt before");
  const [program, ...words] = resolveInterpreter(record.python, context);
  const child = await startDetached([program, ...words, trainerPath, config], {
    cwd: request.jobDir,
    log,
    env: childEnv(context.env),
  });
  context.onPoint?.("local:started");
  await writeRecord(request, { ...record, child });
}

/** Changes the record while nobody else can start a trainer by it. */
async function change(
  request: JobRequest,
  context: Context,
  edit: (record: LocalRecord) => LocalRecord,
): Promise<LocalRecord | null> {
  for (;;) {
    {
      using held = holdFolder(request.jobDir);
      const record = await findRecord(request);
      if (!record) return null;
      if (held) {
        const edited = edit(record);
        await writeRecord(request, edited);
        return edited;
      }
    }
    await pause(50, context);
  }
}

async function writeRecord(request: JobRequest, record: LocalRecord): Promise<void> {
  await writeFileAtomic(recordPathOf(request), prettyJson(record));
}

function findRecord(request: JobRequest): Promise<LocalRecord | null> {
  const accept = (value: unknown): LocalRecord | null => recordShape.safeParse(value).data ?? null;
  return readKeyedFile(recordPathOf(request), request.runKey, "record", accept);
}

function recordPathOf({ jobDir }: JobRequest): string {
  return join(jobDir, recordName);
}
