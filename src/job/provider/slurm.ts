// The Python trainer as a Slurm job: rows and trainer staged in the job's folder, which nodes must see too, and a script
// that checks them (slurm-script.ts). Class B: found by its name and comment, which carry the run key; squeue(1), sacct(1).

import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { RemoteError, UsageError } from "../../base/errors.ts";
import { hashFile, writeFileAtomic } from "../../base/files.ts";
import { prettyJson } from "../../base/json.ts";
import type { Context } from "../../base/logger.ts";
import { followTraining, readTrainingLog } from "./follow-training.ts";
import { childEnv, findExecutable, interpreterOf } from "./local-child.ts";
import { renderSlurmScript, slurmName, slurmOptionsSchema } from "./slurm-script.ts";
import { readLogEnd, readTrainerResult, reasonOf } from "./trainer-events.ts";
import {
  foldersOf,
  lookAtTraining,
  modelOf,
  trainerPath,
  writeTrainerConfig,
} from "./trainer-options.ts";
import { takeOverCheckpoints, trainerResult } from "./trainer-result.ts";
import type { Hit, JobRequest, JobStatus, Provider } from "./types.ts";

const recordName = "slurm.json";
const pollEveryMs = 15_000;
const commandTimeoutMs = 60_000;

type SlurmJob = { id: string; state: string; reason: string; createdAt: number };

export const slurmProvider: Provider = {
  name: "slurm",
  caps: { methods: ["sft", "dpo"], models: null },
  limits: { minRows: 1, maxRows: null, maxBytes: null },
  prices: null,
  dedupe: "B",
  lookAgainMs: [2000, 10_000],
  pollEveryMs,
  options: slurmOptionsSchema as unknown as Provider["options"],
  modelName: (model) => model.replace(/^local:/, ""),
  account: () => Promise.resolve("cluster"),

  async plan(request, context) {
    const { problems, notes, rows, steps } = await lookAtTraining(request, context);
    const { timeMinutes } = slurmOptionsSchema.parse(request.options);
    const has = findExecutable("sbatch", context) !== null;
    return {
      rows,
      tokens: null,
      steps,
      estimateUsd: 0,
      ceilingUsd: 0,
      price: null,
      requests: [],
      checks: [`time limit: ${timeMinutes} minutes`],
      notes: [
        "runs on a cluster; what its hours cost is not known here and counts as nothing",
        has
          ? "sbatch is on the PATH"
          : "there is no sbatch on the PATH: tune writes the script and stops",
        `nodes must see ${request.stateDir}`,
        ...notes,
      ],
      problems,
    };
  },

  async upload(request, context) {
    const script = join(request.jobDir, "job.sbatch");
    await writeFileAtomic(script, await stage(request, context));
    if (findExecutable("sbatch", context) === null) {
      throw new UsageError("there is no sbatch on this machine", {
        code: "slurm-missing",
        where: script,
        next: `The script is written. Run the same command where Slurm is, or: sbatch ${script}`,
      });
    }
    return { files: { script } };
  },

  async submit(request, { files }, context) {
    const script = files["script"]!;
    await takeOverCheckpoints(request, context);
    const told = await slurm(context, "sbatch", ["--parsable", script]);
    const id = /^(\d+)/m.exec(told)?.[1];
    if (id !== undefined) return { remoteId: id };
    throw new RemoteError(`sbatch answered without a job id: ${told.slice(0, 200)}`, {
      code: "slurm-answer",
    });
  },

  async find(request, context) {
    const jobs = await listJobs(request, context);
    return jobs
      .map(({ id, createdAt }): Hit => ({ remoteId: id, createdAt }))
      .toSorted((a, b) => a.createdAt - b.createdAt || Number(a.remoteId) - Number(b.remoteId));
  },

  poll: (remoteId, request, context) => statusOf(remoteId, request, context),

  async cancel(remoteId, _request, context) {
    await slurm(context, "scancel", [remoteId]).catch((error: unknown) => {
      // A job that has ended cannot be cancelled, and need not be.
      if (!/invalid job id|already completing|completed/i.test(String(error))) throw error;
    });
  },

  async result(_remoteId, request, context) {
    const { python } = slurmOptionsSchema.parse(request.options);
    return trainerResult(request, [...interpreterOf(python, context.env), "score.py"]);
  },

  follow(remoteId, request, context, onProgress) {
    const status = () => statusOf(remoteId, request, context);
    return followTraining(request, { status, pollEveryMs }, context, onProgress);
  },

  logs: (_remoteId, request) => readTrainingLog(request),
};

