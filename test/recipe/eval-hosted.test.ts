// `rectune eval` against a server on loopback: the report of hosted models, what faults, budgets and kills leave behind,
// and that the key is nowhere.

import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { rngFor } from "../../src/base/rng.ts";
import type { Prediction, Report } from "../../src/eval/score/types.ts";
import {
  startChatServer,
  type ChatRequest,
  type ChatServer,
  type ChatServerOptions,
  type Reply,
  type ReplyToken,
} from "../emulator/chat-server.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

const key = "sk-loopback-7f3a9c2e51";
const env = { TEST_SERVER_KEY: key };
const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

const suiteOf = (url: string, more = ""): string => `version: 1
dataset: recipe.yaml
systems:
  - name: served
    model: "openai:tiny"
    baseUrl: ${url}
    keyEnv: TEST_SERVER_KEY
    price: { inPerMTok: 1, outPerMTok: 2 }
${more}candidates: { n: 8 }
tasks: [rating, ranking]
primary:
  - { metric: ndcg@10/uni8, system: served, against: random }
`;

/** Answers as a model would that likes the last title it read, and every film 4. */
function answer({ body }: ChatRequest): Reply {
  const text = body.messages.map(({ content }) => content).join("\n");
  if (/1 to 5|1-5|1~5|별점/.test(text) && !/후보|보기|Candidates|Choose|choice/.test(text)) {
    return {
      text: "4",
      tokens: [
        [
          "4",
          -0.2,
          [
            ["3", -2],
            ["5", -2.5],
            ["1", -6],
          ],
        ],
      ],
    };
  }
  const titles = text.match(/Film \d+ \(\d{4}\)/g) ?? ["nothing"];
  return { text: titles.at(-1)!, tokens: tokensOf(titles.at(-1)!, titles.slice(-8)) };
}

function tokensOf(text: string, titles: readonly string[]): ReplyToken[] {
  const [, number = "", year = ""] = /^Film( \d+)(.*)$/.exec(text) ?? [];
  const numbers = new Set(titles.map((title) => /^Film( \d+)/.exec(title)?.[1] ?? ""));
  const others = [...numbers].filter((other) => other !== number);
  return [
    ["Film", -0.01],
    [number, -0.5, others.slice(0, 5).map((other, i) => [other, -2 - i])],
    [year, 0],
  ];
}

async function makeServed(
  options: ChatServerOptions & { users?: number; more?: string } = {},
): Promise<{ at: Workspace; server: ChatServer } & AsyncDisposable> {
  const server = await startChatServer({ reply: answer, ...options });
  const at = await makeWorkspace(options.users ?? 12);
  await at.write("served.yaml", suiteOf(server.url, options.more));
  return {
    at,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await at[Symbol.asyncDispose]();
    },
  };
}

const file = "runs/served/predictions/served.jsonl";
async function linesOf(at: Workspace): Promise<Prediction[]> {
  const text = await readFile(at.path(file), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Prediction);
}

/** Paths of files under a folder that hold a text. */
async function filesWith(dir: string, text: string): Promise<string[]> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile());
  const held = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const content = await readFile(join(parentPath, name), "latin1");
      return content.includes(text) ? [join(parentPath, name)] : [];
    }),
  );
  return held.flat();
}

it("asks a served model, scores it by its tokens, and asks nothing again", async () => {
  await using served = await makeServed();
  const { at, server } = served;
  const done = await at.run(["eval", "served.yaml"], env);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  const asked = server.requests.length;
  expect(new Set(server.requests.map((request) => request.key))).toEqual(new Set([key]));
  const lines = await linesOf(at);
  expect(lines).toHaveLength(asked);
  // Answers are written as they come; one of letters or numbers has no title to score.
  const ranked = lines.find(
    (line) => line.example.startsWith("ranking/") && line.choices !== null,
  )!;
  expect(Object.keys(ranked.choices!)).toHaveLength(8);
  expect(ranked).toMatchObject({ outcome: "ok", tokensIn: 12, tokensOut: 3, attempt: 1 });
  expect(ranked.note).toMatch(/choices outside the top \d, at the floor -/);
  expect(ranked.raw).toMatch(/^Film \d+/);
  const rated = lines.find(({ example }) => example.startsWith("rating/"))!;
  expect(rated).toMatchObject({ value: 4, costUsd: (12 + 6) / 1e6 });
  const report = JSON.parse(await readFile(at.path("runs/served/report.json"), "utf8")) as Report;
  expect(report.cost["served"]).toMatchObject({ answers: asked, tokensIn: 12 * asked });
  expect(report.protocol["models"]).toMatch(/^served: openai:tiny \([0-9a-f]{12}\)$/);

  // The report needs no key and no server: it is made from the predictions.
  const again = await at.run(["eval", "served.yaml"]);
  expect(again.stderr).toContain("reused, nothing has changed");
  expect(server.requests).toHaveLength(asked);
  const before = await readFile(at.path("runs/served/report.json"), "utf8");
  await at.run(["report", "runs/served"]);
  expect(await readFile(at.path("runs/served/report.json"), "utf8")).toBe(before);
});

