// The published mock of OpenAPI documents (Steady, @stdy/cli) as a child process: it answers 400 to a request that the
// document does not allow. openai-node's own suite runs against the same mock.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "../..");
const openapi = join(process.env["RECTUNE_TEST_DATA"] ?? join(root, "../shared"), "openapi");

/** Whether a document is not at hand and may be missed. */
export const lacksDocument = (name: string): boolean =>
  process.env["RECTUNE_NO_SKIP"] !== "1" && !existsSync(join(openapi, name));

export type Steady = AsyncDisposable & { url: string };

/** Starts it on a document of the test data. */
export async function startSteady(name: string): Promise<Steady> {
  const port = await freePort();
  const child = spawn(
    join(root, "node_modules/.bin/steady"),
    [
      "--port",
      String(port),
      "--quiet",
      "--validator-query-array-format=brackets",
      "--validator-query-object-format=brackets",
      "--validator-form-array-format=brackets",
      "--validator-form-object-format=brackets",
      join(openapi, name),
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const up = await fetch(`http://localhost:${port}/_x-steady/health`).catch(() => null);
    if (up?.ok) break;
    if (tries > 300 || child.exitCode !== null) throw new Error(`steady did not start: ${said}`);
    await sleep(100);
  }
  return {
    url: url.replace("127.0.0.1", "localhost"),
    async [Symbol.asyncDispose]() {
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await gone;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

export type Answered = { request: string; status: number; said: string };

/** A fetch that keeps what every request was answered. */
export function recordingFetch(answers: Answered[]): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const url = new URL(input instanceof Request ? input.url : String(input));
    const said = response.ok ? "" : await response.clone().text();
    answers.push({
      request: `${init?.method ?? "GET"} ${url.pathname.replace(/^\/v1/, "")}`,
      status: response.status,
      said,
    });
    return response;
  };
}
