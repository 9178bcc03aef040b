// rectune audit DIR|FILE|RUN: what the audits find; exit 3 when one of them is as bad as --fail-on says.

import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { exitCodes, UsageError } from "../base/errors.ts";
import {
  auditFiles,
  auditForeign,
  type FileAudit,
  type FileAuditOptions,
} from "../dataset/audit-files.ts";
import {
  defaultPatterns,
  splitOfName,
  type ForeignFile,
  type ForeignPatterns,
} from "../dataset/foreign-examples.ts";
import { foreignFormats, type ForeignFormat } from "../dataset/foreign-rows.ts";
import { auditRun, isRunFolder } from "../eval/audit-run.ts";
import { splits } from "../log/split/timeline.ts";
import { textOption, type Call, type CliCommand } from "./command.ts";
import { formatTable } from "./format-table.ts";
import { integerFlag } from "./context.ts";
import { printable } from "./printable.ts";
import { tokenLimitOf } from "./token-flags.ts";

const severities = ["note", "warning", "error"] as const;
const patternFlags = ["likes", "dislikes", "item", "target", "label"] as const;

export const command: CliCommand = {
  configure(command) {
    command
      .argument(
        "[path...]",
        "dataset or run folder, JSONL file of examples, or other files with --as",
      )
      .addOption(
        new Option("--fail-on <severity>", "exit 3 from this severity on")
          .choices(severities)
          .default("error"),
      )
      .option("--max-tokens <n>", "the trainer cuts longer texts", integerFlag("--max-tokens", 1))
      .option("--tokenizer <file>", "tokenizer.json to count with (default: 4 bytes a token)");
    addForeignOptions(command);
  },
  async run(call) {
    const { flags, options, output } = call;
    const { examples, report } = await runAudit(call);
    if (flags.json) output.json({ examples, findings: report });
    else {
      const rows = Object.entries(report).map(([name, finding]) => [
        finding.severity ?? "ok",
        name,
        finding.message,
      ]);
      output.data(formatTable(rows));
      for (const [name, { examples: ids }] of Object.entries(report))
        if (ids.length > 0) output.note(`${name}: e.g. ${printable(ids.join(", "))}`);
    }
    const least = severities.indexOf(options["failOn"] as (typeof severities)[number]);
    const failed = Object.values(report).some(
      ({ severity }) => severity !== null && severities.indexOf(severity) >= least,
    );
    return failed ? exitCodes.data : exitCodes.ok;
  },
};

function addForeignOptions(command: Command): void {
  command
    .addOption(
      new Option("--as <format>", "the shape of files that other tools wrote").choices(
        foreignFormats,
      ),
    )
    .option("--likes <regex>", "with --as: the part of a prompt that lists liked items")
    .option("--dislikes <regex>", "the part that lists disliked items")
    .option("--item <regex>", "one item inside such a part (default: text in double quotes)")
    .option("--target <regex>", "the item that is asked about")
    .option("--label <regex>", "answers that mean yes (default: yes, true, 1)")
    .option("--train <file...>", "files of train; else a file's name tells its split")
    .option("--validation <file...>", "files of validation")
    .option("--test <file...>", "files of test");
}

async function runAudit(call: Call): Promise<FileAudit> {
  const { args, context } = call;
  const limit = await tokenLimitOf(call);
  const lengths: FileAuditOptions = limit
    ? { maxTokens: limit.max, countTokens: (text) => limit.counter.count(text) }
    : {};
  const format = textOption(call, "as") as ForeignFormat | undefined;
  if (format !== undefined) {
    const files = listFiles(call);
    if (files.length === 0) throw usage("--as needs files", "--as");
    return auditForeign(files, format, readPatterns(call), lengths);
  }
  const stray = [...patternFlags, ...splits].find((name) => call.options[name] !== undefined);
  if (stray !== undefined)
    throw usage(`--${stray} is for files of other tools; name their shape with --as`, `--${stray}`);
  if (args.length !== 1) throw usage("audit takes one path, or files with --as", "audit");
  const path = resolve(context.cwd, args[0]!);
  if (!(await isRunFolder(path))) return auditFiles(path, lengths);
  if (limit) throw usage("lengths are judged of a dataset, not of a run", "--max-tokens");
  return auditRun(path);
}

function listFiles({ args, options, context }: Call): ForeignFile[] {
  const named = splits.flatMap((split) =>
    ((options[split] as string[] | undefined) ?? []).map((path) => ({ path, split })),
  );
  const given = args.map((path) => ({ path, split: splitOfName(path) }));
  return [...given, ...named].map(({ path, split }) => ({
    path: resolve(context.cwd, path),
    split,
  }));
}

function readPatterns(call: Call): ForeignPatterns {
  const patterns: ForeignPatterns = { ...defaultPatterns };
  for (const name of patternFlags) {
    const source = textOption(call, name);
    if (source === undefined) continue;
    try {
      patterns[name] = new RegExp(source, name === "label" ? "iu" : "u");
    } catch (error) {
      throw usage(`not a regular expression: ${(error as Error).message}`, `--${name}`);
    }
  }
  return patterns;
}

function usage(what: string, where: string): UsageError {
  return new UsageError(what, {
    code: "flag-value",
    where,
    next: "`rectune audit --help` shows how it is called.",
  });
}
