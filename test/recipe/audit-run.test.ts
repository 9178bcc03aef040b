// `rectune audit RUN`: the shots of a finished eval, as its predictions and dataset on disk have them.

import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import type { Prediction } from "../../src/eval/score/types.ts";
import { startChatServer } from "../emulator/chat-server.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

const file = "runs/shots/predictions/few-shot.jsonl";

const suiteOf = (url: string): string => `version: 1
dataset: recipe.yaml
systems:
  - { name: zero-shot, model: "openai:tiny", baseUrl: ${url} }
  - { name: few-shot, model: "openai:tiny", baseUrl: ${url}, shots: { k: 2, pick: recent } }
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

it("proves that shots are of others, of train and not later, and finds those that are not", async () => {
  await using server = await startChatServer({ reply: () => ({ text: "4" }) });
  await using at = await makeWorkspace(12);
  await at.write("shots.yaml", suiteOf(server.url));
  const done = await at.run(["eval", "shots.yaml"]);
  expect(done, done.stderr).toMatchObject({ code: 0 });

  const fine = await auditOf(at);
  expect(fine.code).toBe(0);
  expect(Object.values(fine.findings).map(({ severity }) => severity)).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(fine.findings["shots-later"]!.message).toMatch(
    /^no shot is later than its question \(\d+ shots\)$/,
  );

  const lines = (await readFile(at.path(file), "utf8")).trimEnd().split("\n");
  const held = lines.map((line) => JSON.parse(line) as Prediction);
  const userOf = (line: Prediction): string => line.example.split("/")[1]!;
  const [first, ...others] = held.filter(({ shots = [] }) => shots.length === 2);
  const second = others.find((line) => userOf(line) !== userOf(first!));
  // The question's own test example, as a shot of itself and of another.
  const swap = (line: Prediction): Prediction =>
    line === first || line === second
      ? { ...line, shots: [first!.example, line.shots![1]!] }
      : line;
  await at.write(file, held.map((line) => `${JSON.stringify(swap(line))}\n`).join(""));
  const { code, findings } = await auditOf(at);
  expect(code).toBe(3);
  expect(findings["shots-not-train"]).toMatchObject({ severity: "error", count: 2 });
  expect(findings["shots-own-user"]).toMatchObject({ severity: "error", count: 1 });
  expect(findings["shots-own-user"]!.examples).toEqual([
    `few-shot: ${first!.example} ← ${first!.example}`,
  ]);
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
