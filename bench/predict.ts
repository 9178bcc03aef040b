// Asking a served model: 1,000 requests at 16 at a time against a loopback server that answers each after 200 ms. Every
// answer is written and synced as in an eval. The ideal is that nothing but the server takes time; beside it, in turns,
// what bare fetch makes of the same requests on this machine, with nothing kept.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainContext } from "../src/base/logger.ts";
import type { Example } from "../src/dataset/task/types.ts";
import { findModelSource } from "../src/eval/model/index.ts";
import { predictSystem } from "../src/eval/predict.ts";
import type { Answerer, System } from "../src/eval/system/system.ts";
import { startChatServer } from "../test/emulator/chat-server.ts";

const requests = 1000;
const concurrency = 16;
const latencyMs = 200;
const least = 0.95;

const idealMs = Math.ceil(requests / concurrency) * latencyMs;
const folder = mkdtempSync(join(tmpdir(), "rectune-predict-"));
const server = await startChatServer({ latencyMs, reply: () => ({ text: "Film 7 (1987)" }) });
try {
  const asked = examples();
  let best = 0;
  // The client's own loading is no part of the throughput.
  await predict(asked.slice(0, concurrency), -1);
  for (let round = 0; round < 3; round++) {
    best = Math.max(best, say("predict", await timeMs(() => predict(asked, round))));
    say("bare fetch", await timeMs(() => fetchAll(asked)));
  }
  console.log(
    `at most ${server.mostUnderWay()} requests under way; at least ${least * 100}% is asked`,
  );
  process.exitCode = best >= least ? 0 : 1;
} finally {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
}

async function timeMs(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function say(what: string, wallMs: number): number {
  const share = idealMs / wallMs;
  const seconds = (ms: number): string => (ms / 1000).toFixed(2);
  console.log(
    `${what.padEnd(10)}  ${requests} answers in ${seconds(wallMs)} s, ideal ${seconds(idealMs)} s: ${(100 * share).toFixed(1)}%`,
  );
  return share;
}

async function predict(asked: Example[], round: number): Promise<void> {
  const file = join(folder, `${round}.jsonl`);
  await predictSystem(await servedSystem(server.url), asked, file, plainContext());
}

async function fetchAll(asked: Example[]): Promise<void> {
  const queue = asked.values();
  const work = async (): Promise<void> => {
    for (const { prompt } of queue) {
      const response = await fetch(`${server.url}/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "m", messages: prompt, max_tokens: 64, temperature: 0 }),
      });
      await response.json();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

async function servedSystem(baseUrl: string): Promise<System> {
  const place = { dir: folder, context: plainContext(), budget: null, lanes: new Map() };
  const source = await findModelSource("openai:m", { ...place, settings: { baseUrl } });
  return {
    name: "served",
    kind: "model",
    about: "",
    model: source.name,
    identity: source.identity,
    tasks: ["next-item"],
    question: async ({ prompt }) => prompt,
    async open(): Promise<Answerer> {
      const model = await source.open({ threads: 1 });
      return {
        batch: model.caps.batch,
        calls: model.caps.calls ?? 1,
        async answer(asked) {
          const said = await model.complete(
            asked.map(({ prompt }) => prompt),
            { maxTokens: 64 },
          );
          return said.map(({ text, finish: _finish, ...took }) => {
            return { ...took, outcome: "ok", raw: text, items: [], choices: null, value: null };
          });
        },
        close: () => model.close(),
      };
    },
  };
}

function examples(): Example[] {
  return Array.from({ length: requests }, (_, i) => ({
    id: `next-item/u${i}/${i}`,
    task: "next-item",
    wording: "next-item/en/lines@1",
    prompt: [
      { role: "user", content: `Viewer ${i} has watched ${"Film 7 (1987) 4\n".repeat(20)}` },
    ],
    completion: [],
    user: `u${i}`,
    item: "f1",
    row: i,
    time: null,
    rating: null,
    history: [],
    candidates: null,
    negatives: null,
    label: null,
    source: "log",
    warmth: "warm",
  }));
}
