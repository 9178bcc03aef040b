// `rectune audit RUN`: the shots of a finished eval, as its predictions and dataset on disk have them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Prediction } from "../../src/eval/score/types.ts";
import { startChatServer } from "../emulator/chat-server.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

const file = "runs/shots/predictions/few-shot.jsonl";

const suiteOf = (url: string, style = "turns"): string => `version: 1
dataset: recipe.yaml
systems:
  - { name: zero-shot, model: "openai:tiny", baseUrl: ${url} }
  - { name: few-shot, model: "openai:tiny", baseUrl: ${url}, shots: { k: 2, pick: recent, style: ${style} } }
tasks: [rating]
`;

type Found = Record<
  string,
  { severity: string | null; count: number; examples: string[]; message: string }
>;

async function auditOf(at: Workspace): Promise<{ code: number | null; findings: Found }> {
  const { code, stdout, stderr } = await at.run(["audit", "runs/shots", "--json"]);
  expect(stderr).toBe("");
  return { code, findings: (JSON.parse(stdout) as { findings: Found }).findings };
}

async function evalIn(at: Workspace, url: string): Promise<Prediction[]> {
  await at.write("shots.yaml", suiteOf(url));
  const done = await at.run(["eval", "shots.yaml"]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  return readLinesOf(at, file);
}

async function readLinesOf<T>(at: Workspace, name: string): Promise<T[]> {
  const lines = (await readFile(at.path(name), "utf8")).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as T);
}

const writeLines = (at: Workspace, name: string, rows: readonly unknown[]): Promise<void> =>
  at.write(name, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

const errorsOf = (findings: Found): string[] =>
  Object.entries(findings).flatMap(([name, { severity }]) => (severity === "error" ? [name] : []));

it.each(["turns", "inline"])("proves the shots of a finished eval, in style %s", async (style) => {
  await using server = await startChatServer({ reply: () => ({ text: "4" }) });
  await using at = await makeWorkspace(12);
  await at.write("shots.yaml", suiteOf(server.url, style));
  const done = await at.run(["eval", "shots.yaml"]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  const { code, findings } = await auditOf(at);
  expect(code).toBe(0);
  expect(Object.values(findings).map(({ severity }) => severity)).toEqual(Array(7).fill(null));
  expect(findings["shots-later"]!.message).toMatch(
    /^no shot is later than its question \(\d+ shots\)$/,
  );
  expect(findings["shots-not-sent"]!.message).toMatch(
    /^every request is that of its question and shots \(\d+ questions\)$/,
  );
});

it("finds predictions and files that were changed since", async () => {
  await using server = await startChatServer({ reply: () => ({ text: "4" }) });
  await using at = await makeWorkspace(12);
  const held = await evalIn(at, server.url);
  const userOf = (line: Prediction): string => line.example.split("/")[1]!;
  const [first, ...others] = held.filter(({ shots = [] }) => shots.length === 2);
  const second = others.find((line) => userOf(line) !== userOf(first!))!;
  const audited = async (
    change: (line: Prediction) => Prediction,
  ): Promise<Awaited<ReturnType<typeof auditOf>>> => {
    await writeLines(at, file, held.map(change));
    return auditOf(at);
  };

  // The question's own test example, as a shot of itself and of another.
  const ofTest = await audited((line) =>
    line === first || line === second
      ? { ...line, shots: [first!.example, line.shots![1]!] }
      : line,
  );
  expect(ofTest.code).toBe(3);
  expect(ofTest.findings["shots-not-train"]).toMatchObject({ severity: "error", count: 2 });
  expect(ofTest.findings["shots-own-user"]).toMatchObject({
    severity: "error",
    count: 1,
    examples: [`few-shot: ${first!.example} ← ${first!.example}`],
  });

  // Other examples of train that might have been shown as well, but were not.
  const swapped = await audited((line) =>
    line === first ? { ...line, shots: line.shots!.toReversed() } : line,
  );
  expect(errorsOf(swapped.findings)).toEqual(["shots-not-sent"]);
  expect(swapped.findings["shots-not-sent"]!.examples).toEqual([`few-shot: ${first!.example}`]);
  const emptied = await audited((line) => (line === first ? { ...line, shots: [] } : line));
  expect(errorsOf(emptied.findings)).toEqual(["shots-not-sent"]);

  const silent = await audited(({ shots: _shots, ...line }) => line);
  expect(silent.code).toBe(3);
  expect(errorsOf(silent.findings)).toEqual(["shots-unrecorded"]);
  expect(silent.findings["shots-unrecorded"]!.count).toBe(held.length);

  // What was asked again since is judged by its last line, as in the report.
  await writeLines(at, file, [{ ...first!, shots: [first!.example] }, ...held]);
  expect((await auditOf(at)).code).toBe(0);

  await writeLines(at, file, [{ ...first!, shots: "rating/u1/1" }, ...held]);
  const broken = await at.run(["audit", "runs/shots"]);
  expect(broken.code).toBe(3);
  expect(broken.stderr).toContain(`few-shot.jsonl:1: this line is no prediction`);
});

it("finds shots that are later, by the dataset's files as they are now", async () => {
  await using server = await startChatServer({ reply: () => ({ text: "4" }) });
  await using at = await makeWorkspace(12);
  const held = await evalIn(at, server.url);
  const shown = held.find(({ shots = [] }) => shots.length === 2)!.shots![0]!;
  const { dataset } = JSON.parse(await readFile(at.path("runs/shots/state.json"), "utf8")) as {
    dataset: { dir: string };
  };
  const train = join("runs/shots", dataset.dir, "train.jsonl");
  const rows = await readLinesOf<{ id: string; time: number }>(at, train);
  await writeLines(
    at,
    train,
    rows.map((row) => (row.id === shown ? { ...row, time: 9e9 } : row)),
  );
  const { findings } = await auditOf(at);
  expect(errorsOf(findings)).toEqual(["shots-later", "files-changed"]);
  expect(findings["files-changed"]!.examples).toEqual(["train.jsonl"]);
  expect(findings["shots-later"]!.examples[0]).toContain(`← ${shown}`);
});

it("proves the shots of folds, each of its own fold's train", async () => {
  await using server = await startChatServer({ reply: () => ({ text: "4" }) });
  await using at = await makeWorkspace(40);
  await at.write("shots.yaml", `${suiteOf(server.url, "inline")}folds: all\n`);
  const split = ["--set", "split.by=random", "--set", "split.folds=3"];
  const done = await at.run(["eval", "shots.yaml", ...split]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  const { findings } = await auditOf(at);
  expect(errorsOf(findings)).toEqual([]);
  expect(findings["shots-later"]!.message).toMatch(/\(\d{2,} shots\)$/);
});

it("says where no system took shots, and takes no length limit", async () => {
  await using at = await makeWorkspace(12);
  await at.write(
    "shots.yaml",
    "version: 1\ndataset: recipe.yaml\nsystems: [{ name: user-mean }]\ntasks: [rating]\n",
  );
  await at.run(["eval", "shots.yaml"]);
  const { stdout, code } = await at.run(["audit", "runs/shots"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/ok +shots-later +no question was asked with shots/);
  const limited = await at.run(["audit", "runs/shots", "--max-tokens", "9"]);
  expect(limited.code).toBe(2);
  expect(limited.stderr).toContain("--max-tokens: lengths are judged of a dataset, not of a run");
});
