// From a recipe to a dataset folder: log → filters and split in DuckDB → user-sorted batches → worker threads → files.
// Same recipe, log and version give the same bytes, at any number of threads; the folder appears complete or not at all.

import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DataError, InterruptedError, UsageError } from "../base/errors.ts";
import { findStateDir, pathKind, recoverFolder } from "../base/files.ts";
import { prettyJson } from "../base/json.ts";
import type { Context } from "../base/logger.ts";
import { toolVersion } from "../base/version.ts";
import { explainDuckDB } from "../log/reader/open-duckdb.ts";
import { openLog, type OpenLog } from "../log/reader/open-log.ts";
import { loadCatalogData } from "../log/split/load-catalog-data.ts";
import { splitLog, type SplitLog } from "../log/split/split-log.ts";
import { streamTimelines } from "../log/split/stream-timelines.ts";
import { splits } from "../log/split/timeline.ts";
import { writeParquet } from "../log/split/write-parquet.ts";
import { renderCard } from "./card.ts";
import { likedFromOf, readLogFigures } from "./log-figures.ts";
import { collectNotes } from "./build-notes.ts";
import { findBuilt, readMemory, rememberInputs } from "./find-built.ts";
import {
  dataVersion,
  findManifest,
  hashDataset,
  hashRecipe,
  manifestName,
  portableRecipe,
  type DatasetManifest,
} from "./manifest.ts";
import { prepareCandidates } from "./negatives.ts";
import { isTaken, startFolder, type OutputFolder } from "./output-folder.ts";
import { loadTexts, type RecipeTexts } from "./recipe-texts.ts";
import type { DatasetRecipe } from "./recipe.ts";
import { renderDatasetReport } from "./report.ts";
import type { RangeSetting } from "./build-range.ts";
import { startPool, type RangePool } from "./range-pool.ts";
import { writeExamples } from "./write-examples.ts";

export type IfExists = "resume" | "replace" | "fail";
export type BuildOptions = {
  /** The folder to make, relative to the context's cwd; default `<state>/datasets/<hash12>`. */
  out?: string;
  threads?: number;
  /** What to do when `out` holds a dataset of another recipe or log: only `replace` gives it up. Default fail. */
  ifExists?: IfExists;
  /** At most this many users, drawn with the seed; the same as filter.sampleUsers. */
  limit?: number;
};
export type BuildResult = { dir: string; manifest: DatasetManifest; reused: boolean };

/** Rows of one batch; fixed, because audits name twins within a batch. */
const batchRows = 8192;

/**
 * Builds a dataset, or finds it built already.
 * @throws UsageError for a recipe or folder that cannot be used, DataError for a log that cannot, InterruptedError when
 * the context's signal is aborted; nothing is left at `out` then that was not there before.
 */
export async function buildDataset(
  given: DatasetRecipe,
  context: Context,
  options: BuildOptions = {},
): Promise<BuildResult> {
  const recipe =
    options.limit === undefined
      ? given
      : { ...given, filter: { ...given.filter, sampleUsers: options.limit } };
  const texts = await loadTexts(recipe);
  const recipeHash = hashRecipe(recipe, texts.wordings, texts.words);
  const home = join(
    resolve(context.cwd, context.stateDir ?? findStateDir(context.cwd)),
    "datasets",
  );
  const memoryFile = join(home, "index.json");
  const out = options.out === undefined ? null : resolve(context.cwd, options.out);
  const candidates = out === null ? await foldersIn(home) : [out];
  const memory = await readMemory(memoryFile);
  for (const dir of candidates) {
    await recoverFolder(dir);
    const manifest = await findBuilt(dir, recipeHash, recipe.log, recipe.dir, memory);
    if (manifest) return { dir, manifest, reused: true };
  }
  if (out !== null) await refuseTaken(out, options.ifExists ?? "fail");

  const threads = Math.max(1, options.threads ?? context.threads);
  context.log.info(`reading ${recipe.log.path}`);
  const pool = startPool(threads);
  let log: OpenLog | null = null;
  try {
    log = await openLog(recipe.log, {
      baseDir: recipe.dir,
      threads,
      signal: context.signal,
      log: context.log,
    });
    refuseUnrated(log, recipe);
    const hash = hashDataset(recipeHash, log.inputs);
    const dir = out ?? join(home, hash.slice(0, 12));
    context.onPoint?.("build:log-read");
    const folder = await startFolder(dir);
    try {
      const { filter, split, seed } = recipe;
      const splitted = await splitLog(log, {
        filter,
        split,
        seed,
        isWeighed: recipe.log.feedback !== null,
      });
      const job = {
        recipe,
        texts,
        recipeHash,
        hash,
        log,
        split: splitted,
        folder,
        pool,
        context,
      };
      const manifest = await fillFolder(job);
      await folder.finish(context.onPoint);
      context.onPoint?.("build:done");
      await rememberInputs(
        memoryFile,
        { path: recipe.log.path, dir: recipe.dir },
        log.inputs,
        context.now(),
      );
      return { dir, manifest, reused: false };
    } catch (error) {
      await folder.discard();
      throw explainDuckDB(error);
    }
  } finally {
    log?.close();
    await pool.close();
  }
}

type BuildJob = {
  recipe: DatasetRecipe;
  texts: RecipeTexts;
  recipeHash: string;
  hash: string;
  log: OpenLog;
  split: SplitLog;
  folder: OutputFolder;
  pool: RangePool;
  context: Context;
};

