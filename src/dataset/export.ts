// A dataset in a trainer's format: train, validation and test, each row a view of one example, with a card, and a
// manifest that says which dataset they came from and what was left out.

import { copyFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { DataError, InterruptedError, UsageError } from "../base/errors.ts";
import { prettyJson } from "../base/json.ts";
import type { Context } from "../base/logger.ts";
import { toolVersion } from "../base/version.ts";
import type { Redistribution } from "../log/reader/types.ts";
import { splits, type Split } from "../log/split/timeline.ts";
import { renderExportCard } from "./export-card.ts";
import { refuseTasks } from "./export-tasks.ts";
import { formats, type FormatName } from "./format/index.ts";
import { plainLayout, startText, type Layout } from "./format/layout.ts";
import { startTextBlocks } from "./format/text-blocks.ts";
import type { ExportFile, Format, FormatLimits, WriteSetting } from "./format/types.ts";
import { validateFile, type FileCheck } from "./format/validate-file.ts";
import {
  interactionFiles,
  manifestName,
  readManifest,
  type DatasetManifest,
  type OutputFile,
} from "./manifest.ts";
import { noAnswers, openAnswers } from "./open-answers.ts";
import { isTaken, startFolder, type OutputFolder } from "./output-folder.ts";
import { readExampleBlocks } from "./read-examples.ts";
import type { Example } from "./task/types.ts";

export type ExportManifest = {
  kind: "rectune-export";
  format: FormatName;
  toolVersion: string;
  /** The dataset it is a view of. */
  dataset: { name: string; hash: string };
  license: string | null;
  /** What the log says of passing data on, as its dataset's manifest has it. */
  redistribution: Redistribution;
  seed: number;
  rows: Record<Split, number>;
  /** Examples that made no row, by reason. */
  skipped: Record<string, number>;
  outputs: Record<string, OutputFile>;
};

export type ExportOptions = {
  out: string;
  ifExists?: "replace" | "fail";
  /** Only examples of these tasks. */
  tasks?: readonly string[];
  layout?: Partial<Layout>;
  /** Rejected answers of one chosen answer, at most, in preference formats; default 1. */
  pairs?: number;
  /** Limits to hold the files against; default the format's own. */
  limits?: FormatLimits;
  /** Whether interactions.parquet and users.parquet come along. */
  withInteractions?: boolean;
};

export type ExportResult = {
  dir: string;
  manifest: ExportManifest;
  /** What the format's own check says of each file that has rows. */
  checks: Partial<Record<Split, FileCheck>>;
  /** What would turn skipped examples into rows. */
  advice: string[];
};

/**
 * Writes a dataset folder in a format; users' interactions stay behind unless asked for.
 * @throws UsageError for a folder that is taken, a layout the format lacks or a task the dataset lacks, DataError for an incomplete dataset or one
 * that makes no row, InterruptedError when the context's signal is aborted; nothing is left at `out` then.
 */
export async function exportDataset(
  datasetDir: string,
  formatName: FormatName,
  context: Context,
  options: ExportOptions,
): Promise<ExportResult> {
  const dir = resolve(context.cwd, datasetDir);
  const out = resolve(context.cwd, options.out);
  const dataset = await readManifest(dir);
  const format: Format = formats[formatName];
  refuseLayout(format, options.layout ?? {});
  refuseTasks(dataset, options.tasks ?? []);
  await refuseTaken(out, dir, options.ifExists ?? "fail");
  const folder = await startFolder(out);
  try {
    const result = await fillExport({ dir, dataset, format, formatName, folder, context, options });
    await folder.finish(context.onPoint);
    return { dir: out, ...result };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

/** Nothing but an export is ever replaced, and none that the dataset lies in. */
async function refuseTaken(
  out: string,
  dir: string,
  ifExists: NonNullable<ExportOptions["ifExists"]>,
): Promise<void> {
  if (!(await isTaken(out))) return;
  const isAround = `${dir}${sep}`.startsWith(`${out}${sep}`);
  const isExport = !isAround && (await isExportFolder(out));
  if (isExport && ifExists === "replace") return;
  throw new UsageError(
    isExport
      ? "this folder holds an export already"
      : isAround
        ? "this folder holds the dataset itself"
        : "this holds something that is no export of rectune",
    {
      code: "out-taken",
      where: out,
      next: isExport
        ? "Name another folder with -o, or give it up with --if-exists replace."
        : "Name a new folder with -o; nothing but an export is ever replaced.",
    },
  );
}

async function isExportFolder(dir: string): Promise<boolean> {
  try {
    const held = JSON.parse(await readFile(join(dir, manifestName), "utf8")) as { kind?: unknown };
    return held.kind === "rectune-export";
  } catch {
    return false;
  }
}

type ExportJob = {
  dir: string;
  dataset: DatasetManifest;
  format: Format;
  formatName: FormatName;
  folder: OutputFolder;
  context: Context;
  options: ExportOptions;
};

async function fillExport(job: ExportJob): Promise<Omit<ExportResult, "dir">> {
  const { dir, dataset, format, folder, options } = job;
  const answers = format.needsAnswers ? await openAnswers(dir, dataset) : noAnswers;
  const setting: WriteSetting = { answers, pairs: options.pairs ?? 1 };
  const rows: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  const skipped: Record<string, number> = {};
  const advice = new Set<string>();
  const checks: ExportResult["checks"] = {};
  const files: ExportFile[] = [];
  for (const split of splits) {
    const path = pathOf(format, split);
    await mkdir(dirname(join(folder.path, path)), { recursive: true });
    const written = await writeSplit(job, split, path, setting, (reason, next) => {
      skipped[reason] = (skipped[reason] ?? 0) + 1;
      if (next !== undefined) advice.add(next);
    });
    rows[split] = written.rows;
    if (written.rows > 0) {
      files.push({ split, path, rows: written.rows });
      const limits = options.limits ? { limits: options.limits } : {};
      checks[split] = await validateFile(join(folder.path, path), format, limits);
    }
    await written.isDurable;
  }
  if (files.length === 0) {
    throw new DataError(`no example makes a row of ${format.name}`, {
      code: "export-empty",
      where: dir,
      next: `Reasons: ${JSON.stringify(skipped)}. ${[...advice].join(" ")}`.trim(),
    });
  }
  for (const [name, text] of Object.entries(format.sideFiles?.(dataset.name, files) ?? {}))
    await folder.write(name, text);
  if (options.withInteractions === true) {
    const { requireDatasetFile } = await import("../log/catalog/load-catalog.ts");
    for (const name of interactionFiles)
      await copyFile(await requireDatasetFile(dir, name), join(folder.path, name));
    await folder.adopt(interactionFiles);
  }
  await folder.write("README.md", renderExportCard(dataset, format, files));
  const { name, hash, license, redistribution, seed } = dataset;
  const manifest: ExportManifest = {
    kind: "rectune-export",
    format: job.formatName,
    toolVersion,
    dataset: { name, hash },
    license,
    redistribution,
    seed,
    rows,
    skipped,
    outputs: { ...folder.outputs },
  };
  await folder.write(manifestName, prettyJson(manifest));
  return { manifest, checks, advice: [...advice] };
}

/** Where a split's file stands; Parquet files are named as the Hub names its own. */
function pathOf({ container }: Format, split: Split): string {
  if (container === "parquet") return `data/${split}-00000-of-00001.parquet`;
  if (container === "arrow") return `${split}.arrow`;
  return `${split}.${container === "jsonl" ? "jsonl" : "json"}`;
}

/** A split's file, written whole; the disk takes it up while it is checked. */
type WrittenSplit = { rows: number; isDurable: Promise<void> };

async function writeSplit(
  job: ExportJob,
  split: Split,
  path: string,
  setting: WriteSetting,
  skip: (reason: string, next: string | undefined) => void,
): Promise<WrittenSplit> {
  const { dir, format, folder, context, options } = job;
  const from = join(dir, `${split}.jsonl`);
  if (format.container === "parquet") {
    const tasks = options.tasks ? { tasks: options.tasks } : {};
    const to = join(folder.path, path);
    // DuckDB is loaded only where it is needed.
    const { writeExamplesParquet } = await import("./format/write-parquet.ts");
    const rows = await writeExamplesParquet(from, to, { ...tasks, signal: context.signal });
    await folder.adopt([path]);
    return { rows, isDurable: Promise.resolve() };
  }
  const stream = await folder.open(path);
  let rows = 0;
  if (format.container === "arrow") {
    const { writeArrow } = await import("./format/arrow-batches.ts");
    const counted = async function* () {
      for await (const examples of examplesOf(from, job)) {
        for (const example of examples) {
          rows++;
          yield example;
        }
      }
    };
    for await (const block of writeArrow(counted())) await stream.append(block);
  } else {
    const text = startText(format.container, { ...plainLayout, ...options.layout });
    const blocks = startTextBlocks();
    // One block is written while the next is made.
    let writing = Promise.resolve();
    const add = async (block: Uint8Array): Promise<void> => {
      await writing;
      writing = stream.append(block);
      writing.catch(() => {});
    };
    for await (const examples of examplesOf(from, job)) {
      for (const example of examples) {
        const made = format.write(example, setting);
        if ("skip" in made) {
          skip(made.skip, made.next);
          continue;
        }
        for (const row of made.rows) {
          const full = blocks.add(text.add(row));
          if (full !== null) await add(full);
        }
        rows += made.rows.length;
      }
    }
    await add(blocks.end());
    await writing;
    await stream.append(Buffer.from(text.end()));
  }
  const isDurable = stream.close();
  isDurable.catch(() => {});
  return { rows, isDurable };
}

async function* examplesOf(
  file: string,
  { context, options }: ExportJob,
): AsyncGenerator<Iterable<Example>> {
  const { tasks } = options;
  for await (const examples of readExampleBlocks(file)) {
    if (context.signal.aborted) throw new InterruptedError("stopped", { code: "interrupted" });
    yield tasks ? examplesOfTasks(examples, tasks) : examples;
  }
}

function* examplesOfTasks(
  examples: Iterable<Example>,
  tasks: readonly string[],
): Generator<Example> {
  for (const example of examples) if (tasks.includes(example.task)) yield example;
}

function refuseLayout({ name, container }: Format, layout: Partial<Layout>): void {
  const asked = Object.keys(layout);
  const isText = container === "jsonl" || container === "json-array";
  const wrong = isText ? asked.find((key) => key === "indent" && container === "jsonl") : asked[0];
  if (wrong === undefined) return;
  const flags = { indent: "--indent", ascii: "--ascii", finalNewline: "--no-final-newline" };
  throw new UsageError(`the format ${name} has no such layout`, {
    code: "layout-unknown",
    where: flags[wrong as keyof Layout],
    next: isText ? "A line holds one row; alpaca-json can be indented." : "Leave the flag out.",
  });
}
