// A look at a built dataset: its counts, and one example of each task.

import { join } from "node:path";
import { splits } from "../log/split/timeline.ts";
import { readManifest, type DatasetManifest } from "./manifest.ts";
import { readFileExamples } from "./read-examples.ts";
import type { Example } from "./task/types.ts";

export type DatasetLook = { manifest: DatasetManifest; samples: Record<string, Example> };

/** The manifest of a dataset folder, and the first example of each task. @throws DataError for an incomplete folder. */
export async function inspectDataset(dir: string): Promise<DatasetLook> {
  const manifest = await readManifest(dir);
  const samples: Record<string, Example> = {};
  const wanted = new Set(
    Object.keys(manifest.counts.examples.train).filter((task) =>
      splits.some((split) => (manifest.counts.examples[split][task] ?? 0) > 0),
    ),
  );
  for (const split of splits) {
    if (Object.keys(samples).length === wanted.size) break;
    for await (const { example } of readFileExamples(join(dir, `${split}.jsonl`), split)) {
      samples[example.task] ??= example;
      if (Object.keys(samples).length === wanted.size) break;
    }
  }
  return { manifest, samples };
}
