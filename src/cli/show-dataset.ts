// What `rectune inspect DIR` prints of a dataset folder.

import type { DatasetLook } from "../dataset/inspect-dataset.ts";
import { listSplit } from "../dataset/describe-split.ts";
import { splits } from "../log/split/timeline.ts";
import { formatTable } from "./command.ts";

/** Counts by task and split, then one example of each task, control characters made visible. */
export function showDataset({ manifest, samples }: DatasetLook): string {
  const { counts } = manifest;
  const tasks = Object.keys(counts.examples.train);
  const table = formatTable([
    ["task", ...splits],
    ...tasks.map((task) => [task, ...splits.map((split) => counts.examples[split][task] ?? 0)]),
  ]);
  const head = `${manifest.name}: ${counts.interactions} interactions, ${counts.users} users, ${counts.items} items`;
  const shown = Object.values(samples).map(({ id, wording, prompt, completion }) =>
    [
      `── ${id}  (${wording})`,
      ...[...prompt, ...completion].map(({ role, content }) => `[${role}]\n${printable(content)}`),
    ].join("\n"),
  );
  const split = listSplit(manifest).join("\n");
  return [head, table, split, ...shown].join("\n\n");
}

/** Log text on a terminal: control characters could move its cursor or recolour it. */
function printable(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}/gu, "\u{FFFD}");
}
