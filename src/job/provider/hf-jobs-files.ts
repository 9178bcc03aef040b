// A job's data on the Hub: rows and trainer in a private dataset repository, pinned at a commit. Content-addressed: where
// the repository holds these bytes already, its commit is used and none is made (huggingface.co/docs/hub/api; git blob
// and LFS ids as in the Hub's paths-info, read 2026-11-24).

import { createHash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RefusedError, RemoteError } from "../../base/errors.ts";
import { hashOf } from "../../base/ids.ts";
import { hashFile } from "../../base/files.ts";
import type { Context } from "../../base/logger.ts";
import { packageRoot } from "../../base/package-root.ts";
import { exportRows, type RowFiles } from "./export-rows.ts";
import { failureOf, type Hub, type HubParams } from "./hf-jobs-hub.ts";
import { readHfOptions } from "./hf-jobs-options.ts";
import type { JobRequest } from "./types.ts";

const trainerPath = join(packageRoot, "jobs/trainer/train.py");

/** Says what the repository is, and keeps the Hub from reading rows of a private log into its viewer. */
const card = "---\nviewer: false\n---\nTraining rows and trainer of rectune jobs.\n";

/** Times that a commit is tried again because somebody else made one meanwhile. */
const races = 3;

/** The rows of a job in the shape that the trainer reads, counted, and written where `to` is given. */
export function hfRows(
  request: JobRequest,
  setting: { to?: string; tokenizer?: string | undefined; signal: AbortSignal },
): Promise<RowFiles> {
  return exportRows(request, request.method === "dpo" ? "trl-dpo" : "trl-sft", setting);
}

/** `namespace/name` of the repository for these rows. */
export function datasetRepoOf(request: JobRequest, { train, validation }: RowFiles): string {
  const { datasetRepo } = readHfOptions(request.options);
  const content = hashOf({ train: train.sha256, validation: validation?.sha256 ?? null });
  return `${request.account}/${datasetRepo ?? `rectune-${content.slice(0, 12)}`}`;
}

/** Files of the repository by their path there; rows must have been written. */
export async function repoFiles(rows: RowFiles, dir: string): Promise<Record<string, string>> {
  const readme = join(dir, "README.md");
  await writeFile(readme, card);
  return {
    "README.md": readme,
    "train.jsonl": rows.train.path!,
    "train.py": trainerPath,
    ...(rows.validation?.path ? { "validation.jsonl": rows.validation.path } : {}),
  };
}

/** SHA-256 of the trainer, for plans. */
export async function trainerHash(): Promise<string> {
  return (await hashFile(trainerPath)).sha256;
}

/**
 * Brings files to a private dataset repository and returns the commit that holds them. Again with the same bytes: the
 * same commit, and nothing sent but questions. Stopped halfway: large files that arrived are not sent again.
 * @throws RefusedError for a repository that is public.
 */
export async function pushFiles(
  hub: Hub,
  name: string,
  files: Record<string, string>,
  context: Context,
): Promise<{ revision: string; sent: string[] }> {
  await makePrivate(hub, name);
  for (let race = 0; ; race++) {
    const head = await hub.call(`looking at ${name}`, (params) => headOf(hub, params, name));
    const missing = await findMissing(hub, name, head, files);
    if (missing.length === 0) return { revision: head, sent: [] };
    const operations = await Promise.all(
      missing.map(async (path) => ({
        operation: "addOrUpdate" as const,
        path,
        content: await openAsBlob(files[path]!),
      })),
    );
    const oid = await hub.call(`pushing to ${name}`, async (params) => {
      try {
        const made = await hub.hub.commit({
          ...params,
          // Rows may take longer than a question; the time-out of those does not hold for them.
          fetch: context.fetch,
          repo: { type: "dataset", name },
          title: "Rows and trainer of a rectune job",
          operations,
          parentCommit: head,
          useXet: false,
          abortSignal: context.signal,
        });
        return made?.commit.oid ?? null;
      } catch (error) {
        // Somebody made a commit after the look: look again, it may hold the files.
        if (failureOf(error).status === 412 && race < races) return null;
        throw error;
      }
    });
    if (oid !== null) return { revision: oid, sent: missing };
  }
}

async function makePrivate({ hub, call }: Hub, name: string): Promise<void> {
  await call(`creating ${name}`, async (params) => {
    try {
      await hub.createRepo({
        ...params,
        repo: { type: "dataset", name },
        visibility: "private",
      });
    } catch (error) {
      if (failureOf(error).status !== 409) throw error;
      const info = await hub.datasetInfo({ ...params, name });
      if (info.private) return;
      throw new RefusedError(`the repository ${name} is there already, and public`, {
        code: "repo-is-public",
        where: name,
        next: "Name another in options.datasetRepo, or make it private. Nothing was sent.",
      });
    }
  });
}

async function headOf({ hub }: Hub, params: HubParams, name: string): Promise<string> {
  const { sha } = await hub.datasetInfo({ ...params, name, additionalFields: ["sha"] });
  if (typeof sha === "string" && sha !== "") return sha;
  throw new RemoteError(`the Hub tells no commit of ${name}`, { code: "provider-answer" });
}

async function findMissing(
  { hub, call }: Hub,
  name: string,
  revision: string,
  files: Record<string, string>,
): Promise<string[]> {
  const there = await call(`comparing files of ${name}`, (params) =>
    hub.pathsInfo({
      ...params,
      repo: { type: "dataset", name },
      revision,
      paths: Object.keys(files),
    }),
  );
  const missing: string[] = [];
  for (const [path, local] of Object.entries(files)) {
    const held = there.find((info) => info.path === path);
    const isSame = held?.lfs
      ? held.lfs.oid === (await hashFile(local)).sha256
      : held?.oid === (await gitBlobId(local));
    if (!isSame) missing.push(path);
  }
  return missing;
}

/** The id that git gives a file: SHA-1 of `blob SIZE\0` and its bytes. */
async function gitBlobId(path: string): Promise<string> {
  const hash = createHash("sha1").update(`blob ${(await stat(path)).size}\0`);
  for await (const block of createReadStream(path)) hash.update(block as Buffer);
  return hash.digest("hex");
}
