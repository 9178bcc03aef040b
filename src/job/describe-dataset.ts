// Looks at a dataset folder before a job is made from it: it must be complete, and what training reads must be what the
// manifest says, so that the hash in the run key is the hash of the bytes that are used.

import { join, resolve } from "node:path";
import { DataError } from "../base/errors.ts";
import { hashFile } from "../base/files.ts";
import { hashOf } from "../base/ids.ts";
import { countExamples, manifestName, readManifest } from "../dataset/manifest.ts";
import type { DatasetRef } from "./provider/types.ts";

/** Files that training reads; the test split is never sent anywhere. */
const trainingFiles = ["items.parquet", "train.jsonl", "validation.jsonl"];

/** What a job needs to know of a dataset. @throws DataError when it is incomplete, changed by hand, or has no examples. */
export async function describeDataset(folder: string): Promise<DatasetRef> {
  const dir = resolve(folder);
  const manifest = await readManifest(dir);
  const hashes: Record<string, string> = {};
  const bytes: Record<string, number> = {};
  for (const name of trainingFiles) {
    const expected = manifest.outputs[name];
    const found = expected && (await hashFile(join(dir, name)).catch(() => null));
    if (found?.sha256 !== expected?.sha256 || !found) {
      throw new DataError(
        expected ? `${name} is not what the manifest says` : `the manifest names no ${name}`,
        {
          code: "dataset-changed",
          where: join(dir, expected ? name : manifestName),
          next: "Build the dataset again; to change it, change its recipe.",
        },
      );
    }
    hashes[name] = found.sha256;
    bytes[name] = found.bytes;
  }
  const rows = {
    train: countExamples(manifest, "train"),
    validation: countExamples(manifest, "validation"),
  };
  if (rows.train === 0) {
    throw new DataError("the dataset has no training examples", {
      code: "dataset-empty",
      where: dir,
      next: "`rectune inspect` shows what was dropped and why.",
    });
  }
  const { lang } = manifest.recipe as { lang?: string[] };
  return {
    name: manifest.name,
    dir,
    sha256: hashOf(hashes),
    langs: lang ?? ["en"],
    rows,
    bytes: { train: bytes["train.jsonl"]!, validation: bytes["validation.jsonl"]! },
    ...(manifest.redistribution === "forbidden"
      ? { forbids: manifest.license ?? "no redistribution" }
      : {}),
  };
}
