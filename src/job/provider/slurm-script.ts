// The batch script of a Slurm job (sbatch(1), Slurm 24.05): everything pinned by hash and checked on the node before
// training starts. shellcheck finds nothing in it; a test runs shellcheck.

import { z } from "zod";
import { trainerOptions } from "./trainer-options.ts";

const word = z.string().regex(/^[A-Za-z0-9_.,:=@/-]+$/, "letters, digits and _ . , : = @ / - only");

export const slurmOptionsSchema = z.strictObject({
  ...trainerOptions,
  partition: word.nullable().default(null),
  account: word.nullable().default(null).describe("Who is charged on the cluster"),
  gres: word.nullable().default(null).describe("For example gpu:1"),
  cpus: z.int().positive().default(8),
  memoryGb: z.int().positive().default(32),
  timeMinutes: z.int().positive().default(240).describe("Slurm ends the job after so long"),
  modules: z.array(word).default([]).describe("Environment modules to load, in order"),
});
export type SlurmOptions = z.infer<typeof slurmOptionsSchema>;

export type ScriptFile = { path: string; sha256: string };

/** The name that finds a job again. */
export function slurmName(runKey: string): string {
  return `rectune-${runKey.slice(0, 24)}`;
}

/** Renders the script. The same job gives the same text; no secret is in it. */
export function renderSlurmScript(job: {
  runKey: string;
  jobDir: string;
  log: string;
  options: SlurmOptions;
  /** Words that run the trainer, and its config. */
  command: readonly string[];
  /** Checked by sha256sum before training. */
  files: readonly ScriptFile[];
}): string {
  const { runKey, jobDir, log, options } = job;
  const { partition, account, gres, cpus, memoryGb, timeMinutes, modules } = options;
  const asked = [
    `--job-name=${slurmName(runKey)}`,
    `--comment=rectune:${runKey}`,
    `--chdir=${jobDir}`,
    `--output=${log}`,
    "--open-mode=append",
    "--nodes=1",
    "--ntasks=1",
    `--cpus-per-task=${cpus}`,
    `--mem=${memoryGb}G`,
    `--time=${timeMinutes}`,
    // A run that was preempted goes on from its last checkpoint under the same id.
    "--requeue",
    ...(partition === null ? [] : [`--partition=${partition}`]),
    ...(account === null ? [] : [`--account=${account}`]),
    ...(gres === null ? [] : [`--gres=${gres}`]),
  ];
  return [
    "#!/usr/bin/env bash",
    ...asked.map((option) => `#SBATCH ${quoteDirective(option)}`),
    "set -euo pipefail",
    "",
    "# What the job was made of, and nothing else.",
    "sha256sum --check --quiet <<'EOF'",
    ...job.files.map(({ path, sha256 }) => checksumLine(path, sha256)),
    "EOF",
    ...modules.map((name) => `module load ${quoteWord(name)}`),
    "",
    "export PYTHONUNBUFFERED=1",
    `exec ${job.command.map(quoteWord).join(" ")}`,
    "",
  ].join("\n");
}

function quoteDirective(option: string): string {
  return /\s/.test(option) ? `"${option}"` : option;
}

// GNU coreutils: a name with a backslash or a newline stands escaped, and the line says so with a backslash.
function checksumLine(path: string, sha256: string): string {
  const escaped = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `${escaped === path ? "" : "\\"}${sha256}  ${escaped}`;
}

/** A word for a POSIX shell; in double quotes, since shellcheck takes `$` in single ones for a mistake. */
export function quoteWord(text: string): string {
  return /^[A-Za-z0-9_./:=@,+-]+$/.test(text) ? text : `"${text.replaceAll(/[\\"$`]/g, "\\$&")}"`;
}
