import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findHfToken, hfTokenPath } from "../../../src/base/hf-token.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "rectune-token-"));
  for (const [folder, token] of [
    [".cache/huggingface", "of-home\n"],
    ["xdg/huggingface", "of-cache"],
    ["hub", "of-hub"],
    ["blank", " \n"],
  ] as const) {
    await mkdir(join(dir, folder), { recursive: true });
    await writeFile(join(dir, folder, "token"), token);
  }
});
afterAll(() => rm(dir, { recursive: true }));

it("goes from the nearest word to the farthest: token, file, hub, cache, home", async () => {
  const env: Record<string, string> = { HOME: dir };
  const found: (string | null)[] = [await findHfToken(env)];
  for (const [name, value] of [
    ["XDG_CACHE_HOME", join(dir, "xdg")],
    ["HF_HOME", join(dir, "hub")],
    ["HF_TOKEN_PATH", join(dir, ".cache/huggingface/token")],
    ["HF_TOKEN", " hf_x "],
  ] as const) {
    env[name] = value;
    found.push(await findHfToken(env));
  }
  expect(found).toEqual(["of-home", "of-cache", "of-hub", "of-home", "hf_x"]);
});

it("finds none in a blank file, a missing one, or without a home", async () => {
  expect(await findHfToken({ HF_HOME: join(dir, "blank") })).toBeNull();
  expect(await findHfToken({ HF_HOME: join(dir, "nowhere") })).toBeNull();
  expect([await findHfToken({}), hfTokenPath({})]).toEqual([null, null]);
});
