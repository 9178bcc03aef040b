// A small workspace in a fresh folder, and the real command line run in it.

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export type Finished = {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
};

export type Workspace = AsyncDisposable & {
  dir: string;
  path(...parts: string[]): string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** Runs `rectune ARGS` in the workspace, with its state folder there. */
  run(args: string[], env?: Record<string, string>): Promise<Finished>;
};

/** A workspace with `recipe.yaml` over a log of `users` users who each saw twelve of forty films. */
export async function makeWorkspace(users = 60): Promise<Workspace> {
  const dir = await mkdtemp(join(tmpdir(), "rectune-recipe-"));
  const path = (...parts: string[]): string => join(dir, ...parts);
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(join(dir, name, ".."), { recursive: true });
    await writeFile(path(name), content);
  };
  await write("log/ratings.csv", makeRatings(users));
  await write("log/films.csv", makeFilms());
  await write("recipe.yaml", recipeText);
  return {
    dir,
    path,
    write,
    run: (args, env = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [main, ...args, "--state-dir", path("state")], {
          cwd: dir,
          env: { ...process.env, NO_COLOR: "1", ...env },
        });
        let stdout = "";
        let stderr = "";
        child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
        child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
        child.on("error", reject);
        child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
      }),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** The bytes of every file of a folder, by name. */
export async function readFolder(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(dir, name), "latin1")])),
  );
}

export function makeRatings(users: number): string {
  const lines = ["user,film,rating,time"];
  for (let u = 0; u < users; u++) {
    for (let i = 0; i < 12; i++) {
      // Steps of 7 never meet 40 twice within twelve films; every third user ties the last two times.
      const time = 1000 + i * 60 - (i === 11 && u % 3 === 0 ? 60 : 0);
      lines.push(
        `u${String(u).padStart(3, "0")},f${(u * 3 + i * 7) % 40},${1 + ((u + i) % 5)},${time}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

function makeFilms(): string {
  const genres = ["Drama", "Comedy", "Crime", "Sci-Fi"];
  const rows = Array.from({ length: 40 }, (_, i) => {
    const title = i === 0 ? '"<script>alert(1)</script> {{ 7*7 }}"' : `Film ${i}`;
    return `f${i},${title},${1980 + i},${genres[i % 4]}|${genres[(i + 1) % 4]}`;
  });
  return `id,title,year,genres\n${rows.join("\n")}\n`;
}

const recipeText = `version: 1
name: small
log:
  format: csv
  path: ./log
  columns:
    interactions: { file: ratings.csv, user: user, item: film, rating: rating, time: time }
    items: { file: films.csv, id: id, title: title, year: year, genres: genres }
lang: [en, ko]
tasks:
  - { type: rating }
  - { type: next-item }
  - { type: ranking, candidates: { n: 8 } }
  - { type: explanation }
`;
