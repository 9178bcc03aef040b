// What a Hugging Face Hub keeps and answers, without a server: who-am-i, creation of repositories, preupload, LFS batch and
// upload, commits by NDJSON with their parent checked, information on a revision and on paths. Dataset and model
// repositories; wire as @huggingface/hub 2.17.5 speaks it (huggingface.co/docs/hub/api, read 2026-11-24).

import { createHash } from "node:crypto";

export type HubRepo = {
  private: boolean;
  commits: { oid: string; summary: string; files: Map<string, Buffer> }[];
};
export type HubReply = { status: number; body: unknown };

export type HubStore = {
  /** Dataset repositories by `namespace/name`. */
  repos: Map<string, HubRepo>;
  models: Map<string, HubRepo>;
  /** What who-am-i tells besides the name. */
  me: Record<string, unknown>;
  /** Null for a path that is not the Hub's. `url` is its own address. */
  answer(method: string, path: string, auth: string, body: Buffer, url: string): HubReply | null;
};

export const hubToken = "hf_loopback_secret";
const wrong = (status: number, error: string): HubReply => ({ status, body: { error } });

/** The commit of a repository that has none yet. */
const noCommit = "0".repeat(40);

/** All files as a commit leaves them; null for a commit that is not there. */
export function filesAt(repo: HubRepo, revision: string): Map<string, Buffer> | null {
  const isHead = revision === "HEAD" || revision === "main";
  const last = isHead ? repo.commits.length - 1 : repo.commits.findIndex((c) => c.oid === revision);
  if (last < 0 && !isHead && revision !== noCommit) return null;
  return new Map(repo.commits.slice(0, last + 1).flatMap(({ files }) => [...files]));
}

/** Public models that a job may start from. */
const bases: Readonly<Record<string, Record<string, unknown>>> = {
  "org/open-llama-1B": { safetensors: { parameters: { BF16: 1e9 }, total: 1e9 } },
  "org/closed-llama": { gated: "manual", safetensors: { parameters: { BF16: 7e10 }, total: 7e10 } },
  "HuggingFaceTB/SmolLM2-1.7B-Instruct": {
    safetensors: { parameters: { BF16: 1_711_376_384 }, total: 1_711_376_384 },
  },
};

const aboutOf = (name: string): Record<string, unknown> => ({
  _id: "1",
  id: name,
  sha: noCommit,
  private: false,
  downloads: 0,
  likes: 0,
  gated: false,
  lastModified: "2026-01-01T00:00:00Z",
});

