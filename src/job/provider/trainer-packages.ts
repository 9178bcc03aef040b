// Whether a Python that the user named has what train.py imports for a job. It is asked before the job starts: a trainer
// that ends in a traceback would cost an attempt, and say nothing of what to do.

import { execFile } from "node:child_process";
import { dirname } from "node:path";
import type { Context } from "../../base/logger.ts";
import { childEnv } from "./local-child.ts";
import { trainerPath } from "./trainer-options.ts";
import type { JobRequest } from "./types.ts";

const askTimeoutMs = 20_000;
const script =
  "import importlib.util as u, json, sys; print(json.dumps([n for n in sys.argv[1:] if u.find_spec(n) is None]))";

/** The packages that a job's training imports. */
export function packagesFor({ method, model, hyperparameters }: JobRequest): string[] {
  return [
    "torch",
    "transformers",
    "accelerate",
    "safetensors",
    ...(hyperparameters.lora === null ? [] : ["peft"]),
    ...(method === "dpo" ? ["trl", "datasets"] : []),
    ...(model.endsWith(".gguf") ? ["gguf"] : []),
  ];
}

/** Those of the packages that a Python lacks; none where it gives no clear answer. */
export function missingPackages(
  python: string,
  packages: readonly string[],
  { env }: Pick<Context, "env">,
): Promise<string[]> {
  // In the trainer's own folder: a folder of the workspace that is named as a package would pass for one.
  const options = { cwd: dirname(trainerPath), env: childEnv(env), timeout: askTimeoutMs };
  return new Promise((resolve) => {
    const child = execFile(python, ["-c", script, ...packages], options, (error, stdout) =>
      resolve(error ? [] : readNames(stdout, packages)),
    );
    child.stdin?.end();
  });
}

function readNames(text: string, asked: readonly string[]): string[] {
  try {
    const told = JSON.parse(text) as unknown;
    return Array.isArray(told) ? asked.filter((name) => told.includes(name)) : [];
  } catch {
    return [];
  }
}
