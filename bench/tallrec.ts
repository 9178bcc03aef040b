// The TALLRec preset, build and export, against that paper's own script on the same log, in one run.
// npm run build && node bench/tallrec.ts SCRIPT [FOLDER OF ml-100k [PYTHON]]: SCRIPT is preprocess_movie.py of SAI990323/TALLRec; PYTHON needs pandas.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { seconds, timed } from "./timed.ts";
import { writeTallrecPack } from "../test/conformance/tallrec-pack.ts";

const root = join(import.meta.dirname, "..");
const [script, data = join(root, "../shared/data/ml-100k"), python = "python3"] =
  process.argv.slice(2);
if (script === undefined) throw new Error("name the script: node bench/tallrec.ts SCRIPT");
const published = resolve(data, "../tallrec-movie");
const layout = ["--indent", "4", "--ascii", "--no-final-newline"];
const folder = mkdtempSync(join(tmpdir(), "rectune-bench-"));
try {
  await writeTallrecPack(published, join(folder, "pack"));
  for (let round = 1; round <= 5; round++) {
    const theirs = join(folder, `theirs-${round}`);
    mkdirSync(join(theirs, "data"), { recursive: true });
    for (const name of readdirSync(data)) cpSync(join(data, name), join(theirs, name));
    const scriptMs = await timed(() => run(python, [resolve(script)], theirs));
    const built = join(folder, `built-${round}`);
    const out = join(folder, `out-${round}`);
    const buildMs = await timed(() => {
      rectune("build", "datasets/tallrec-movielens-100k.yaml", "-o", built);
    });
    const exportMs = await timed(() => {
      rectune("export", built, "-o", out, "--format", "alpaca-json", ...layout);
    });
    const isSame = ["train", "test"].every((split) =>
      readFileSync(join(theirs, "data", `${split}.json`)).equals(
        readFileSync(join(out, `${split}.json`)),
      ),
    );
    const ours = buildMs + exportMs;
    console.log(
      `round ${round}: script ${seconds(scriptMs)}, rectune ${seconds(ours)} (build ${seconds(buildMs)}, export ${seconds(exportMs)}), ` +
        `${(scriptMs / ours).toFixed(2)} × as fast; ${isSame ? "the same bytes" : "DIFFERENT BYTES"}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function rectune(...args: string[]): void {
  const isBuild = args[0] === "build";
  const more = isBuild
    ? ["--set", `log.path=${resolve(data)}`, "--set", `templates=${join(folder, "pack")}`]
    : [];
  run(process.execPath, [join(root, "dist/cli/main.js"), ...args, ...more], root);
}

function run(command: string, args: string[], cwd: string): void {
  const done = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
}
