// Files at Together, by the published POST /files/upload. The package's own files.upload (0.52.0) is not used: in an ES
// module it finds no file, its address is the process's and not the client's, and the file's name is the local path.

import { openAsBlob } from "node:fs";
import { InterruptedError, RemoteError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { pause } from "../../base/pause.ts";
import type { RowFile } from "./export-rows.ts";
import { sendOnce } from "./hosted-calls.ts";
import type { TogetherApi } from "./together-client.ts";

/** Ids of the files that fit, oldest first. */
export async function findTogetherFiles(
  api: TogetherApi,
  fits: (name: string, bytes: number) => boolean,
): Promise<string[]> {
  const { data } = await api.call("listing files", (client) => client.files.list());
  return data
    .filter(({ filename, bytes }) => fits(filename, bytes))
    .sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

/** Brings a file unless it is there, waits until Together has read it, and gives its id. */
export async function bringTogetherFile(
  api: TogetherApi,
  file: RowFile & { path: string },
  name: string,
  pollEveryMs: number,
  context: Context,
): Promise<string> {
  const [there] = await findTogetherFiles(
    api,
    (held, bytes) => held === name && bytes === file.bytes,
  );
  const id = there ?? (await sendFile(api, file, name, context));
  await waitUntilRead(api, id, name, pollEveryMs, context);
  return id;
}

/** Looks at a file that Together may still be reading: there is no estimate before that. */
const looks = 120;

async function waitUntilRead(
  api: TogetherApi,
  id: string,
  name: string,
  pollEveryMs: number,
  context: Context,
): Promise<void> {
  for (let look = 0; look < looks; look++) {
    const { Processed: isRead } = await api.call(`looking at ${name}`, (client) =>
      client.files.retrieve(id),
    );
    // Older answers leave it out; the create says then what it thinks of the file.
    if (isRead !== false) return;
    await pause(pollEveryMs, context);
    if (context.signal.aborted) {
      throw new InterruptedError("stopped while files were going up", {
        code: "job-interrupted",
        next: "The same command goes on from here.",
      });
    }
  }
  throw new RemoteError(`${name} is still not read`, {
    code: "upload-slow",
    next: "Run the same command again later: the file is there already.",
  });
}

async function sendFile(
  api: TogetherApi,
  { path }: RowFile & { path: string },
  name: string,
  context: Context,
): Promise<string> {
  const form = new FormData();
  form.set("purpose", "fine-tune");
  form.set("file_name", name);
  form.set("file_type", "jsonl");
  form.set("file", await openAsBlob(path, { type: "application/jsonl" }), name);
  const made = await api.call(`uploading ${name}`, (client) =>
    client.post<{ id?: unknown }>("/files/upload", { body: form, ...sendOnce }),
  );
  context.onPoint?.("together:file-sent");
  if (typeof made.id === "string" && made.id !== "") return made.id;
  throw new RemoteError(`the answer to the upload of ${name} names no file`, {
    code: "upload-unanswered",
    next: "Run the same command again: it looks for the file first.",
  });
}
