// A server on loopback that speaks OpenAI's completions, chat and plain, whole or streamed, with real sockets, and fails
// as it is told to. It is written from the published API alone, and keeps what it was asked.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One way to answer. Everything but `answer` is a fault. */
export type Step =
  | { kind: "answer" }
  | { kind: "status"; status: number; error?: unknown; headers?: Record<string, string> }
  | { kind: "drop" }
  | { kind: "cut" }
  | { kind: "stream-cut"; after: number }
  | { kind: "hang" }
  | { kind: "slow"; ms: number }
  | { kind: "text"; body: string; type?: string };

/** A token with its alternatives, as `top_logprobs` lists them. */
export type ReplyToken = [token: string, logprob: number, others?: [string, number][]];

export type Reply = {
  text: string;
  /** Given where the request asks for log-probabilities. */
  tokens?: ReplyToken[];
  finish?: string;
  refusal?: string;
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
};

export type ChatRequest = {
  path: string;
  key: string | null;
  // What a test reads of a request is up to it.
  body: {
    model: string;
    messages: { role: string; content: string }[];
    /** Of plain completions. */
    prompt?: string;
    [name: string]: unknown;
  };
};

export type ChatServer = AsyncDisposable & {
  /** As `baseUrl` of a recipe. */
  url: string;
  requests: ChatRequest[];
  /** Answers that went out whole. */
  answered(): number;
  /** Most requests that were under way at one time. */
  mostUnderWay(): number;
};

export type ChatServerOptions = {
  /** What happens to the n-th request, from 0; default: all are answered. */
  script?: (n: number, request: ChatRequest) => Step;
  reply?: (request: ChatRequest) => Reply;
  latencyMs?: number;
  onRequest?: (n: number) => void;
};

/** Starts a server on a free port. */
export async function startChatServer(options: ChatServerOptions = {}): Promise<ChatServer> {
  const { script = () => ({ kind: "answer" as const }), reply = () => ({ text: "ok" }) } = options;
  const requests: ChatRequest[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let answered = 0;
  let underWay = 0;
  let most = 0;
  const later = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };
  const server = createServer((incoming, response) => {
    underWay++;
    most = Math.max(most, underWay);
    response.on("close", () => {
      underWay--;
      if (response.statusCode === 200 && response.writableFinished) answered++;
    });
    void readRequest(incoming).then((request) => {
      const n = requests.push(request) - 1;
      options.onRequest?.(n);
      const step = script(n, request);
      const run = (): void => respond(response, step, request, reply);
      const waitMs = (options.latencyMs ?? 0) + (step.kind === "slow" ? step.ms : 0);
      if (step.kind === "hang") return;
      if (waitMs > 0) later(waitMs, run);
      else run();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    answered: () => answered,
    mostUnderWay: () => most,
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ChatRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    path: incoming.url ?? "",
    key: incoming.headers.authorization?.replace(/^Bearer /, "") ?? null,
    body: JSON.parse(Buffer.concat(chunks).toString()) as ChatRequest["body"],
  };
}

function respond(
  response: ServerResponse,
  step: Step,
  request: ChatRequest,
  reply: (request: ChatRequest) => Reply,
): void {
  const json = { "content-type": "application/json" };
  switch (step.kind) {
    case "drop":
      response.destroy();
      return;
    case "cut":
      response.writeHead(200, { ...json, "content-length": "5000" });
      response.write('{"choices": [');
      // The first part must have left before the socket goes.
      setTimeout(() => response.destroy(), 5);
      return;
    case "status":
      response.writeHead(step.status, { ...json, "x-request-id": "req-1", ...step.headers });
      response.end(JSON.stringify({ error: step.error ?? { message: "scripted" } }));
      return;
    case "text":
      response.writeHead(200, { "content-type": step.type ?? "application/json" });
      response.end(step.body);
      return;
    case "hang":
      return;
    case "stream-cut":
      sendStream(response, completionOf(request, reply(request)), step.after);
      return;
    case "slow":
    case "answer":
      if (request.body["stream"] === true) {
        sendStream(response, completionOf(request, reply(request)), null);
        return;
      }
      response.writeHead(200, json);
      response.end(JSON.stringify(completionOf(request, reply(request))));
  }
}

/** The answer as server-sent events, two characters each; `after`: how many go out before it ends unfinished. */
function sendStream(response: ServerResponse, whole: Completed, after: number | null): void {
  const { choices, usage, ...about } = whole;
  const { message, text, logprobs, finish_reason: finish } = choices[0]!;
  const pieces = (text ?? message!.content).match(/[\s\S]{1,2}/gu) ?? [];
  const send = (chunk: object): void => {
    response.write(`data: ${JSON.stringify({ ...about, ...chunk })}\n\n`);
  };
  response.writeHead(200, { "content-type": "text/event-stream" });
  if (text === undefined) send({ choices: [{ index: 0, delta: { role: "assistant" } }] });
  pieces.slice(0, after ?? pieces.length).forEach((piece, i) => {
    const said = text === undefined ? { delta: { content: piece } } : { text: piece };
    // All log-probabilities come with the first piece: which one they come with is up to a server.
    send({ choices: [{ index: 0, ...said, logprobs: i === 0 ? logprobs : null }] });
  });
  if (after === null) {
    const last = text === undefined ? { delta: {} } : { text: "" };
    send({ choices: [{ index: 0, ...last, finish_reason: finish }] });
    if (usage) send({ choices: [], usage });
    response.write("data: [DONE]\n\n");
  }
  response.end();
}

type Completed = {
  choices: {
    index: number;
    message?: { role: string; content: string; refusal: string | null };
    text?: string;
    finish_reason: string;
    logprobs: unknown;
  }[];
  usage?: object;
  [name: string]: unknown;
};

function completionOf({ body, path }: ChatRequest, reply: Reply): Completed {
  const { text, tokens, finish = "stop", refusal = null, usage } = reply;
  const isPlain = path.endsWith("/v1/completions");
  const shown = Boolean(body["logprobs"]) && tokens !== undefined;
  const content = tokens?.map(([token, logprob, others = []]) => ({
    token,
    logprob,
    bytes: null,
    top_logprobs: [[token, logprob] as const, ...others].map(([t, lp]) => ({
      token: t,
      logprob: lp,
      bytes: null,
    })),
  }));
  const columns = {
    tokens: tokens?.map(([token]) => token),
    token_logprobs: tokens?.map(([, logprob]) => logprob),
    top_logprobs: tokens?.map(([token, logprob, others = []]) =>
      Object.fromEntries([[token, logprob], ...others]),
    ),
  };
  const said = isPlain
    ? { text, logprobs: shown ? columns : null }
    : {
        message: { role: "assistant", content: text, refusal },
        logprobs: shown ? { content, refusal: null } : null,
      };
  return {
    id: "chatcmpl-1",
    object: isPlain ? "text_completion" : "chat.completion",
    created: 0,
    model: body.model,
    choices: [{ index: 0, ...said, finish_reason: finish }],
    ...(usage === null
      ? {}
      : { usage: { total_tokens: 15, ...(usage ?? { prompt_tokens: 12, completion_tokens: 3 }) } }),
  };
}
