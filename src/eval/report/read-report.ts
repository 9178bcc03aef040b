// report.json as it was written.

import { readFile } from "node:fs/promises";
import { DataError } from "../../base/errors.ts";
import type { Report } from "../score/types.ts";

/** Reads a report. @throws DataError `report-broken` where there is none that can be read. */
export async function readReport(path: string): Promise<Report> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Report;
  } catch (error) {
    throw new DataError("this is no report", {
      code: "report-broken",
      where: path,
      next: "Run rectune report on the folder; it makes the report again from the predictions.",
      cause: error,
    });
  }
}
