// A dataset in a trainer's format: train, validation and test, each line a view of one example, with a manifest that
// says which dataset they came from.

import { join, resolve } from "node:path";
import { DataError, UsageError } from "../base/errors.ts";
import { prettyJson } from "../base/json.ts";
import type { Context } from "../base/logger.ts";
import { toolVersion } from "../base/version.ts";
import { splits, type Split } from "../log/split/timeline.ts";
import { formats, type FormatName } from "./format/index.ts";
import type { Format } from "./format/types.ts";
import { validateFile, type FileCheck } from "./format/validate-file.ts";
import { readManifest, type OutputFile } from "./manifest.ts";
import { isTaken, startFolder } from "./output-folder.ts";
import { readFileExamples } from "./read-examples.ts";

export type ExportManifest = {
  kind: "rectune-export";
  format: FormatName;
  toolVersion: string;
  /** The dataset it is a view of. */
  dataset: { name: string; hash: string };
  license: string | null;
  seed: number;
  rows: Record<Split, number>;
  outputs: Record<string, OutputFile>;
};

export type ExportResult = {
  dir: string;
  manifest: ExportManifest;
  /** What the format's own check says of each file that has rows. */
  checks: Partial<Record<Split, FileCheck>>;
};

/**
 * Writes a dataset folder in a format; users' interactions stay behind.
 * @throws UsageError for a folder that is taken, DataError for an incomplete dataset.
 */
export async function exportDataset(
  datasetDir: string,
  formatName: FormatName,
  context: Context,
  options: { out: string; ifExists?: "replace" | "fail"; tasks?: readonly string[] },
): Promise<ExportResult> {
  const dir = resolve(context.cwd, datasetDir);
  const out = resolve(context.cwd, options.out);
  const dataset = await readManifest(dir);
  const format: Format = formats[formatName];
  if (out === dir || ((await isTaken(out)) && options.ifExists !== "replace")) {
    throw new UsageError("this folder holds something already", {
      code: "out-taken",
      where: out,
      next: "Name another folder with -o, or give it up with --if-exists replace.",
    });
  }
  const folder = await startFolder(out);
  try {
    const rows: Record<Split, number> = { train: 0, validation: 0, test: 0 };
    const checks: ExportResult["checks"] = {};
    for (const split of splits) {
      const name = `${split}${format.extension}`;
      const stream = await folder.open(name);
      let lines: string[] = [];
      for await (const { example } of readFileExamples(join(dir, `${split}.jsonl`), split)) {
        if (options.tasks && !options.tasks.includes(example.task)) continue;
        rows[split]++;
        lines.push(format.write(example));
        if (lines.length < 1000) continue;
        await stream.append(Buffer.from(`${lines.join("\n")}\n`));
        lines = [];
      }
      if (lines.length > 0) await stream.append(Buffer.from(`${lines.join("\n")}\n`));
      await stream.close();
      if (rows[split] > 0) checks[split] = await validateFile(join(folder.path, name), format);
    }
    if (rows.train + rows.validation + rows.test === 0) {
      throw new DataError("no example is of these tasks", {
        code: "export-empty",
        where: dir,
        next: `Tasks there: ${Object.keys(dataset.counts.examples.train).join(", ")}`,
      });
    }
    const manifest: ExportManifest = {
      kind: "rectune-export",
      format: formatName,
      toolVersion,
      dataset: { name: dataset.name, hash: dataset.hash },
      license: dataset.license,
      seed: dataset.seed,
      rows,
      outputs: { ...folder.outputs },
    };
    await folder.write("manifest.json", prettyJson(manifest));
    await folder.finish(context.onPoint);
    return { dir: out, manifest, checks };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}
