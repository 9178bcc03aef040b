// Writes a finished eval in the shapes that other tools read: TREC runs, RecBole's atomic files, JUnit, Markdown, CSV.
// Everything comes from the run folder and its dataset; nothing is asked again.

import { join } from "node:path";
import { nearest, UsageError } from "../../base/errors.ts";
import { pathKind, writeFileAtomic } from "../../base/files.ts";
import { exportCsv } from "./export-csv.ts";
import { exportJunit } from "./export-junit.ts";
import { exportMarkdown } from "./export-markdown.ts";
import { exportRecbole } from "./export-recbole.ts";
import { exportTrec } from "./export-trec.ts";
import { readReport } from "./read-report.ts";
import { readAnswers, readState, reportPath, type RunState } from "../suite/run-folder.ts";
import type { EvalData } from "../suite/eval-data.ts";
import type { Prediction, Report } from "../score/types.ts";
import { openRunData } from "./write-report.ts";

/** A finished eval; what is read of it is read when it is first asked for. */
export type FinishedRun = {
  dir: string;
  state: RunState;
  report: () => Promise<Report>;
  data: () => Promise<EvalData>;
  predictions: (system: string) => Promise<Prediction[]>;
};

/** Texts by their path below the export's folder. */
export type ExportFiles = Record<string, string>;

const exporters = {
  trec: exportTrec,
  recbole: exportRecbole,
  junit: exportJunit,
  markdown: exportMarkdown,
  csv: exportCsv,
} satisfies Record<string, (run: FinishedRun) => Promise<ExportFiles>>;

export const runFormats = Object.keys(exporters);

/**
 * Exports the eval in `dir` to the folder `out`, which must not exist yet; gives the paths below it.
 * @throws UsageError `run-format`, `export-exists`; DataError for a folder that is no finished eval.
 */
export async function exportRun(dir: string, format: string, out: string): Promise<string[]> {
  if (!Object.hasOwn(exporters, format)) {
    const near = nearest(format, runFormats);
    throw new UsageError(`an eval is not exported as "${format}"`, {
      code: "run-format",
      where: "--export",
      next: near ? `Did you mean ${near}?` : `Known: ${runFormats.join(", ")}.`,
    });
  }
  const state = await readState(dir);
  if ((await pathKind(out)) !== "none") {
    throw new UsageError("there is something in the folder of the export", {
      code: "export-exists",
      where: out,
      next: "Name another folder with -o, or remove this one.",
    });
  }
  let data: Promise<EvalData> | undefined;
  const files = await exporters[format as keyof typeof exporters]({
    dir,
    state,
    report: () => readReport(reportPath(dir)),
    data: () => (data ??= openRunData(dir, state)),
    predictions: (system) => readAnswers(dir, system),
  });
  for (const [name, text] of Object.entries(files)) await writeFileAtomic(join(out, name), text);
  return Object.keys(files);
}
