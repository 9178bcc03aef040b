// Files on the OpenAI wire (POST /files, /uploads; OpenAPI 2.3.0): brought once, found again by name and size. The name
// holds the hash of the content, so the same bytes are never sent twice.

import { openAsBlob } from "node:fs";
import { InterruptedError, RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { pause } from "../../base/pause.ts";
import type { RowFile } from "./export-rows.ts";
import { sendOnce } from "./hosted-calls.ts";
import type { Wire } from "./openai-client.ts";

export type FileSetting = {
  /** Files above this go up in parts. */
  singleBytes: number;
  partBytes: number;
  waitsForFiles: boolean;
  pollEveryMs: number;
};

/** The name of a file at the provider. With `runKey` it is this run's own, and leads from the file to its jobs. */
export function fileNameOf({ sha256 }: Pick<RowFile, "sha256">, runKey: string | null): string {
  const own = runKey === null ? "" : `-${runKey.slice(0, 12)}`;
  return `rectune-${sha256.slice(0, 16)}${own}.jsonl`;
}

/** Whether a file at the provider is one of a run's own. */
export function isRunFile(name: string, runKey: string): boolean {
  return name.startsWith("rectune-") && name.endsWith(`-${runKey.slice(0, 12)}.jsonl`);
}

/** Ids of the files that fit, oldest first; those that the provider could not read are left out. */
export async function findFiles(
  wire: Wire,
  fits: (name: string, bytes: number) => boolean,
): Promise<string[]> {
  return wire.call("listing files", async (client) => {
    const found: { id: string; at: number }[] = [];
    const seen = new Set<string>();
    for await (const file of client.files.list({ purpose: "fine-tune", limit: 1000 })) {
      // A server that knows no pages may give the first one for ever.
      if (seen.has(file.id)) break;
      seen.add(file.id);
      if (fits(file.filename, file.bytes) && String(file.status) !== "error")
        found.push({ id: file.id, at: file.created_at });
    }
    return found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
  });
}

/** Brings a file unless it is there, and gives its id. Sending it again by another run gives the same id. */
export async function bringFile(
  wire: Wire,
  file: RowFile & { path: string },
  name: string,
  setting: FileSetting,
  context: Context,
): Promise<string> {
  const [there] = await findFiles(wire, (held, bytes) => held === name && bytes === file.bytes);
  const id = there ?? (await sendFile(wire, file, name, setting, context));
  if (there === undefined) context.onPoint?.("openai:file-sent");
  if (setting.waitsForFiles) await waitUntilProcessed(wire, id, name, setting, context);
  return id;
}

async function sendFile(
  wire: Wire,
  { path, bytes }: RowFile & { path: string },
  name: string,
  { singleBytes, partBytes }: FileSetting,
  context: Context,
): Promise<string> {
  const blob = await openAsBlob(path, { type: "application/jsonl" });
  if (bytes <= singleBytes) {
    const file = new File([blob], name, { type: "application/jsonl" });
    const made = await wire.call(`uploading ${name}`, (client) =>
      client.files.create({ file, purpose: "fine-tune" }, sendOnce),
    );
    return idOf(made, name);
  }
  return wire.call(`uploading ${name} in parts`, async (client) => {
    const upload = await client.uploads.create(
      { bytes, filename: name, mime_type: "application/jsonl", purpose: "fine-tune" },
      sendOnce,
    );
    const parts: string[] = [];
    for (let from = 0; from < bytes; from += partBytes) {
      if (context.signal.aborted) throw stopped();
      const data = new File([blob.slice(from, Math.min(bytes, from + partBytes))], name);
      const part = await client.uploads.parts.create(upload.id, { data }, sendOnce);
      parts.push(part.id);
      context.log.progress(`${name}: ${Math.min(bytes, from + partBytes)} of ${bytes} bytes sent`);
    }
    const { file } = await client.uploads.complete(upload.id, { part_ids: parts }, sendOnce);
    return idOf(file, name);
  });
}

function idOf(made: unknown, name: string): string {
  const id = (made as { id?: unknown } | null)?.id;
  if (typeof id === "string" && id !== "") return id;
  throw new RemoteError(`the answer to the upload of ${name} names no file`, {
    code: "upload-unanswered",
    next: "Run the same command again: it looks for the file first.",
  });
}

/** Looks at a file that a service may still be reading. */
const looks = 120;

async function waitUntilProcessed(
  wire: Wire,
  id: string,
  name: string,
  { pollEveryMs }: FileSetting,
  context: Context,
): Promise<void> {
  for (let look = 0; look < looks; look++) {
    const file = await wire.call(`looking at ${name}`, (client) => client.files.retrieve(id));
    const status = String(file.status);
    if (status === "processed") return;
    if (status === "error") {
      throw new RemoteError(`${name} was refused: ${file.status_details ?? "no reason given"}`, {
        code: "upload-refused",
        next: "`rectune validate` may tell more; change the dataset, then run again.",
      });
    }
    await pause(pollEveryMs, context);
    if (context.signal.aborted) throw stopped();
  }
  throw new RemoteError(`${name} is still not processed`, {
    code: "upload-slow",
    next: "Run the same command again later: the file is there already.",
  });
}

function stopped(): InterruptedError {
  return new InterruptedError("stopped while files were going up", {
    code: "job-interrupted",
    next: "The same command goes on from here.",
  });
}
