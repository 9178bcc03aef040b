// Rows as dataset resources of Fireworks: an id chosen from their bytes, created, filled (a form below 150 MB, else a
// signed URL), and READY before a job may name them (docs.fireworks.ai/api-reference, datasets; read 2026-11-24). The same
// bytes are the same resource: nothing is sent again.

import { openAsBlob } from "node:fs";
import { z } from "zod";
import { DataError, InterruptedError, RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { pause } from "../../base/pause.ts";
import type { RowFile } from "./export-rows.ts";
import type { Ask, Wire } from "./fireworks-wire.ts";
import { cleanText } from "./remote-failure.ts";
import type { Method } from "./types.ts";

const statusShape = z.looseObject({ code: z.string().nullish(), message: z.string().nullish() });

const datasetShape = z.looseObject({
  name: z.string().optional(),
  state: z.string().optional(),
  status: statusShape.nullish(),
  exampleCount: z.coerce.number().nullish().catch(null),
});
type Dataset = z.infer<typeof datasetShape>;
const anything = z.looseObject({});

export type DatasetSetting = {
  /** Bytes from which on a file goes to a signed URL. */
  formBytes: number;
  pollEveryMs: number;
};

/** Looks at a dataset until it must be ready. */
const mostLooks = 120;

/** The id of rows: what they are, so that a second upload finds the first. */
export function datasetIdOf({ sha256 }: Pick<RowFile, "sha256">): string {
  return `rectune-${sha256.slice(0, 24)}`;
}

/** The request that creates a dataset, for plans and for sending. */
export function createDatasetAsk(
  account: string,
  file: Pick<RowFile, "rows" | "sha256" | "split">,
  name: string,
  method: Method,
): Ask {
  return {
    method: "POST",
    path: `/v1/${account}/datasets`,
    body: {
      datasetId: datasetIdOf(file),
      dataset: {
        displayName: `${name} ${file.split}`.slice(0, 63),
        exampleCount: String(file.rows),
        userUploaded: {},
        ...(method === "sft" ? { format: "CHAT" } : {}),
      },
    },
  };
}

/**
 * Brings a file, or finds it there, and returns the dataset's full name once it is READY.
 * @throws DataError where Fireworks refuses the rows.
 */
export async function bringDataset(
  wire: Wire,
  file: RowFile & { path: string },
  name: string,
  method: Method,
  setting: DatasetSetting,
  context: Context,
): Promise<string> {
  const id = datasetIdOf(file);
  const path = `/v1/${wire.account}/datasets/${id}`;
  const look = (): Promise<Dataset | null> =>
    wire.look(`looking at dataset ${id}`, { method: "GET", path }, datasetShape);
  let found = await look();
  if (found === null) {
    // Taken: made by a request whose answer was lost, or by another job with these rows.
    await wire.create(createDatasetAsk(wire.account, file, name, method), anything);
    found = await look();
  }
  if (found?.state !== "READY") await fill(wire, path, file, setting, context);
  for (let looks = 0; looks < mostLooks; looks++) {
    found = await look();
    const { state, status } = found ?? {};
    if (state === "READY") return checkCount(wire, id, found!, file);
    if (status?.code && status.code !== "OK") {
      throw new DataError(
        `Fireworks refuses the ${file.split} rows: ${cleanText(status.message ?? status.code, wire.secrets, 500)}`,
        { code: "dataset-refused", where: file.path, next: "Change the dataset. No job was made." },
      );
    }
    await pause(setting.pollEveryMs, context);
    if (context.signal.aborted) {
      throw new InterruptedError("stopped while Fireworks reads the rows", {
        code: "job-interrupted",
        next: "The same command goes on from here.",
      });
    }
  }
  throw new RemoteError(`dataset ${id} does not become READY (${found?.state ?? "gone"})`, {
    code: "dataset-not-ready",
    next: "Run the same command again later. No job was made.",
  });
}

async function fill(
  wire: Wire,
  path: string,
  file: RowFile & { path: string },
  { formBytes }: DatasetSetting,
  context: Context,
): Promise<void> {
  const blob = await openAsBlob(file.path);
  const fileName = `${file.split}.jsonl`;
  const what = `sending the ${file.split} rows`;
  if (file.bytes < formBytes) {
    const body = new FormData();
    body.set("file", blob, fileName);
    await wire.call(what, { method: "POST", path: `${path}:upload`, body, isLong: true }, anything);
    return;
  }
  const size = String(file.bytes);
  const { filenameToSignedUrls } = await wire.call(
    what,
    {
      method: "POST",
      path: `${path}:getUploadEndpoint`,
      body: { filenameToSize: { [fileName]: size } },
    },
    z.looseObject({ filenameToSignedUrls: z.record(z.string(), z.url()) }),
  );
  // The address carries its own right; the key stays here.
  const response = await context.fetch(filenameToSignedUrls[fileName]!, {
    method: "PUT",
    body: blob,
    headers: {
      "content-type": "application/octet-stream",
      "x-goog-content-length-range": `${size},${size}`,
    },
    signal: context.signal,
  });
  await response.body?.cancel();
  if (!response.ok) {
    throw new RemoteError(`fireworks, ${what}: the signed address answered ${response.status}`, {
      code: "provider-failed",
      next: "Run the same command again.",
    });
  }
  const done: Ask = { method: "POST", path: `${path}:validateUpload`, body: {} };
  await wire.call(`${what}, validation`, done, anything);
}

function checkCount(wire: Wire, id: string, { exampleCount }: Dataset, file: RowFile): string {
  if (exampleCount && exampleCount !== file.rows) {
    throw new RemoteError(
      `dataset ${id} holds ${exampleCount} examples at Fireworks, not ${file.rows}`,
      {
        code: "dataset-differs",
        next: `Delete it there (firectl dataset delete ${id}) and run the same command again.`,
      },
    );
  }
  return `${wire.account}/datasets/${id}`;
}