/** A store that knows one token, `hf_loopback_secret` of the user `ana`. */
export function makeHubStore(): HubStore {
  const repos: HubStore["repos"] = new Map();
  const models: HubStore["models"] = new Map();
  const blobs = new Map<string, Buffer>();
  const me: Record<string, unknown> = { canPay: true, billingMode: "postpaid", orgs: [] };

  const isLfs = (path: string): boolean => /\.(parquet|arrow|safetensors)$/.test(path);

  const create = (body: Buffer, url: string): HubReply => {
    const ask = JSON.parse(body.toString()) as Record<string, string>;
    const name = `${ask["organization"]}/${ask["name"]}`;
    const shelf = ask["type"] === "dataset" ? repos : models;
    if (shelf.has(name)) return wrong(409, "You already created this repo");
    shelf.set(name, { private: ask["visibility"] === "private", commits: [] });
    return { status: 200, body: { url: `${url}/${ask["type"]}s/${name}`, id: name } };
  };

  const preupload = (body: Buffer): HubReply => {
    const { files } = JSON.parse(body.toString()) as { files: { path: string }[] };
    return {
      status: 200,
      body: {
        files: files.map(({ path }) => ({ path, uploadMode: isLfs(path) ? "lfs" : "regular" })),
      },
    };
  };

  const batch = (body: Buffer, url: string): HubReply => {
    const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
    return {
      status: 200,
      body: {
        transfer: "basic",
        objects: objects.map((object) => ({
          ...object,
          actions: blobs.has(object.oid) ? {} : { upload: { href: `${url}/lfs/${object.oid}` } },
        })),
      },
    };
  };

  const commit = (name: string, repo: HubRepo, body: Buffer, url: string): HubReply => {
    const files = new Map<string, Buffer>();
    let summary = "";
    for (const line of body.toString().split("\n")) {
      const { key, value } = JSON.parse(line) as { key: string; value: Record<string, string> };
      if (key === "header") {
        summary = value["summary"]!;
        const parent = value["parentCommit"];
        if (parent !== undefined && parent !== (repo.commits.at(-1)?.oid ?? noCommit))
          return wrong(412, "A commit has happened since. Please refresh and try again.");
      } else if (key === "file")
        files.set(value["path"]!, Buffer.from(value["content"]!, "base64"));
      else {
        const blob = blobs.get(value["oid"]!);
        if (!blob || blob.length !== Number(value["size"])) return wrong(400, "LFS object missing");
        files.set(value["path"]!, blob);
      }
    }
    const oid = createHash("sha1").update(`${repo.commits.length}`).update(body).digest("hex");
    repo.commits.push({ oid, summary, files });
    const commitUrl = `${url}/datasets/${name}/commit/${oid}`;
    return { status: 200, body: { success: true, commitOid: oid, commitUrl, hookOutput: "" } };
  };

  const pathsInfo = (repo: HubRepo, revision: string, body: Buffer): HubReply => {
    const files = filesAt(repo, revision);
    if (!files) return wrong(404, "Invalid rev id");
    const { paths } = JSON.parse(body.toString()) as { paths: string[] };
    const found = paths.flatMap((path) => {
      const bytes = files.get(path);
      if (!bytes) return [];
      const oid = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
      const sha = createHash("sha256").update(bytes).digest("hex");
      const lfs = isLfs(path) ? { lfs: { oid: sha, size: bytes.length, pointerSize: 130 } } : {};
      return [{ type: "file", path, size: bytes.length, oid, ...lfs }];
    });
    return { status: 200, body: found };
  };

  const info = (name: string, repo: HubRepo, revision: string): HubReply => {
    if (!filesAt(repo, revision)) return wrong(404, "Invalid rev id");
    const sha = repo.commits.at(-1)?.oid ?? noCommit;
    return { status: 200, body: { ...aboutOf(name), sha, private: repo.private } };
  };

  return {
    repos,
    models,
    me,
    answer(method, path, auth, body, url) {
      const upload = /^\/lfs\/(\w+)$/.exec(path);
      if (upload) {
        const sha = createHash("sha256").update(body).digest("hex");
        if (method !== "PUT" || sha !== upload[1]) return wrong(400, "these are other bytes");
        blobs.set(sha, body);
        return { status: 200, body: {} };
      }
      const isHub = /^\/(api\/)?(whoami-v2|repos\/|datasets\/|models\/|\w+\/[^/]+\.git\/)/.test(
        path,
      );
      if (!isHub) return null;
      if (auth !== `Bearer ${hubToken}`) return wrong(401, `Invalid credentials: ${auth}`);
      if (path === "/api/whoami-v2")
        return { status: 200, body: { type: "user", name: "ana", id: "1", auth: {}, ...me } };
      if (path === "/api/repos/create") return create(body, url);
      const match =
        /^\/(?:api\/)?(datasets|models)\/([^/]+\/[^/]+?)(?:\.git)?\/(preupload|commit|info\/lfs|revision|paths-info)\/?([^/]*)/.exec(
          path,
        );
      const repo = match && (match[1] === "models" ? models : repos).get(match[2]!);
      if (match?.[1] === "models" && match[3] === "revision" && bases[match[2]!])
        return { status: 200, body: { ...aboutOf(match[2]!), ...bases[match[2]!] } };
      if (!match || !repo) return wrong(404, "Repository not found");
      const revision = decodeURIComponent(match[4]!);
      switch (match[3]) {
        case "preupload":
          return preupload(body);
        case "info/lfs":
          return batch(body, url);
        case "commit":
          return commit(match[2]!, repo, body, url);
        case "paths-info":
          return pathsInfo(repo, revision, body);
        default:
          return info(match[2]!, repo, revision);
      }
    },
  };
}
