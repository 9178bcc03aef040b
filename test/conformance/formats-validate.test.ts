// `rectune validate` as it is run on files that others wrote: lines, exit codes, profiles, token lengths, --json.

import { afterAll, beforeAll, expect, it } from "vitest";
import { makeWorkspace, type Workspace } from "../recipe/workspace.ts";

let workspace: Workspace;
beforeAll(async () => (workspace = await makeWorkspace(2)));
afterAll(() => workspace[Symbol.asyncDispose]());

const row = (text: string, ...roles: string[]): string =>
  JSON.stringify({ messages: roles.map((role) => ({ role, content: text })) });

it("lists what is wrong by line and ends with 3", async () => {
  const rows = [
    row("a", "user", "assistant"),
    "",
    row("b", "user"),
    '{"messages": [',
    row("c", "human", "assistant"),
  ];
  await workspace.write("bad.jsonl", `\uFEFF${rows.join("\n")}\n`);
  const { code, stdout, stderr } = await workspace.run([
    "validate",
    "bad.jsonl",
    "--format",
    "openai-chat",
  ]);
  const found = stdout
    .trim()
    .split("\n")
    .map((line) => /bad\.jsonl(:\d+)?\s+(\S+)/.exec(line)!.slice(1).join(" "));
  expect(found).toEqual([
    ":1 byte-order-mark",
    ":2 blank-line",
    ":3 last-role",
    ":4 not-json",
    ":5 unknown-role",
    " too-few-rows",
  ]);
  expect([code, stderr]).toEqual([3, "4 rows, 6 errors, 0 notes\n"]);
});

it("holds a profile's limits and a length in tokens", async () => {
  const rows = ["a", "bb", "c".repeat(400)].map((text) => row(text, "user", "assistant"));
  await workspace.write("few.jsonl", `${rows.join("\n")}\n`);
  const args = ["validate", "few.jsonl", "--format", "openai-chat", "--profile", "fireworks"];
  expect((await workspace.run(args)).code).toBe(0);
  const long = await workspace.run([...args, "--max-tokens", "100", "--json"]);
  expect(long.code).toBe(3);
  const { findings } = JSON.parse(long.stdout) as { findings: object[] };
  expect(findings).toMatchObject([{ line: 3, code: "too-long" }]);
});

it.each([
  [["--format", "openai-chta"], "Did you mean openai-chat?"],
  [["--format", "trl-sft", "--profile", "azure"], "profile-unknown"],
  [["--format", "openai-chat", "--profile", "azur"], "Known: openai, azure, nebius, fireworks"],
  [["--format", "openai-chat", "--tokenizer", "few.jsonl"], "--max-tokens N"],
  [
    ["--format", "openai-chat", "--max-tokens", "9", "--tokenizer", "few.jsonl"],
    "tokenizer-unreadable",
  ],
  [["--format", "openai-chat", "--max-tokens", "0"], "--max-tokens"],
])("%j is a usage error", async (flags, text) => {
  await workspace.write("few.jsonl", `${row("a", "user", "assistant")}\n`);
  const { code, stderr } = await workspace.run(["validate", "few.jsonl", ...flags]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
});
