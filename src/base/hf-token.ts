// The token of the Hugging Face Hub, where Hugging Face's own tools look for it
// (huggingface.co/docs/huggingface_hub/package_reference/environment_variables).

import { readFile } from "node:fs/promises";
import { join } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** HF_TOKEN, or what the token's file holds; null where neither is. */
export async function findHfToken(env: Env): Promise<string | null> {
  const path = hfTokenPath(env);
  const token = env["HF_TOKEN"] || (path && (await readFile(path, "utf8").catch(() => "")));
  return token?.trim() || null;
}

/** The token's file: HF_TOKEN_PATH, or `token` in HF_HOME or in the cache folder; null without a home folder. */
export function hfTokenPath(env: Env): string | null {
  if (env["HF_TOKEN_PATH"]) return env["HF_TOKEN_PATH"];
  const cache = env["XDG_CACHE_HOME"] ?? (env["HOME"] && join(env["HOME"], ".cache"));
  const home = env["HF_HOME"] ?? (cache && join(cache, "huggingface"));
  return home ? join(home, "token") : null;
}
