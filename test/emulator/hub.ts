// A Hugging Face Hub on loopback, as far as a dataset push needs one: who-am-i, repository creation, preupload, LFS batch
// and upload, commit by NDJSON, dataset info. It keeps what it was given, and checks it: tokens, sizes, SHA-256.

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type HubRepo = {
  private: boolean;
  commits: { oid: string; summary: string; files: Map<string, Buffer> }[];
};

export type Hub = AsyncDisposable & {
  url: string;
  /** Repositories by `namespace/name`. */
  repos: Map<string, HubRepo>;
  /** Requests as `METHOD path`, in their order. */
  seen: string[];
  /** Answers the next request whose path matches with a failure that quotes what was sent. */
  failOn(pattern: RegExp, status: number): void;
};

type Reply = { status: number; body: unknown };

const token = "hf_loopback_secret";
const wrong = (status: number, error: string): Reply => ({ status, body: { error } });

/** Starts a Hub that knows one token, `hf_loopback_secret` of the user `ana`. */
export async function startHub(): Promise<Hub> {
  const repos: Hub["repos"] = new Map();
  const blobs = new Map<string, Buffer>();
  const seen: string[] = [];
  let fault: { pattern: RegExp; status: number } | null = null;
  let url = "";

  const answer = (method: string, path: string, auth: string, body: Buffer): Reply => {
    if (fault?.pattern.test(path)) {
      const { status } = fault;
      fault = null;
      return wrong(status, `refused the request with ${auth}`);
    }
    const upload = /^\/lfs\/(\w+)$/.exec(path);
    if (upload) {
      const sha = createHash("sha256").update(body).digest("hex");
      if (method !== "PUT" || sha !== upload[1]) return wrong(400, "these are other bytes");
      blobs.set(sha, body);
      return { status: 200, body: {} };
    }
    if (auth !== `Bearer ${token}`) return wrong(401, `Invalid credentials: ${auth}`);
    if (path === "/api/whoami-v2")
      return { status: 200, body: { type: "user", name: "ana", id: "1", auth: {}, orgs: [] } };
    if (path === "/api/repos/create") return create(body);
    const match =
      /^\/(?:api\/)?datasets\/([^/]+\/[^/.]+)(?:\.git)?\/(preupload|commit|info\/lfs|revision)/.exec(
        path,
      );
    const repo = match && repos.get(match[1]!);
    if (!repo) return wrong(404, "Repository not found");
    if (match[2] === "preupload") return preupload(body);
    if (match[2] === "info/lfs") return batch(body);
    if (match[2] === "commit") return commit(match[1]!, repo, body);
    const info = { _id: "1", id: match[1], private: repo.private, downloads: 0, likes: 0 };
    return { status: 200, body: { ...info, gated: false, lastModified: "2026-01-01T00:00:00Z" } };
  };

  const create = (body: Buffer): Reply => {
    const ask = JSON.parse(body.toString()) as Record<string, string>;
    const name = `${ask["organization"]}/${ask["name"]}`;
    if (ask["type"] !== "dataset") return wrong(400, "not a dataset");
    if (repos.has(name)) return wrong(409, "You already created this dataset repo");
    repos.set(name, { private: ask["visibility"] === "private", commits: [] });
    return { status: 200, body: { url: `${url}/datasets/${name}`, id: name } };
  };

  const preupload = (body: Buffer): Reply => {
    const { files } = JSON.parse(body.toString()) as { files: { path: string }[] };
    const modeOf = (path: string): string => (/\.(parquet|arrow)$/.test(path) ? "lfs" : "regular");
    return {
      status: 200,
      body: { files: files.map(({ path }) => ({ path, uploadMode: modeOf(path) })) },
    };
  };

  const batch = (body: Buffer): Reply => {
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

  const commit = (name: string, repo: HubRepo, body: Buffer): Reply => {
    const files = new Map<string, Buffer>();
    let summary = "";
    for (const line of body.toString().split("\n")) {
      const { key, value } = JSON.parse(line) as { key: string; value: Record<string, string> };
      if (key === "header") summary = value["summary"]!;
      else if (key === "file") files.set(value["path"]!, Buffer.from(value["content"]!, "base64"));
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

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? "/", url).pathname;
    seen.push(`${request.method} ${path}`);
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const reply = answer(request.method ?? "", path, request.headers.authorization ?? "", body);
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(JSON.stringify(reply.body));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    repos,
    seen,
    failOn: (pattern, status) => void (fault = { pattern, status }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
