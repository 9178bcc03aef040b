// The tasks that an export is narrowed to, held against those that the dataset has: a misspelt one must not look like an
// export that came out empty.

import { nearest, UsageError } from "../base/errors.ts";
import type { DatasetManifest } from "./manifest.ts";

/** @throws UsageError `export-task` for a task that the dataset has no example of. */
export function refuseTasks({ counts }: DatasetManifest, asked: readonly string[]): void {
  const held = [...new Set(Object.values(counts.examples).flatMap((tasks) => Object.keys(tasks)))];
  const unknown = asked.find((task) => !held.includes(task));
  if (unknown === undefined) return;
  const near = nearest(unknown, held);
  throw new UsageError(`unknown task ${unknown}; the dataset has ${held.join(", ")}`, {
    code: "export-task",
    where: `--task ${unknown}`,
    next: near === null ? "Name one of these, or leave --task out." : `Did you mean ${near}?`,
  });
}
