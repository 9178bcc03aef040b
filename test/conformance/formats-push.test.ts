// `rectune push` as it is run: the token from the environment or its file, HF_ENDPOINT, exit codes, and no token in
// anything it says.

import { mkdir, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startHub, type Hub } from "../emulator/hub.ts";
import { makeWorkspace, type Workspace } from "../recipe/workspace.ts";

const token = "hf_loopback_secret";
let hub: Hub;
let workspace: Workspace;

beforeEach(async () => {
  [hub, workspace] = await Promise.all([startHub(), makeWorkspace(20)]);
  const built = await workspace.run(["build", "recipe.yaml", "-o", "data"]);
  expect(built.code).toBe(0);
});
afterEach(async () => {
  await workspace[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

const env = (own: Record<string, string> = {}): Record<string, string> => ({
  HF_ENDPOINT: hub.url,
  HF_HOME: workspace.path("hf"),
  HF_TOKEN: "",
  ...own,
});

it("pushes a dataset and an export with the token of the environment", async () => {
  const args = ["push", "data", "--repo", "ana/films", "--json"];
  const { code, stdout, stderr } = await workspace.run(args, env({ HF_TOKEN: token }));
  expect([code, stderr]).toEqual([0, expect.stringContaining("3 stayed behind")]);
  const { revision, files } = JSON.parse(stdout) as { revision: string; files: string[] };
  expect(revision).toBe(hub.repos.get("ana/films")!.commits[0]!.oid);
  expect(files).toContain("train.jsonl");
  for (const name of ["interactions.parquet", "users.parquet", "rejects.jsonl"])
    expect(files).not.toContain(name);

  await workspace.run(["export", "data", "--format", "parquet", "-o", "hub"]);
  const second = await workspace.run(
    ["push", "hub", "--repo", "columns"],
    env({ HF_TOKEN: token }),
  );
  expect(second.code).toBe(0);
  const [commit] = hub.repos.get("ana/columns")!.commits;
  expect(second.stdout).toBe(`${hub.url}/datasets/ana/columns ${commit!.oid}\n`);
  expect([...commit!.files.keys()]).toContain("data/train-00000-of-00001.parquet");
});

it("reads the token's file, and says where it looked when there is none", async () => {
  const args = ["push", "data", "--repo", "ana/films"];
  const none = await workspace.run(args, env({}));
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("hub-no-token")]);
  await mkdir(workspace.path("hf"));
  await writeFile(workspace.path("hf", "token"), `${token}\n`);
  expect((await workspace.run(args, env({}))).code).toBe(0);
});

it("shows no token, whatever fails", async () => {
  const args = ["push", "data", "--repo", "ana/films", "--debug"];
  const wrong = "hf_wrong_secret";
  const denied = await workspace.run(args, env({ HF_TOKEN: wrong }));
  expect([denied.code, denied.stderr]).toEqual([4, expect.stringContaining("hub-auth")]);
  expect(denied.stdout + denied.stderr).not.toContain(wrong);
  hub.failOn(/commit/, 503);
  const failed = await workspace.run(args, env({ HF_TOKEN: token }));
  expect(failed.code).toBe(4);
  expect(failed.stdout + failed.stderr).not.toContain(token);
});
