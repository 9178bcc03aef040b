// `rectune eval` of a suite with `permutations`, against a server on loopback that serves two models: one answers with what
// stands first in the list, the other with what it would choose in any order.

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PermutationResult, Prediction, Report } from "../../src/eval/score/types.ts";
import { startChatServer, type ChatRequest, type ChatServer } from "../emulator/chat-server.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const env = { TEST_SERVER_KEY: "sk-orders" };
const [users, langs, n] = [40, 2, 8];
const concurrency = 8;
const questions = users * langs;

const suiteOf = (url: string, more = ""): string => {
  const at = `baseUrl: "${url}", keyEnv: TEST_SERVER_KEY, price: { inPerMTok: 1, outPerMTok: 2 }, request: { concurrency: ${concurrency} }`;
  return `version: 1
dataset: recipe.yaml
systems:
  - { name: first, model: "openai:first", ${at} }
  - { name: fair, model: "openai:fair", ${at} }
${more.replaceAll("AT", at)}candidates: { n: ${n} }
tasks: [ranking]
primary:
  - { metric: hr@1/uni8, system: fair, against: random }
`;
};

/** The candidates of a question in their order: the lines before its last one, as shelf and letters write them. */
function listOf({ body }: ChatRequest): string[] {
  return body.messages
    .at(-1)!
    .content.split("\n")
    .slice(-n - 1, -1);
}

/** The title, or the letter before it. */
function answer(request: ChatRequest): { text: string } {
  const list = listOf(request);
  const title = (line: string): string => line.replace(/^[A-Z]\. /, "");
  const [least] = list.map(title).sort();
  const line = request.body.model === "first" ? list[0]! : list.find((l) => title(l) === least)!;
  return { text: /^([A-Z])\. /.exec(line)?.[1] ?? line };
}

let at: Workspace;
let server: ChatServer;
let onRequest = (): void => {};
beforeAll(async () => {
  at = await makeWorkspace(users);
  const reply = (request: ChatRequest) => answer(request);
  server = await startChatServer({ reply, latencyMs: 1, onRequest: () => onRequest() });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await at[Symbol.asyncDispose]();
});

const wordings = (name: string): string =>
  `dataset.tasks=[{type: ranking, wordings: [${name}], candidates: {n: ${n}}}]`;

async function run(out: string, orders: number, more: string[] = []): Promise<Report> {
  const sets = [`permutations=${orders}`, ...(more.length > 0 ? more : [wordings("shelf")])];
  const set = sets.flatMap((text) => ["--set", text]);
  const done = await at.run(["eval", "suite.yaml", "-o", out, ...set], env);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  return JSON.parse(await readFile(at.path(out, "report.json"), "utf8")) as Report;
}

async function linesOf(out: string, system: string): Promise<Prediction[]> {
  const text = await readFile(at.path(out, "predictions", `${system}.jsonl`), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Prediction);
}

it("sees a model that takes what stands first, clears one that does not, and leaves the tables alone", async () => {
  await at.write("suite.yaml", suiteOf(server.url));
  const plain = await run("out/a", 1);
  expect(plain.permutations).toBeUndefined();
  expect(server.requests).toHaveLength(2 * questions);
  const report = await run("out/a", 4);
  expect(server.requests).toHaveLength(2 * 4 * questions);

  const { first, fair, ...others } = report.permutations!;
  expect(others).toEqual({});
  const rankAt = ({ slots }: PermutationResult, slot: number): number =>
    slots.find((one) => one.slot === slot)!.rank.value;
  expect(first).toMatchObject({ orders: 4, asked: 4 * questions, usable: 4 * questions });
  // One title is written: the truth is first where it stood first, and level with all the rest elsewhere.
  expect(first!.slots.map(({ slot }) => rankAt(first!, slot))).toEqual([1, 5, 5, 5, 5, 5, 5, 5]);
  expect(first!.slope!.low).toBeGreaterThan(0.1);
  expect(first!.topChanged!.low).toBeGreaterThan(0.9);
  expect(first!.rankRange!.low).toBeGreaterThan(0.5);
  expect(fair!.slope).toMatchObject({ value: 0, low: 0, high: 0, n: users });
  expect(fair!.topChanged!.value).toBe(0);
  expect(fair!.metrics["ndcg@10/uni8+borda4"]).toEqual(fair!.metrics["ndcg@10/uni8"]);

  expect(report.systems).toEqual(plain.systems);
  expect(report.comparisons).toEqual(plain.comparisons);
  expect(report.failures).toEqual(plain.failures);
  expect(report.cost["fair"]!.costUsd).toBeCloseTo(4 * plain.cost["fair"]!.costUsd, 12);
  expect(report.cost["random"]).toEqual(plain.cost["random"]);
  expect(report.protocol["orders of candidates"]).toContain("4, the stored one");
  expect(await readFile(at.path("out/a/report.html"), "utf8")).toContain("Order of the candidates");
}, 60_000);

