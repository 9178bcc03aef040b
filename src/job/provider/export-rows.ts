// A dataset folder as the file that a hosted trainer takes: train and validation in its format, counted and hashed in
// one pass, with or without writing. The test split is never read here, so it can never be sent.

import { createHash } from "node:crypto";
import { mkdir, open, rename, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { InterruptedError } from "../../base/errors.ts";
import { syncFolder } from "../../base/files.ts";
import { openTokenizer, roughCounter, type TokenCounter } from "../../base/token/count-tokens.ts";
import { formats, type FormatName } from "../../dataset/format/index.ts";
import { textsOf } from "../../dataset/format/row-texts.ts";
import type { Format, Row } from "../../dataset/format/types.ts";
import { readManifest } from "../../dataset/manifest.ts";
import { noAnswers, openAnswers } from "../../dataset/open-answers.ts";
import { readFileExamples } from "../../dataset/read-examples.ts";
import type { JobRequest } from "./types.ts";

/** One file as the trainer gets it. */
export type RowFile = {
  split: "train" | "validation";
  rows: number;
  bytes: number;
  sha256: string;
  /** Tokens of all texts, as the counter has them. */
  tokens: number;
  /** Tokens that no tokenizer and no chat template can pass: what a ceiling is made from. */
  mostTokens: number;
  /** Tokens of the longest row. */
  longest: number;
  /** Rows with more tokens than the recipe's maxTokens. */
  overlong: number;
  /** Examples that made no row, by reason. */
  skipped: Record<string, number>;
  /** What the format's own check says, at most ten of it. */
  findings: string[];
  /** Where it was written; null where it was only counted. */
  path: string | null;
};

export type RowFiles = {
  train: RowFile;
  /** Null where no validation example makes a row. */
  validation: RowFile | null;
  /** How tokens were counted. */
  about: string;
  /** Whether they were counted with a tokenizer, not by bytes. */
  isExact: boolean;
};

/** Special tokens that a chat template puts around a message, and around a row, at most. */
const templateTokens = { message: 16, row: 64 };
const maxFindings = 10;

/**
 * Makes the trainer's files of a job's dataset. The same dataset gives the same bytes. With `to`, they are written there
 * as train.jsonl and validation.jsonl, whole or not at all.
 * @throws DataError for an unreadable dataset, UsageError for a tokenizer that is none.
 */
export async function exportRows(
  request: Pick<JobRequest, "dataset" | "hyperparameters">,
  formatName: FormatName,
  setting: { tokenizer?: string | undefined; to?: string; signal?: AbortSignal } = {},
): Promise<RowFiles> {
  const format: Format = formats[formatName];
  const { dir } = request.dataset;
  const isExact = setting.tokenizer !== undefined;
  const counter =
    setting.tokenizer === undefined ? roughCounter : await openTokenizer(setting.tokenizer);
  const answers = format.needsAnswers ? await openAnswers(dir, await readManifest(dir)) : noAnswers;
  const make = (split: RowFile["split"]): Promise<RowFile> =>
    exportSplit({ request, format, counter, isExact, answers, ...setting }, split);
  const train = await make("train");
  const validation = await make("validation");
  return {
    train,
    validation: validation.rows === 0 ? null : validation,
    about: counter.about,
    isExact,
  };
}

type Job = {
  request: Pick<JobRequest, "dataset" | "hyperparameters">;
  format: Format;
  counter: TokenCounter;
  isExact: boolean;
  answers: typeof noAnswers;
  to?: string;
  signal?: AbortSignal;
};

async function exportSplit(job: Job, split: RowFile["split"]): Promise<RowFile> {
  const { request, format, answers, to, signal } = job;
  const path = to === undefined ? null : join(to, `${split}.jsonl`);
  const file: RowFile = {
    split,
    rows: 0,
    bytes: 0,
    sha256: "",
    tokens: 0,
    mostTokens: 0,
    longest: 0,
    overlong: 0,
    skipped: {},
    findings: [],
    path,
  };
  const hash = createHash("sha256");
  const out = path === null ? null : await openBeside(path);
  try {
    for await (const { example } of readFileExamples(
      join(request.dataset.dir, `${split}.jsonl`),
      split,
    )) {
      if (signal?.aborted === true) {
        throw new InterruptedError("stopped while the training rows were read", {
          code: "job-interrupted",
          next: "The same command goes on from here.",
        });
      }
      const written = format.write(example, { answers, pairs: 1 });
      if ("skip" in written) {
        file.skipped[written.skip] = (file.skipped[written.skip] ?? 0) + 1;
        continue;
      }
      for (const row of written.rows) {
        const line = Buffer.from(`${JSON.stringify(row)}\n`);
        addRow(file, row, example.id, job);
        file.bytes += line.length;
        hash.update(line);
        await out?.write(line);
      }
    }
    file.sha256 = hash.digest("hex");
    await out?.finish();
    return file;
  } finally {
    await out?.close();
  }
}

function addRow(file: RowFile, row: Row, id: string, job: Job): void {
  const { format, counter, isExact, request } = job;
  file.rows++;
  format.check(row, (_code, message) => {
    if (file.findings.length < maxFindings)
      file.findings.push(`${file.split}.jsonl, example ${id}: ${message}`);
  });
  // A pair is two conversations to a trainer, and both are paid for.
  const branches = textsOf(row);
  let longest = 0;
  for (const texts of branches) {
    let tokens = 0;
    let bytes = 0;
    for (const text of texts) {
      tokens += counter.count(text);
      bytes += Buffer.byteLength(text);
    }
    file.tokens += tokens;
    file.mostTokens +=
      (isExact ? tokens : bytes) + texts.length * templateTokens.message + templateTokens.row;
    longest = Math.max(longest, tokens);
  }
  file.longest = Math.max(file.longest, longest);
  if (longest > request.hyperparameters.maxTokens) file.overlong++;
}

async function openBeside(path: string): Promise<{
  write(block: Buffer): Promise<void>;
  finish(): Promise<void>;
  close(): Promise<void>;
}> {
  const folder = join(path, "..");
  await mkdir(folder, { recursive: true });
  const beside = `${path}.${process.pid}.tmp`;
  let handle: FileHandle | null = await open(beside, "w");
  let held: Buffer[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    await handle?.writeFile(Buffer.concat(held));
    held = [];
    bytes = 0;
  };
  return {
    async write(block) {
      held.push(block);
      bytes += block.length;
      if (bytes > 1 << 20) await flush();
    },
    async finish() {
      await flush();
      await handle?.sync();
      await handle?.close();
      handle = null;
      await rename(beside, path);
      await syncFolder(folder);
    },
    async close() {
      await handle?.close();
      handle = null;
    },
  };
}
