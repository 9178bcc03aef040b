// A dataset or an export as a dataset repository of the Hugging Face Hub (huggingface.co/docs/hub/api): the repository
// is made private unless told otherwise, and all files go up in one commit. Users' interactions stay behind.

import { openAsBlob } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { DataError, RefusedError, RemoteError, UsageError } from "../base/errors.ts";
import type { Context } from "../base/logger.ts";
import { interactionFiles, manifestName } from "./manifest.ts";

export type PushOptions = {
  /** `namespace/name`, or a name in the token's own namespace. */
  repo: string;
  token: string;
  /** Default https://huggingface.co. */
  hubUrl?: string;
  isPublic?: boolean;
  /** Whether a licence that forbids redistribution may be pushed all the same. */
  acceptLicence?: boolean;
  withInteractions?: boolean;
};

export type PushResult = {
  repo: string;
  url: string;
  /** The commit's id. */
  revision: string;
  files: string[];
  /** Files of the folder that stayed behind. */
  left: string[];
};

type Pushable = { name: string; license: string | null; redistribution: unknown };

/** Files that hold rows of the log itself; rejected rows are quoted as they stood. */
const logFiles = new Set([...interactionFiles, "rejects.jsonl"]);

/**
 * Pushes a folder.
 * @throws DataError for a folder that is no complete dataset or export, RefusedError for a licence that forbids it or a
 * repository that is public already, RemoteError for what the Hub refuses. The token is in no message.
 */
export async function pushDataset(
  folder: string,
  context: Context,
  options: PushOptions,
): Promise<PushResult> {
  const dir = resolve(context.cwd, folder);
  const held = await readPushable(dir);
  refuseLicence(held, options);
  if (held.redistribution === "unknown" && options.isPublic === true)
    context.log.warn("nothing is known of whether data of this log may be passed on");
  const all = await filesOf(dir);
  const left = all.filter((name) => !options.withInteractions && logFiles.has(name));
  const files = all.filter((name) => !left.includes(name));
  const hub = await import("@huggingface/hub");
  const shared = {
    accessToken: options.token,
    fetch: context.fetch,
    ...(options.hubUrl === undefined ? {} : { hubUrl: options.hubUrl }),
  };
  try {
    const name = options.repo.includes("/")
      ? options.repo
      : `${(await hub.whoAmI(shared)).name}/${options.repo}`;
    const repo = { type: "dataset", name } as const;
    const visibility = options.isPublic === true ? "public" : "private";
    await hub.createRepo({ ...shared, repo, visibility }).catch(async (error: unknown) => {
      if ((error as { statusCode?: number }).statusCode !== 409) throw error;
      const { private: isPrivate } = await hub.datasetInfo({ ...shared, name });
      if (!isPrivate && options.isPublic !== true) refusePublic(name);
    });
    const committed = await hub.commit({
      ...shared,
      repo,
      title: `Push ${held.name} with rectune`,
      operations: await Promise.all(
        files.map(async (path) => ({
          operation: "addOrUpdate" as const,
          path,
          content: await openAsBlob(join(dir, path)),
        })),
      ),
      // Plain uploads need no second service, and the Hub takes them everywhere.
      useXet: false,
      abortSignal: context.signal,
    });
    // The library's type leaves room for buckets, which have no commits.
    if (!committed) throw new Error("the commit has no id");
    const url = `${options.hubUrl ?? "https://huggingface.co"}/datasets/${name}`;
    return { repo: name, url, revision: committed.commit.oid, files, left };
  } catch (error) {
    throw explainHub(error, options);
  }
}

async function readPushable(dir: string): Promise<Pushable> {
  const path = join(dir, manifestName);
  const text = await readFile(path, "utf8").catch(() => "null");
  const held = parseManifest(text);
  if (held) return held;
  throw new DataError("this is no complete dataset or export", {
    code: "push-nothing",
    where: path,
    next: "Make one: rectune build RECIPE -o DIR, or rectune export DIR --format F -o DIR",
  });
}

function parseManifest(text: string): Pushable | null {
  try {
    const held = JSON.parse(text) as {
      kind?: string;
      name?: string;
      dataset?: { name: string };
      license?: string | null;
      redistribution?: unknown;
    } | null;
    if (held?.kind !== "rectune-dataset" && held?.kind !== "rectune-export") return null;
    const name = held.name ?? held.dataset?.name ?? "data";
    return { name, license: held.license ?? null, redistribution: held.redistribution ?? null };
  } catch {
    return null;
  }
}

function refuseLicence({ license, redistribution }: Pushable, options: PushOptions): void {
  const isForbidden =
    redistribution === "forbidden" || /may not be redistributed/i.test(license ?? "");
  if (!isForbidden || options.acceptLicence === true) return;
  throw new RefusedError(`the log's licence forbids this: ${license ?? "no redistribution"}`, {
    code: "licence-forbids-push",
    where: "manifest.json, license",
    next: "With the permission of the log's owner, say --accept-licence.",
  });
}

function refusePublic(name: string): never {
  throw new RefusedError(`the repository ${name} is there already, and public`, {
    code: "repo-is-public",
    where: name,
    next: "Say --public to publish, or name another repository.",
  });
}

/** Files of a folder and its subfolders, sorted, with `/`; hidden ones left out. */
async function filesOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((name) => !name.split("/").some((part) => part.startsWith(".")))
    .sort();
}

function explainHub(error: unknown, { token, repo }: PushOptions): unknown {
  if (error instanceof RefusedError) return error;
  const { statusCode, message } = error as { statusCode?: number; message: string };
  // A server, or a client, may quote what it was sent.
  const said = message.replaceAll(token, "(token)");
  if (error instanceof TypeError && statusCode === undefined && /token|repo name/.test(said))
    return new UsageError(said, { code: "push-wrong-name-or-token", where: repo });
  const isAuth = statusCode === 401 || statusCode === 403;
  return new RemoteError(`the Hub refused: ${said}`, {
    code: isAuth ? "hub-auth" : "hub-failed",
    where: repo,
    next: isAuth
      ? "Give HF_TOKEN a token that may write there (huggingface.co/settings/tokens)."
      : "Nothing is half there: a commit holds all files or none. Try again.",
  });
}