it("changes the order and nothing else, and asks baselines once", async () => {
  const bodies = server.requests.filter(({ body }) => body.model === "fair");
  const texts = bodies.map(({ body }) => body.messages.map(({ content }) => content).join("\n"));
  const sorted = Map.groupBy(texts, (text) => text.split("\n").sort().join("\n"));
  expect(sorted.size).toBe(questions);
  for (const same of sorted.values()) expect(same).toHaveLength(4);
  expect(new Set(texts).size).toBeGreaterThan(0.99 * texts.length);
  const lines = await linesOf("out/a", "fair");
  expect(new Set(lines.map(({ example, perm }) => `${example} ${perm}`)).size).toBe(4 * questions);
  expect((await linesOf("out/a", "random")).map(({ perm }) => perm)).toEqual(
    Array.from({ length: questions }, () => 0),
  );
});

it("makes the same report from the files alone, also where they hold more orders than are asked for", async () => {
  const asked = server.requests.length;
  const fewer = await run("out/a", 2);
  expect(fewer.permutations!["first"]).toMatchObject({ orders: 2, asked: 2 * questions });
  const before = await readFile(at.path("out/a/report.json"), "utf8");
  expect(await at.run(["report", "out/a"])).toMatchObject({ code: 0 });
  expect(await readFile(at.path("out/a/report.json"), "utf8")).toBe(before);
  expect(server.requests).toHaveLength(asked);
}, 60_000);

it("reads letters by the order they were asked in, with shots and ablations too", async () => {
  const more = `  - { name: shots, model: "openai:fair", shots: { k: 1 }, AT }
  - { name: numbers, model: "openai:fair", ablation: anonymised-titles, AT }
`;
  await at.write("suite.yaml", suiteOf(server.url, more));
  const { permutations } = await run("out/letters", 3, [wordings("letters")]);
  expect(Object.keys(permutations!)).toEqual(["first", "fair", "shots", "numbers"]);
  for (const name of ["fair", "shots", "numbers"]) {
    const { usable, topChanged, slope } = permutations![name]!;
    expect({ name, usable }).toEqual({ name, usable: 3 * questions });
    expect(topChanged!.value).toBe(0);
    expect(slope!.value).toBe(0);
  }
  const raws = new Set((await linesOf("out/letters", "fair")).map(({ raw }) => raw));
  expect(raws.size).toBeGreaterThan(4);
  const shots = Map.groupBy(await linesOf("out/letters", "shots"), ({ example }) => example);
  for (const lines of shots.values())
    expect(new Set(lines.map((line) => JSON.stringify(line.shots))).size).toBe(1);
}, 60_000);

it("killed among the orders, it keeps what was answered and asks for the rest", async () => {
  await at.write("suite.yaml", suiteOf(server.url));
  const from = server.requests.length;
  const set = ["permutations=3", wordings("shelf")].flatMap((text) => ["--set", text]);
  const args = ["eval", "suite.yaml", "-o", "out/killed", ...set, "--state-dir", at.path("state")];
  const child = spawn(process.execPath, [main, ...args], {
    cwd: at.dir,
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  onRequest = () => {
    if (server.requests.length === from + Math.floor(1.5 * questions)) child.kill("SIGKILL");
  };
  const signal = await new Promise((resolve) => child.on("close", (_, how) => resolve(how)));
  onRequest = () => {};
  expect(signal).toBe("SIGKILL");
  const file = at.path("out/killed/predictions/first.jsonl");
  const text = await readFile(file, "utf8");
  const kept = text.slice(0, text.lastIndexOf("\n") + 1);
  expect(kept.split("\n").length).toBeGreaterThan(questions);
  await run("out/killed", 3);
  expect((await readFile(file, "utf8")).startsWith(kept)).toBe(true);
  const lines = await linesOf("out/killed", "first");
  expect(lines).toHaveLength(3 * questions);
  expect(new Set(lines.map(({ example, perm }) => `${example} ${perm}`)).size).toBe(lines.length);
  // What was under way when it was killed may be asked twice, and nothing else.
  expect(server.requests.length - from - 6 * questions).toBeLessThanOrEqual(concurrency);
}, 60_000);

it("stops at --max-usd where the orders would cost more, and says so before it is passed", async () => {
  const set = ["permutations=50", wordings("shelf")].flatMap((text) => ["--set", text]);
  const args = ["eval", "suite.yaml", "-o", "out/poor", ...set, "--max-usd", "0.01"];
  const poor = await at.run(args, env);
  expect(poor.code).toBe(5);
  expect(poor.stderr).toContain("error[budget]");
  const spent = (await linesOf("out/poor", "first")).reduce((sum, line) => sum + line.costUsd, 0);
  expect(spent).toBeLessThanOrEqual(0.01);
}, 60_000);
