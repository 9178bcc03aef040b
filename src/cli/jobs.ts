// rectune jobs ls|show|watch|cancel|resolve|logs: what the ledger knows, and what may be done to a job.

import { Argument } from "commander";
import { exitCodes, UsageError } from "../base/errors.ts";
import { cancelJob, resolveJob, watchById, type Verdict } from "../job/control.ts";
import { findJob, openLedgerIfAny, readJobLog } from "../job/find-job.ts";
import type { JobEvent, JobRecord } from "../job/ledger.ts";
import { resolveCommand } from "../job/reconcile.ts";
import { formatTable, textOption, type Call, type CliCommand } from "./command.ts";

const actions: Readonly<Record<string, (call: Call, ref: string) => Promise<number | void>>> = {
  ls: listJobs,
  show: showJob,
  watch: async (call, ref) => printJob(call, await watchById(ref, call.context)),
  cancel: async (call, ref) => printJob(call, await cancelJob(ref, call.context)),
  resolve: async (call, ref) => {
    const job = await resolveJob(ref, verdictOf(call), call.context);
    const code = printJob(call, job);
    if (job.state !== "UNKNOWN") return code;
    call.output.note(`it was not found; look at the provider, then: ${resolveCommand(job)}`);
    return exitCodes.remote;
  },
  logs: async (call, ref) => {
    const job = findJob(ref, call.context);
    for await (const line of readJobLog(job, call.context)) call.output.data(plain(line));
  },
};

export const command: CliCommand = {
  configure(command) {
    command
      .addArgument(new Argument("<action>", "what to do").choices(Object.keys(actions)))
      .argument("[job]", "a job's id or its beginning; all but ls need one")
      .option("--adopt <id>", "resolve: the job is there, under this id")
      .option("--absent", "resolve: the job never arrived");
  },
  async run(call) {
    const [action = "", ref] = call.args;
    if (action !== "ls" && ref === undefined) {
      throw new UsageError(`jobs ${action} needs a job`, {
        code: "job-unnamed",
        next: "`rectune jobs ls` lists them.",
      });
    }
    return actions[action]!(call, ref ?? "");
  },
};

async function listJobs({ context, flags, output }: Call): Promise<void> {
  using ledger = openLedgerIfAny(context);
  const jobs = ledger?.list() ?? [];
  if (flags.json) return output.json({ jobs });
  if (jobs.length === 0) return output.note("no job was ever started here");
  const rows = jobs
    .toReversed()
    .map((job) => [
      job.id,
      job.state,
      plain(`${job.provider}:${job.model}`),
      plain(job.spec.name),
      String(job.attempt),
      `${ledger!.spentUsd(job.id).toFixed(2)} of ${job.ceilingUsd.toFixed(2)}`,
      minute(job.createdAt),
    ]);
  const head = ["job", "state", "model", "dataset", "attempt", "USD", "made"];
  output.data(formatTable([head, ...rows]));
}

async function showJob({ context, flags, output }: Call, ref: string): Promise<void> {
  const { id } = findJob(ref, context);
  using ledger = openLedgerIfAny(context);
  const job = ledger!.get(id);
  const events = ledger!.events(id);
  if (flags.json) return output.json({ job, events, spentUsd: ledger!.spentUsd(id) });
  const { hyperparameters: h, dataset, seed } = job.spec;
  const rows = [
    ["job", job.id],
    ["state", job.state],
    ["model", plain(`${job.provider}:${job.model}, ${job.method}`)],
    [
      "dataset",
      `${plain(dataset.name)}, ${dataset.rows.train} examples, ${job.datasetSha256.slice(0, 12)}`,
    ],
    ["settings", `epochs ${h.epochs}, rate ${h.learningRate}, batch ${h.batchSize}, seed ${seed}`],
    ["folder", job.jobDir],
    ["at provider", plain(job.remoteId ?? "not yet")],
    ["USD", `${ledger!.spentUsd(id).toFixed(2)} of ${job.ceilingUsd.toFixed(2)}`],
    ["run key", job.runKey],
  ];
  output.data(formatTable(rows));
  output.data("");
  output.data(formatTable(events.map((event) => [minute(event.at), eventText(event)])));
}

function printJob({ flags, output }: Call, job: JobRecord): number {
  if (flags.json) output.json({ job });
  else output.data(`${job.id} ${job.state}`);
  return job.state === "FAILED" || job.state === "REJECTED" ? exitCodes.failure : exitCodes.ok;
}

function verdictOf(call: Call): Verdict {
  const remoteId = textOption(call, "adopt");
  const absent = call.options["absent"] === true;
  if (remoteId !== undefined && absent) {
    throw new UsageError("--adopt and --absent contradict each other", { code: "flag-value" });
  }
  if (remoteId !== undefined) return { kind: "adopt", remoteId };
  return absent ? { kind: "absent" } : { kind: "look" };
}

function eventText({ kind, to, data }: JobEvent): string {
  const details = Object.keys(data).length === 0 ? "" : ` ${JSON.stringify(data)}`;
  return plain(`${to ?? kind}${details}`);
}

function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** Text from outside without what could steer a terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
