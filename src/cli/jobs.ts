// rectune jobs ls|show|watch|logs|cancel|resolve|release: what the ledger knows, and what may be done to a job or to a
// lease of a served model.

import { Argument } from "commander";
import { exitCodes, UsageError } from "../base/errors.ts";
import { cancelJob, releaseById, watchById } from "../job/control.ts";
import { findJob, openLedgerIfAny, readJobLog, resultOf } from "../job/find-job.ts";
import { openLeases } from "../job/lease-record.ts";
import type { JobEvent, JobRecord } from "../job/ledger.ts";
import type { JobResult } from "../job/provider/types.ts";
import { openText, resolveCommand } from "../job/reconcile.ts";
import { resolveJob, type Verdict } from "../job/resolve.ts";
import { unresolvedStates } from "../job/states.ts";
import { textOption, type Call, type CliCommand } from "./command.ts";
import { formatTable } from "./format-table.ts";
import { printable } from "./printable.ts";

const actions: Readonly<Record<string, (call: Call, ref: string) => Promise<number | void>>> = {
  ls: listJobs,
  show: showJob,
  watch: async (call, ref) => printJob(call, await watchById(ref, call.context)),
  cancel: async (call, ref) => {
    const job = await cancelJob(ref, call.context);
    if (job.state === "SUBMITTED" || job.state === "RUNNING")
      call.output.note(`${job.provider} was told; \`rectune jobs watch ${job.id}\` sees it end`);
    return printJob(call, job);
  },
  resolve: async (call, ref) => {
    const job = await resolveJob(ref, verdictOf(call), call.context);
    const code = printJob(call, job);
    if (job.state !== "UNKNOWN") return code;
    call.output.note(`it was not found; look at the provider, then: ${resolveCommand(job)}`);
    return exitCodes.remote;
  },
  logs: async ({ context, flags, output }, ref) => {
    const job = findJob(ref, context);
    const lines: string[] = [];
    for await (const line of readJobLog(job, context)) {
      if (flags.json) lines.push(line);
      else output.data(plain(line));
    }
    if (flags.json) output.json({ job: job.id, lines });
  },
  release: async ({ context, flags, output }, ref) => {
    const lease = await releaseById(ref, context);
    if (flags.json) output.json({ lease });
    else output.data(`${lease.id} ${lease.state}`);
  },
};

export const command: CliCommand = {
  configure(command) {
    command
      .addArgument(new Argument("<action>", "what to do").choices(Object.keys(actions)))
      .argument("[id]", "a job's (release: a lease's) id or its beginning; all but ls need one")
      .option("--adopt <id>", "resolve: the job is there, under this id")
      .option("--absent", "resolve: the job never arrived");
  },
  async run(call) {
    const [action = "", ref] = call.args;
    if (action !== "ls" && ref === undefined) {
      throw new UsageError(`jobs ${action} needs ${action === "release" ? "a lease" : "a job"}`, {
        code: "job-unnamed",
        next: "`rectune jobs ls` lists them.",
      });
    }
    return actions[action]!(call, ref ?? "");
  },
};

async function listJobs({ context, flags, output }: Call): Promise<void> {
  using ledger = openLedgerIfAny(context);
  // Newest first, in both forms: the job just tuned is the first id.
  const jobs = ledger?.list().toReversed() ?? [];
  const leases = ledger ? openLeases(ledger) : [];
  if (flags.json) return output.json({ jobs, leases });
  if (jobs.length === 0) return output.note("no job was ever started here");
  const rows = jobs.map((job) => [
    job.id,
    job.state,
    plain(`${job.provider}:${job.model}`),
    plain(job.spec.name),
    String(job.attempt),
    isUnanswered(job)
      ? `unknown, ${job.ceilingUsd.toFixed(2)} at most`
      : `${ledger!.spentUsd(job.id).toFixed(2)} of ${job.ceilingUsd.toFixed(2)}`,
    minute(job.createdAt),
  ]);
  const head = ["job", "state", "model", "dataset", "attempt", "USD", "made"];
  output.data(formatTable([head, ...rows], { head: true }));
  for (const job of ledger!.open()) output.note(plain(openText(job)));
  if (leases.length === 0) return;
  output.data("");
  const open = leases.map((lease) => [
    lease.id,
    lease.state,
    lease.job,
    plain(lease.remoteId ?? "not yet"),
    `${lease.minutes} min, ${lease.ceilingUsd.toFixed(2)} USD at most`,
    minute(lease.createdAt),
  ]);
  const named = ["lease", "state", "job", "at provider", "for", "made"];
  output.data(formatTable([named, ...open], { head: true }));
  output.note("an open lease costs until its eval ends or `rectune jobs release LEASE` ends it");
}

async function showJob({ context, flags, output }: Call, ref: string): Promise<void> {
  const { id } = findJob(ref, context);
  using ledger = openLedgerIfAny(context);
  const job = ledger!.get(id);
  const events = ledger!.events(id);
  const spentUsd = ledger!.spentUsd(id);
  const spentByKind = ledger!.spentByKind(id);
  const result = await resultOf(job, context);
  if (flags.json) return output.json({ job, events, spentUsd, spentByKind, result });
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
    ["at provider", plain(job.remoteId ?? (isUnanswered(job) ? "unknown" : "not yet"))],
    [
      "USD",
      `${isUnanswered(job) ? "unknown" : usdText(spentByKind)}; the ceiling of the tune is ${job.ceilingUsd.toFixed(2)}`,
    ],
    ["run key", job.runKey],
    ...(result === null ? [] : resultRows(result)),
  ];
  output.data(formatTable(rows));
  output.data("");
  output.data(formatTable(events.map((event) => [minute(event.at), eventText(event)])));
  const open = ledger!.open().find((held) => held.id === id);
  if (open) output.note(plain(openText(open)));
  if (result === null || result.call.length === 0) return;
  output.data("\nTo call the model:");
  for (const line of result.call) output.data(`  ${plain(line)}`);
}

/** Whether a create was sent, or may have been, whose answer nobody has. */
function isUnanswered({ state }: JobRecord): boolean {
  return unresolvedStates.some((held) => held === state);
}

function usdText(spent: Readonly<Record<string, number>>): string {
  const kinds = Object.entries(spent).filter(([, usd]) => usd > 0);
  if (kinds.length === 0) return "0.00";
  return kinds.map(([kind, usd]) => `${usd.toFixed(2)} ${kind}`).join(", ");
}

function resultRows({ model, base, checkpoints }: JobResult): string[][] {
  return [
    ["result", plain(model)],
    ["base", plain(base)],
    ...checkpoints.map(({ step, model: name }) => [`step ${step}`, plain(name)]),
  ];
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
  if (remoteId === "") throw new UsageError("--adopt names no job", { code: "flag-value" });
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
  return printable(text).replace(/[\t\n]/g, "\u{FFFD}");
}
