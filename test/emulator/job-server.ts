// The part that all emulators of hosted tuning share: a loopback server that routes, strikes faults, holds requests and
// replies against a published document, and tells at /_/state what it accepted and what that cost.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { makeFaults, type Fault } from "./faults.ts";
import type { Spec } from "./spec.ts";

export type Call = {
  method: string;
  /** Path below the API's root, and its query. */
  path: string;
  query: URLSearchParams;
  /** Parts of the path that a route has as {name}. */
  args: Record<string, string>;
  headers: IncomingMessage["headers"];
  /** JSON, or the fields of a form; files in it are Blobs. */
  body: Record<string, unknown>;
  raw: Buffer;
};
/** `text` goes out as it is, in place of the body. */
export type Reply = {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  text?: string;
};
/** `spec`: the path as the published document has it, null where it has none. `list`: shows jobs with a lag. */
export type Route = { on: string; spec: string | null; handle(call: Call): Reply | Promise<Reply> };

export type Ledger = { acceptedJobs: number; dollars: number };

export type JobServer = AsyncDisposable & {
  /** Address up to and with the API's root. */
  url: string;
  /** What was accepted, whatever was answered. */
  state(): Ledger & { requests: string[]; violations: string[]; [name: string]: unknown };
  faults(faults: readonly Fault[]): void;
};

export type JobServerOptions = {
  root: string;
  port?: number;
  faults?: readonly Fault[];
  spec: Spec | null;
  routes: readonly Route[];
  /** Null where the caller may speak, else what to answer. */
  refuse(headers: IncomingMessage["headers"]): Reply | null;
  state(): Ledger & Record<string, unknown>;
  /** Control beyond faults: POST /_/NAME with a JSON body. */
  control?: Readonly<Record<string, (body: Record<string, unknown>) => unknown>>;
};

/** Starts it on loopback. */
export async function startJobServer(options: JobServerOptions): Promise<JobServer> {
  const { root, spec, routes, control = {} } = options;
  const faults = makeFaults(options.faults);
  const requests: string[] = [];
  const violations: string[] = [];
  const state = (): ReturnType<JobServer["state"]> => ({
    ...options.state(),
    requests,
    violations,
    faults: faults.left(),
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", "http://loopback");
    const method = incoming.method ?? "GET";
    const raw = await readAll(incoming);
    if (url.pathname.startsWith("/_/")) {
      const name = url.pathname.slice(3);
      const body = raw.length > 0 ? (JSON.parse(raw.toString()) as Record<string, unknown>) : {};
      if (name === "faults") faults.replace(body["faults"] as Fault[]);
      const answer = name === "state" || name === "faults" ? state() : control[name]?.(body);
      return send(response, { status: answer === undefined ? 404 : 200, body: answer ?? {} });
    }
    const found = url.pathname.startsWith(root)
      ? findRoute(routes, method, url.pathname.slice(root.length))
      : null;
    if (!found) return send(response, errorReply(404, `no such path: ${method} ${url.pathname}`));
    const { route, args, path } = found;
    requests.push(`${method} ${path}`);
    const denied = options.refuse(incoming.headers);
    if (denied) return send(response, denied);
    const fault = faults.take(route.on);
    switch (fault) {
      case "error-before":
        return send(response, errorReply(500, "it broke before anything happened"));
      case "conflict":
        return send(response, errorReply(409, "another request is under way"));
      case "rate-limit":
        return send(response, {
          ...errorReply(429, "too many requests"),
          headers: { "retry-after": "1" },
        });
      case "drop-before":
        response.destroy();
        return;
    }
    const type = String(incoming.headers["content-type"] ?? "").split(";")[0]!;
    const body = await readBody(raw, type, incoming.headers["content-type"]);
    const call = {
      method,
      path,
      query: url.searchParams,
      args,
      headers: incoming.headers,
      body,
      raw,
    };
    if (spec && route.spec && raw.length > 0 && type !== "") {
      const wrong = spec.request(method.toLowerCase(), route.spec, type, plain(body));
      if (wrong !== null) {
        violations.push(`request ${wrong}`);
        return send(response, errorReply(400, wrong));
      }
    }
    const reply = await route.handle(call);
    if (fault === "twice") await route.handle(call);
    if (spec && route.spec && reply.status === 200) {
      const wrong = spec.reply(method.toLowerCase(), route.spec, 200, reply.body);
      if (wrong !== null) violations.push(`reply ${wrong}`);
    }
    switch (fault) {
      case "accept-drop":
        response.destroy();
        return;
      case "accept-hang":
        return;
      case "error-after":
        return send(response, errorReply(500, "it broke after everything happened"));
      case "conflict-after":
        return send(response, errorReply(409, "another request is under way"));
      case "truncated":
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(reply.body).slice(0, 20));
        return;
      default:
        send(response, reply);
    }
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      violations.push(`emulator: ${String(error)}`);
      if (!response.headersSent) send(response, errorReply(500, String(error)));
    });
  });
  await new Promise<void>((done) => server.listen(options.port ?? 0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${root}`,
    state,
    faults: (next) => faults.replace(next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** An error as OpenAI and Together give it. */
export function errorReply(status: number, message: string, code: string | null = null): Reply {
  return { status, body: { error: { message, type: "invalid_request_error", param: null, code } } };
}

function send(response: ServerResponse, { status, body, headers, text }: Reply): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(text ?? (body === null ? "" : JSON.stringify(body)));
}

function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; args: Record<string, string>; path: string } | null {
  for (const route of routes) {
    const [wanted, pattern] = route.on.split(" ");
    if (wanted !== method) continue;
    const names: string[] = [];
    const shape = pattern!.replace(/\{(\w+)\}/g, (_all, name: string) => {
      names.push(name);
      return "(.+)";
    });
    const match = new RegExp(`^${shape}$`).exec(path);
    if (!match) continue;
    const args = names.map((name, i) => [name, decodeURIComponent(match[i + 1]!)]);
    return { route, args: Object.fromEntries(args) as Record<string, string>, path };
  }
  return null;
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function readBody(
  raw: Buffer,
  type: string,
  contentType: string | undefined,
): Promise<Record<string, unknown>> {
  if (raw.length === 0) return {};
  if (type === "application/json") return JSON.parse(raw.toString()) as Record<string, unknown>;
  if (type !== "multipart/form-data") return {};
  const response = new Response(new Uint8Array(raw), { headers: { "content-type": contentType! } });
  // oxlint-disable-next-line typescript/no-deprecated -- the one parser of forms that Node has
  return Object.fromEntries((await response.formData()).entries());
}

/** A form as its schema sees it: files are binary strings there. */
function plain(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, value instanceof Blob ? "" : value]),
  );
}
