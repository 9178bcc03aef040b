// A Hugging Face Hub on loopback, as far as a dataset push needs one. It keeps what it was given, and checks it: tokens,
// sizes, SHA-256, the parent of a commit.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { makeHubStore, type HubRepo } from "./hub-store.ts";

export type { HubRepo } from "./hub-store.ts";

export type Hub = AsyncDisposable & {
  url: string;
  /** Repositories by `namespace/name`. */
  repos: Map<string, HubRepo>;
  /** Requests as `METHOD path`, in their order. */
  seen: string[];
  /** Answers the next request whose path matches with a failure that quotes what was sent. */
  failOn(pattern: RegExp, status: number): void;
};

/** Starts a Hub that knows one token, `hf_loopback_secret` of the user `ana`. */
export async function startHub(): Promise<Hub> {
  const store = makeHubStore();
  const seen: string[] = [];
  let fault: { pattern: RegExp; status: number } | null = null;
  let url = "";

  const answer = (method: string, path: string, auth: string, body: Buffer) => {
    if (fault?.pattern.test(path)) {
      const { status } = fault;
      fault = null;
      return { status, body: { error: `refused the request with ${auth}` } };
    }
    const missing = { status: 404, body: { error: "no such path" } };
    return store.answer(method, path, auth, body, url) ?? missing;
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
    repos: store.repos,
    seen,
    failOn: (pattern, status) => void (fault = { pattern, status }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