it("goes on after faults, records what failed, and asks only that again", async () => {
  let broken = true;
  await using served = await makeServed({
    more: "    request: { retries: 0, concurrency: 2, sameErrors: 100 }\n",
    script: (n) => (broken && n % 4 === 0 ? { kind: "status", status: 500 } : { kind: "answer" }),
  });
  const { at, server } = served;
  const first = await at.run(["eval", "served.yaml"], env);
  expect(first, first.stderr).toMatchObject({ code: 0 });
  const failed = (await linesOf(at)).filter(({ outcome }) => outcome === "error");
  expect(failed.length).toBe(Math.ceil(server.requests.length / 4));
  expect(failed[0]).toMatchObject({ attempt: 1, note: "HTTP 500: scripted; request req-1" });
  broken = false;
  const asked = server.requests.length;
  const second = await at.run(["eval", "served.yaml"], env);
  expect(server.requests).toHaveLength(asked + failed.length);
  expect(second.stderr).toContain(
    `served: ${failed.length} answers, ${asked - failed.length} were`,
  );
  expect((await linesOf(at)).at(-1)).toMatchObject({ outcome: "ok", attempt: 2 });
});

it("stops at the same failure again and again, and says the key to nobody", async () => {
  await using served = await makeServed({
    more: "    request: { retries: 1, sameErrors: 3, concurrency: 2 }\n",
    // A careless server that tells the key in its errors, and in an answer.
    reply: () => ({ text: `your key is ${key}` }),
    script: (n) =>
      n < 6
        ? { kind: "answer" }
        : { kind: "status", status: 500, error: { message: `bad day for ${key}` } },
  });
  const { at, server } = served;
  const stopped = await at.run(["eval", "served.yaml", "--debug"], env);
  expect(stopped.code).toBe(4);
  expect(stopped.stderr).toMatch(
    /error\[model-failing\]: openai:tiny at 127\.0\.0\.1:\d+: 3 requests/,
  );
  expect(stopped.stderr).toContain("bad day for [key]");
  expect(stopped.stderr).toContain("run the same command again");
  expect(server.requests.length).toBeLessThan(20);
  expect((await linesOf(at)).length).toBeGreaterThanOrEqual(9);
  expect(stopped.stdout + stopped.stderr).not.toContain(key);
  expect(await filesWith(at.dir, key)).toEqual([]);
});

it("refuses before the request that could pass --max-usd, and goes on where there is more", async () => {
  await using served = await makeServed({ more: "    request: { concurrency: 1 }\n" });
  const { at, server } = served;
  const poor = await at.run(["eval", "served.yaml", "--max-usd", "0.0015"], env);
  expect(poor.code).toBe(5);
  expect(poor.stderr).toContain("error[budget]: --max-usd: the next request may cost $");
  const asked = server.requests.length;
  expect(asked).toBeGreaterThan(1);
  expect(await linesOf(at)).toHaveLength(asked);
  const rich = await at.run(["eval", "served.yaml", "--max-usd", "1"], env);
  expect(rich, rich.stderr).toMatchObject({ code: 0 });
  expect(await linesOf(at)).toHaveLength(server.requests.length);
  const unpriced = suiteOf(server.url).replace(/ {4}price.*\n/, "");
  await at.write("unpriced.yaml", unpriced);
  const refused = await at.run(["eval", "unpriced.yaml", "--max-usd", "1"], env);
  expect(refused).toMatchObject({ code: 5 });
  expect(refused.stderr).toContain("error[budget-price]");
});

