// The trainer as a child that outlives its parent: a session of its own, output to a file, known by pid and start time
// and by the lock that it holds. Interpreters are found here, and secrets kept out of what the child sees.

import { spawn } from "node:child_process";
import { accessSync, closeSync, constants, existsSync, openSync, readFileSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import type { Context } from "../../base/logger.ts";
import { pause } from "../../base/pause.ts";
import { holderOf, holdFolder } from "./hold-folder.ts";
import { isProcessAlive, processName } from "./process-id.ts";

/** The file of an executable by its name on the PATH or its path; null where there is none. */
export function findExecutable(
  name: string,
  { env, cwd }: Pick<Context, "env" | "cwd">,
): string | null {
  const places =
    isAbsolute(name) || name.includes("/")
      ? [resolve(cwd, name)]
      : (env["PATH"] ?? "")
          .split(delimiter)
          .flatMap((dir) => (dir === "" ? [] : [join(dir, name)]));
  return places.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Words that run a Python script with its packages: the interpreter that is named, RECTUNE_PYTHON, else uv. */
export function interpreterOf(
  python: string | null,
  env: Context["env"],
): [program: string, ...rest: string[]] {
  const named = python ?? (env["RECTUNE_PYTHON"] || null);
  return named === null ? ["uv", "run", "--script"] : [named];
}

/** What to do about a Python that lacks the trainer's packages. */
export const packagesAdvice =
  "Let uv bring them by itself (install it; options.python and RECTUNE_PYTHON unset), or name a Python that has them in options.python. docs/local-training.md lists the packages.";

/** The same with the program's whole path. @throws UsageError where it is not on this machine. */
export function resolveInterpreter(
  python: string | null,
  context: Pick<Context, "env" | "cwd">,
): [program: string, ...rest: string[]] {
  const [program, ...rest] = interpreterOf(python, context.env);
  const found = findExecutable(program, context);
  if (found !== null) return [found, ...rest];
  throw new UsageError(`there is no ${program} on this machine`, {
    code: "trainer-python",
    where: program === "uv" ? "PATH" : python === null ? "RECTUNE_PYTHON" : "options.python",
    next: "Install uv (it brings the trainer's packages by itself), or name a Python that has them: RECTUNE_PYTHON=… or options.python. docs/local-training.md lists the packages.",
  });
}

const secretName = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/i;

/** The environment of a child: without keys, but for the one that opens models on the Hub. */
export function childEnv(env: Context["env"]): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== undefined && (name === "HF_TOKEN" || !secretName.test(name)),
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), PYTHONUNBUFFERED: "1" };
}

/** Starts a program in a session of its own, both its outputs appended to `log`; gives its name (see process-id.ts). */
export async function startDetached(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, log, env }: { cwd: string; log: string; env: Record<string, string> },
): Promise<string> {
  const out = openSync(log, "a");
  try {
    const child = spawn(program, args, {
      cwd,
      env,
      detached: true,
      stdio: ["ignore", out, out],
      windowsHide: true,
    });
    await new Promise<void>((started, failed) => {
      child.once("spawn", started);
      child.once("error", failed);
    });
    child.unref();
    return processName(child.pid!);
  } finally {
    closeSync(out);
  }
}

/** Whether a process of that name runs; one that ended and that nobody has waited for does not. */
export function isRunning(name: string): boolean {
  if (!isProcessAlive(name)) return false;
  try {
    const stat = readFileSync(`/proc/${name.split("@")[0]}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2)[0] !== "Z";
  } catch {
    return isProcessAlive(name);
  }
}

/** Whether a trainer holds its output folder. A look may keep a trainer that starts just then waiting a moment. */
export function isHeld(output: string): boolean {
  if (!existsSync(join(output, "lock"))) return false;
  // Taking the lock to look would rewrite who holds it.
  const holder = holderOf(output);
  if (holder === null || !isRunning(holder)) return false;
  using held = holdFolder(output);
  return held === null;
}

const patienceMs = 5000;

/** Ends processes with all that they started: asks first, and insists after five seconds. Idempotent. */
export async function endProcesses(names: readonly string[], context: Context): Promise<void> {
  const alive = (): string[] => names.filter(isRunning);
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const name of alive()) signalGroup(name, signal);
    // Ctrl-C does not cut this off: a trainer told to stop is seen to its end.
    const patient = { ...context, signal: new AbortController().signal };
    for (let waitedMs = 0; waitedMs < patienceMs && alive().length > 0; waitedMs += 100)
      await pause(100, patient);
  }
}

function signalGroup(name: string, signal: NodeJS.Signals): void {
  const pid = Number(name.split("@")[0]);
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
