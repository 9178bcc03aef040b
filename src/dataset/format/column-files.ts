// Formats `parquet` and `arrow`: the examples themselves in columns of declared types. Parquet files have the names that
// the Hub's own converter gives (data/train-00000-of-00001.parquet); Arrow files are IPC files.

import { noLimits, type Format, type Row } from "./types.ts";
import { exampleColumns } from "./columns.ts";
import type { Example } from "../task/types.ts";

const columns = {
  limits: noLimits,
  write: (example: Example) => ({ rows: [example as Row] }),
  check(row: Row, report: (code: string, message: string) => void): void {
    for (const { name } of exampleColumns)
      if (!Object.hasOwn(row, name)) report("missing-key", `the column "${name}" is missing`);
  },
} satisfies Omit<Format, "name" | "container">;

export const parquet: Format = { name: "parquet", container: "parquet", ...columns };
export const arrow: Format = { name: "arrow", container: "arrow", ...columns };