it("refuses what cannot be asked, without telling a key that stands in the wrong place", async () => {
  await using served = await makeServed();
  const { at, server } = served;
  const ask = (...set: string[]): ReturnType<Workspace["run"]> =>
    at.run(["eval", "served.yaml", ...set.flatMap((text) => ["--set", text])], {
      OPENAI_API_KEY: "",
      HF_TOKEN: "",
      HF_TOKEN_PATH: at.path("none"),
    });
  const unset = await ask();
  expect(unset).toMatchObject({ code: 4 });
  expect(unset.stderr).toContain(
    "error[model-key]: systems: there is no key for this model: TEST_SERVER_KEY",
  );
  for (const [right, wrong] of [
    ["TEST_SERVER_KEY", key],
    ["http://", `http://user:${key}@`],
  ] as const) {
    await at.write("pasted.yaml", suiteOf(server.url).replace(right, wrong));
    const pasted = await at.run(["eval", "pasted.yaml"]);
    expect(pasted).toMatchObject({ code: 2 });
    expect(pasted.stderr).toMatch(/pasted\.yaml:\d+:\d+: .*(capitals|use keyEnv)/);
    expect(pasted.stderr).not.toContain(key);
  }
  await rm(at.path("pasted.yaml"));
  expect((await ask("systems.0.baseUrl=ftp://example.org")).stderr).toContain("not an http(s) URL");
  const local = await ask("systems=[{name: served, model: 'local:./weights'}]");
  expect(local).toMatchObject({ code: 2 });
  expect(local.stderr).toContain("error[model-missing]");
  const micro = await ask("systems.0.model=micro:x");
  expect(micro.stderr).toContain("only models on a server");
  const usual = await ask("systems=[{name: served, model: 'hf:org/name'}]");
  expect(usual.stderr).toContain("HF_TOKEN is not set");
  expect(server.requests).toEqual([]);
  expect(await filesWith(at.dir, key)).toEqual([]);
});

it("killed at twenty random moments, it loses no answer and asks none twice but those under way", async () => {
  const concurrency = 8;
  let onRequest = (): void => {};
  await using served = await makeServed({
    users: 300,
    more: `    request: { concurrency: ${concurrency} }\n`,
    latencyMs: 4,
    onRequest: () => onRequest(),
  });
  const { at, server } = served;
  const rng = rngFor("kills", 1);
  await at.run(["build", "recipe.yaml", "-q"]);
  let kept = "";
  for (let kill = 0; kill < 20; kill++) {
    const from = server.requests.length;
    const answered = server.answered();
    const after = 5 + rng.int(35);
    const waitMs = rng.next() * 6;
    const child = spawn(
      process.execPath,
      [main, "eval", "served.yaml", "-q", "--state-dir", at.path("state")],
      {
        cwd: at.dir,
        env: { ...process.env, ...env },
        stdio: "ignore",
      },
    );
    onRequest = () => {
      if (server.requests.length === from + after) setTimeout(() => child.kill("SIGKILL"), waitMs);
    };
    const signal = await new Promise((resolve) => child.on("close", (_, how) => resolve(how)));
    expect(signal).toBe("SIGKILL");
    const text = await readFile(at.path(file), "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    expect(whole.startsWith(kept)).toBe(true);
    // What the server has answered is in the file, but for what was still on its way.
    const written = whole.split("\n").length - kept.split("\n").length;
    expect(written).toBeGreaterThanOrEqual(server.answered() - answered - concurrency);
    kept = whole;
  }
  onRequest = () => {};
  const done = await at.run(["eval", "served.yaml"], env);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  const lines = await linesOf(at);
  expect(new Set(lines.map(({ example }) => example)).size).toBe(lines.length);
  expect(lines.every(({ outcome, attempt }) => outcome === "ok" && attempt === 1)).toBe(true);
  expect(server.requests.length - lines.length).toBeLessThanOrEqual(20 * concurrency);
  expect((await readFile(at.path(file), "utf8")).startsWith(kept)).toBe(true);
});