/** Puts rows, trainer and config into the job's folder and gives the script that checks them. */
async function stage(request: JobRequest, context: Context): Promise<string> {
  const { jobDir, dataset, method } = request;
  const { data, config, log, output } = foldersOf(request);
  const options = slurmOptionsSchema.parse(request.options);
  const trainer = join(jobDir, "train.py");
  await mkdir(data, { recursive: true });
  await mkdir(output, { recursive: true });
  await copyFile(trainerPath, trainer);
  await writeTrainerConfig(request, context);
  const splits = dataset.rows.validation > 0 ? ["train", "validation"] : ["train"];
  const held = JSON.parse(await readFile(config, "utf8")) as Record<string, string | null>;
  for (const split of splits) {
    const path = join(data, `${split}.jsonl`);
    // Pairs of dpo are made there already.
    if (method === "sft") await copyFile(join(dataset.dir, `${split}.jsonl`), path);
    if (held[split] !== null) held[split] = path;
  }
  held["model"] = modelOf(request, context);
  await writeFileAtomic(config, prettyJson(held));
  await writeFileAtomic(
    join(jobDir, recordName),
    prettyJson({ runKey: request.runKey, python: options.python }),
  );
  const paths = [trainer, config, ...splits.flatMap((split) => held[split] ?? [])];
  const files = [];
  for (const path of paths) files.push({ path, sha256: (await hashFile(path)).sha256 });
  const command = [...interpreterOf(options.python, {}), trainer, config];
  return renderSlurmScript({ runKey: request.runKey, jobDir, log, options, command, files });
}

const queued = ["PENDING", "REQUEUED", "REQUEUE_HOLD", "CONFIGURING", "SPECIAL_EXIT"];
const running = ["RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "STAGE_OUT", "SIGNALING"];

async function statusOf(
  remoteId: string,
  request: JobRequest,
  context: Context,
): Promise<JobStatus> {
  const { log, result } = foldersOf(request);
  const job = (await listJobs(request, context)).find(({ id }) => id === remoteId);
  const state = job?.state ?? "";
  if (queued.includes(state)) return { state: "queued", progress: null };
  if (running.includes(state)) {
    return { state: "running", progress: (await readLogEnd(log)).progress };
  }
  if (await readTrainerResult(result, request.runKey)) return { state: "succeeded", costUsd: 0 };
  if (state.startsWith("CANCELLED")) return { state: "cancelled", costUsd: 0 };
  const said = job
    ? `Slurm says ${state}${job.reason === "" || job.reason === "None" ? "" : ` (${job.reason})`}`
    : "Slurm knows the job no more, and it left no result";
  return { state: "failed", costUsd: 0, reason: `${said}\n${await reasonOf(log)}` };
}

/** Jobs with the run key: those in the queue, then those that accounting (where there is one) still knows. */
async function listJobs({ runKey }: JobRequest, context: Context): Promise<SlurmJob[]> {
  const name = slurmName(runKey);
  const found = new Map<string, SlurmJob>();
  const add = (text: string): void => {
    for (const line of text.split("\n")) {
      const [id, state, submitted, reason = ""] = line.trim().split("|");
      if (!id || !state || !/^\d+$/.test(id) || found.has(id)) continue;
      const at = Date.parse(`${submitted ?? ""}Z`);
      found.set(id, { id, state, reason, createdAt: Number.isNaN(at) ? 0 : at });
    }
  };
  add(
    await slurm(context, "squeue", [
      "--noheader",
      "--states=all",
      `--name=${name}`,
      "--format=%i|%T|%V|%r",
    ]),
  );
  if (findExecutable("sacct", context) !== null) {
    const fields = "--format=JobIDRaw,State,Submit,Reason";
    const asked = ["--noheader", "--parsable2", "--allocations", `--name=${name}`, fields];
    // Many clusters keep no accounts; then the queue is all there is.
    add(await slurm(context, "sacct", [...asked, "--starttime=now-30days"]).catch(() => ""));
  }
  return [...found.values()];
}

/** Runs one of Slurm's commands and gives what it printed. @throws RemoteError with what it said. */
async function slurm(context: Context, name: string, args: string[]): Promise<string> {
  const program = findExecutable(name, context);
  if (program === null) {
    throw new RemoteError(`there is no ${name} on this machine`, {
      code: "slurm-missing",
      where: "PATH",
      next: "Run rectune where Slurm is.",
    });
  }
  const env = childEnv(context.env);
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, timeout: commandTimeoutMs }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = (stderr || error.message).trim().split("\n").slice(-3).join("; ");
      reject(
        new RemoteError(`${name}: ${said}`, {
          code: "slurm-failed",
          next: "The same command goes on from here.",
          cause: error,
        }),
      );
    });
  });
}