async function fillFolder(job: BuildJob): Promise<DatasetManifest> {
  const { recipe, texts, log, split, folder, context } = job;
  const { onPoint } = context;
  if (split.counts.users < 2) {
    throw new DataError("one user is left, and nobody to set against", {
      code: "log-one-user",
      where: "filter",
      next: "Recommendation data needs two users or more; check log.columns.interactions.user and filter.minUser.",
    });
  }
  const figures = await readLogFigures(split);
  const likedFrom = recipe.filter.likes?.from ?? (await likedFromOf(split));
  const targets = Object.values(split.counts.perSplit).reduce((sum, n) => sum + n, 0);
  job.pool.growFor(targets * recipe.tasks.length * recipe.lang.length);
  onPoint?.("build:split");
  await writeRejects(log, folder);
  const setting: RangeSetting = {
    catalog: await loadCatalogData(split),
    wordings: texts.wordings,
    tasks: recipe.tasks,
    langs: recipe.lang,
    words: texts.words,
    scale: split.scale,
    likedFrom,
    window: recipe.history.window,
    minHistory: recipe.history.minHistory,
    targets: recipe.history.targets,
    testTargets: recipe.history.testTargets,
    show: recipe.history.show,
    repeats: recipe.repeats,
    seed: recipe.seed,
    candidateData: await prepareCandidates(recipe.tasks, log, split),
  };
  // On a thread of DuckDB's, while examples are made on ours.
  const tables = writeTables(job);
  const made = await writeExamples(streamTimelines(split, { batchRows }), {
    folder,
    setting,
    users: split.counts.users,
    pool: job.pool,
    context,
  }).finally(() => tables.catch(() => {}));
  await tables;
  onPoint?.("build:examples");
  if (splits.every((name) => Object.values(made.examples[name]).every((n) => n === 0))) {
    throw new DataError("the log makes no example of any task", {
      code: "dataset-empty",
      where: "tasks",
      next: `Reasons: ${JSON.stringify(made.skipped)}`,
    });
  }
  const { perSplit, ...counts } = split.counts;
  const used = texts.wordings;
  const manifest: DatasetManifest = {
    kind: "rectune-dataset",
    name: recipe.name,
    toolVersion,
    dataVersion,
    hash: job.hash,
    recipeHash: job.recipeHash,
    seed: recipe.seed,
    recipe: portableRecipe(recipe),
    reader: log.reader,
    inputs: log.inputs,
    license: log.license,
    redistribution: log.redistribution,
    counts: { ...counts, perSplit, examples: made.examples },
    read: { records: log.counts.read, rejected: log.counts.rejected },
    dropped: split.dropped,
    filters: split.steps,
    splitSizes: split.sizes,
    trainAfterTest: split.trainAfterTest,
    skipped: made.skipped,
    tieShare: split.tieShare,
    scale: split.scale,
    likedFrom,
    wordings: used.map((w) => w.id),
    answers: Object.fromEntries(used.map((w) => [w.id, w.blocks.answer.text])),
    words: texts.words,
    notes: collectNotes({ recipe, log, split, examples: made.examples }),
    outputs: folder.outputs,
  };
  for (const note of manifest.notes) context.log.debug(`${note.code}: ${note.message}`);
  const view = { manifest, audit: made.audit, samples: made.samples, figures };
  await folder.write("audit.json", prettyJson(made.audit));
  await folder.write("README.md", renderCard(manifest));
  await folder.write("report.html", renderDatasetReport(view, recipe.lang));
  onPoint?.("build:before-manifest");
  manifest.outputs = Object.fromEntries(
    Object.entries(folder.outputs).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  await folder.write(manifestName, prettyJson(manifest));
  onPoint?.("build:manifest");
  if (context.signal.aborted) throw new InterruptedError("stopped", { code: "interrupted" });
  return manifest;
}

async function writeTables({ log, folder, context }: BuildJob): Promise<void> {
  await writeParquet(await log.connect(), folder.path);
  await folder.adopt(["items.parquet", "interactions.parquet", "users.parquet"]);
  context.onPoint?.("build:parquet");
}

async function writeRejects(log: OpenLog, folder: OutputFolder): Promise<void> {
  const stream = await folder.open("rejects.jsonl");
  for await (const reject of log.rejects())
    await stream.append(Buffer.from(`${JSON.stringify(reject)}\n`));
  await stream.close();
}

function refuseUnrated(log: OpenLog, recipe: DatasetRecipe): void {
  const at = recipe.tasks.findIndex(({ type }) => type === "rating" || type === "preference");
  if (log.hasRating || at < 0) return;
  const { type } = recipe.tasks[at]!;
  throw new UsageError(`the task ${type} needs ratings, which the log does not have`, {
    code: "task-needs-rating",
    where: `tasks.${at}`,
    next: "Name the column of ratings (log.columns.interactions.rating), or that of events with a weight each (log.columns.interactions.event, log.feedback: {view: 1, buy: 5}), or leave the task out.",
  });
}

async function refuseTaken(dir: string, ifExists: IfExists): Promise<void> {
  if (!(await isTaken(dir))) return;
  const manifest = await findManifest(dir);
  if (manifest === null) {
    throw new UsageError("this holds something that is no dataset of rectune", {
      code: "out-not-a-dataset",
      where: dir,
      next: "Name a new folder with -o; nothing but a dataset is ever replaced.",
    });
  }
  if (ifExists === "replace") return;
  throw new UsageError(
    `this holds another dataset (${manifest.name}, ${manifest.hash.slice(0, 12)})`,
    {
      code: "dataset-exists",
      where: dir,
      next: "Name another folder with -o, or give it up with --if-exists replace.",
    },
  );
}

async function foldersIn(home: string): Promise<string[]> {
  if ((await pathKind(home)) !== "folder") return [];
  const names = (await readdir(home)).map((name) => name.replace(/\.old$/, ""));
  return [...new Set(names)]
    .filter((name) => /^[0-9a-f]{12}$/.test(name))
    .sort()
    .map((name) => join(home, name));
}
