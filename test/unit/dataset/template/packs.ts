// Writes packs into a folder of its own, for tests of what users write.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export type Folder = { path: string; [Symbol.asyncDispose](): Promise<void> };

export async function makeFolder(files: Record<string, string>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "rectune-packs-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A next-item pack of one wording with the given lines for its blocks. */
export function packText(blocks: string, name = "mine"): string {
  return `version: 3\ntask: next-item\nlang: en\nwordings:\n  - name: ${name}\n${blocks.replace(/^/gm, "    ")}\n`;
}

export const goodBlocks = `context: "{% for h in history %}{{ h.line }};{% endfor %}"
task: "Next {{ words.item }}:"
answer: "{{ target.title }}"`;
