// The real program as a child process in a crash run: with waits cut short, killed by SIGKILL at a labelled point or while
// a request is on its way, in a workspace with a small dataset.

import { spawn } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { makeWorkspace } from "../recipe/workspace.ts";

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const main = fileOf("../../src/cli/main.ts");
const clock = pathToFileURL(fileOf("./fast-clock.mjs")).href;

export type Ended = { code: number | null; signal: string | null; stdout: string; stderr: string };

export type Place = {
  dir: string;
  /** Runs `rectune ARGS` here; `killWhen` kills it as soon as it is true. */
  run(args: string[], env?: Record<string, string>, killWhen?: () => boolean): Promise<Ended>;
  scrap(): Promise<void>;
};

/** A folder with a built dataset in `out`; copies of it are places for one run each. */
export async function makeTemplate(): Promise<{ dir: string; scrap(): Promise<void> }> {
  const workspace = await makeWorkspace(20);
  const args = [
    "build",
    "recipe.yaml",
    "-q",
    "--set",
    "lang=[en]",
    "--set",
    "tasks=[{type: rating}]",
  ];
  const built = await workspace.run([...args, "-o", "out"]);
  if (built.code !== 0) throw new Error(`the dataset was not built: ${built.stderr}`);
  return { dir: workspace.dir, scrap: async () => await workspace[Symbol.asyncDispose]() };
}

/** A place under `home`, with the template's dataset and a job recipe. */
export async function makePlace(
  template: string,
  home: string,
  name: string,
  job: string,
): Promise<Place> {
  const dir = join(home, name);
  await mkdir(dir, { recursive: true });
  await cp(join(template, "out"), join(dir, "out"), { recursive: true });
  await writeFile(join(dir, "job.yaml"), job);
  return {
    dir,
    run: (args, env, killWhen) => runProgram(dir, args, env, killWhen),
    scrap: () => rm(dir, { recursive: true, force: true }),
  };
}

function runProgram(
  cwd: string,
  args: string[],
  env: Record<string, string> = {},
  killWhen?: () => boolean,
): Promise<Ended> {
  const mutant =
    process.env["RECTUNE_MUTANT"] === undefined ? [] : ["--import", fileOf("./mutate.ts")];
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...mutant, "--import", clock, main, ...args, "--state-dir", join(cwd, "state")],
      { cwd, env: { ...process.env, NO_COLOR: "1", ...env }, stdio: ["ignore", "pipe", "pipe"] },
    );
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const watch = setInterval(() => {
      if (killWhen?.()) child.kill("SIGKILL");
    }, 5);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(watch);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
