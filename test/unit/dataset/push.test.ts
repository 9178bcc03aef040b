import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RectuneError } from "../../../src/base/errors.ts";
import { plainContext, silentLogger } from "../../../src/base/logger.ts";
import { pushDataset, type PushOptions } from "../../../src/dataset/push.ts";
import { startHub, type Hub } from "../../emulator/hub.ts";

const token = "hf_loopback_secret";
const content: Record<string, string> = {
  "README.md": "# films\n",
  "train.jsonl": '{"a":"영화"}\n',
  "data/train-00000-of-00001.parquet": "PAR1",
  "interactions.parquet": "who saw what",
  "users.parquet": "who",
  ".hidden": "x",
};
let folder = "";
let hub: Hub;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rectune-push-"));
  await mkdir(join(folder, "data"));
  for (const [name, text] of Object.entries(content)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  hub = await startHub();
  await writeManifest(null);
});
afterEach(() => hub[Symbol.asyncDispose]());

function writeManifest(license: string | null, more: object = {}): Promise<void> {
  const manifest = { kind: "rectune-dataset", name: "films", license, ...more };
  return writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
}

function push(options: Partial<PushOptions> = {}) {
  const given = { repo: "ana/films", token, hubUrl: hub.url, ...options };
  return pushDataset(folder, plainContext(), given);
}

async function failureOf(promise: Promise<unknown>): Promise<RectuneError> {
  const error: unknown = await promise.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RectuneError);
  return error as RectuneError;
}

describe("pushDataset", () => {
  it("makes a private repository of all files but the users' own, in one commit", async () => {
    const pushed = await push();
    const repo = hub.repos.get("ana/films")!;
    expect(repo.private).toBe(true);
    expect(repo.commits).toHaveLength(1);
    const [commit] = repo.commits;
    expect(pushed).toEqual({
      repo: "ana/films",
      url: `${hub.url}/datasets/ana/films`,
      revision: commit!.oid,
      files: ["README.md", "data/train-00000-of-00001.parquet", "manifest.json", "train.jsonl"],
      left: ["interactions.parquet", "users.parquet"],
    });
    expect([...commit!.files.keys()].sort()).toEqual(pushed.files);
    for (const [name, bytes] of commit!.files)
      if (name !== "manifest.json") expect(bytes.toString()).toBe(content[name]);
    // Binary files travel apart from the commit.
    expect(hub.seen.some((line) => line.startsWith("PUT /lfs/"))).toBe(true);
  });

  it("takes the interactions along, and publishes, when told to", async () => {
    const pushed = await push({ withInteractions: true, isPublic: true });
    expect(pushed.left).toEqual([]);
    expect(hub.repos.get("ana/films")!.private).toBe(false);
    expect(hub.repos.get("ana/films")!.commits[0]!.files.has("users.parquet")).toBe(true);
  });

  it("commits to a repository that is there, but not to a public one by chance", async () => {
    await push();
    await push();
    expect(hub.repos.get("ana/films")!.commits).toHaveLength(2);
    hub.repos.get("ana/films")!.private = false;
    expect(await failureOf(push())).toMatchObject({ code: "repo-is-public", exitCode: 5 });
    expect((await push({ isPublic: true })).revision).toMatch(/^[0-9a-f]{40}$/);
  });

  it("finds the namespace of a bare name", async () => {
    expect((await push({ repo: "films" })).repo).toBe("ana/films");
  });

  it.each([
    ["its text", "Research only; may not be redistributed without permission", {}],
    ["its field", "See the log's README", { redistribution: "forbidden" }],
  ])("refuses a licence that forbids it by %s, unless accepted", async (_, license, more) => {
    await writeManifest(license, more);
    expect(await failureOf(push())).toMatchObject({ code: "licence-forbids-push", exitCode: 5 });
    expect(hub.seen).toEqual([]);
    expect((await push({ acceptLicence: true })).files).toHaveLength(4);
  });

  it("warns where nothing is known and the world would see it", async () => {
    await writeManifest(null, { redistribution: "unknown" });
    const said: string[] = [];
    const log = { ...silentLogger, warn: (text: string) => void said.push(text) };
    const given = { repo: "ana/films", token, hubUrl: hub.url };
    await pushDataset(folder, plainContext({ log }), given);
    expect(said).toEqual([]);
    await pushDataset(folder, plainContext({ log }), { ...given, isPublic: true });
    expect(said).toHaveLength(1);
  });

  it("says what the Hub refused, and never the token", async () => {
    const other = "hf_another_secret";
    const denied = await failureOf(push({ token: other }));
    expect(denied).toMatchObject({ code: "hub-auth", exitCode: 4 });
    expect(denied.message).toContain("Invalid credentials");
    expect(denied.message + String(denied.cause)).not.toContain(other);
    for (const [at, pattern] of Object.entries({ commit: /commit/, preupload: /preupload/ })) {
      hub.failOn(pattern, 500);
      const failed = await failureOf(push());
      expect([at, failed.code, failed.exitCode]).toEqual([at, "hub-failed", 4]);
      expect(failed.message).not.toContain(token);
    }
    expect(hub.repos.get("ana/films")!.commits).toEqual([]);
  });

  it("refuses a token of another shape, an odd name, and a folder that is no dataset", async () => {
    const odd = await failureOf(push({ token: "secret" }));
    expect(odd).toMatchObject({ exitCode: 2 });
    expect(odd.message).not.toContain("secret");
    await writeFile(join(folder, "manifest.json"), "{");
    expect(await failureOf(push())).toMatchObject({ code: "push-nothing", exitCode: 3 });
  });
});
