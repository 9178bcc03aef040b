// The Slurm provider against stand-ins for sbatch, squeue and scancel that keep their jobs in a file, and its script under
// shellcheck and bash.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { cancelJob } from "../../../../src/job/control.ts";
import { Ledger } from "../../../../src/job/ledger.ts";
import {
  renderSlurmScript,
  slurmOptionsSchema,
} from "../../../../src/job/provider/slurm-script.ts";
import { slurmProvider } from "../../../../src/job/provider/slurm.ts";
import { submitJob, type SubmitOptions } from "../../../../src/job/submit.ts";
import { makeDataset, makeRecipe, testContext } from "../fixture.ts";
import { makeFakePython, scratchForPrograms } from "./fake-python.ts";
import { writeProgram } from "./write-program.ts";

const providers = { slurm: slurmProvider };
const folders: Disposable[] = [];
afterEach(() => folders.splice(0).forEach((folder) => folder[Symbol.dispose]()));

// Job: id|state|submit time|reason|name. `mode` says how sbatch misbehaves; squeue moves a job on at each look.
const fakeSlurm = String.raw`
const fs = require("node:fs"), path = require("node:path"), { spawnSync } = require("node:child_process");
const dir = path.dirname(process.argv[1]), at = (name) => path.join(dir, name);
const load = () => (fs.existsSync(at("jobs.json")) ? JSON.parse(fs.readFileSync(at("jobs.json"), "utf8")) : []);
const save = (jobs) => fs.writeFileSync(at("jobs.json"), JSON.stringify(jobs));
const mode = fs.existsSync(at("mode")) ? fs.readFileSync(at("mode"), "utf8") : "";
const args = process.argv.slice(2), jobs = load();
switch (path.basename(process.argv[1])) {
  case "sbatch": {
    const script = args.at(-1), text = fs.readFileSync(script, "utf8");
    const name = /--job-name=(\S+)/.exec(text)[1], id = String(100 + jobs.length);
    save([...jobs, { id, state: "PENDING", name, script }]);
    if (mode === "silent") { console.error("Socket timed out on send/recv operation"); process.exit(1); }
    console.log(id + ";cluster");
    break;
  }
  case "squeue": {
    const name = args.find((arg) => arg.startsWith("--name=")).slice(7);
    for (const job of jobs.filter((job) => job.name === name)) {
      if (job.state === "RUNNING") {
        const log = /--output=(\S+)/.exec(fs.readFileSync(job.script, "utf8"))[1];
        const out = fs.openSync(log, "a");
        job.state = spawnSync("bash", [job.script], { stdio: ["ignore", out, out] }).status === 0 ? "COMPLETED" : "FAILED";
        job.reason = job.state === "FAILED" ? "NonZeroExitCode" : "None";
      } else if (job.state === "PENDING" && mode !== "full") job.state = "RUNNING";
      console.log([job.id, job.state, "2026-11-24T10:00:0" + (Number(job.id) % 10), job.reason || "None"].join("|"));
    }
    save(jobs);
    break;
  }
  default:
    for (const job of jobs) if (job.id === args[0]) job.state = "CANCELLED by 0";
    save(jobs);
}
`;

function workspace(fake = "", has = true) {
  const folder = scratchForPrograms();
  folders.push(folder);
  const bin = join(folder.dir, "bin");
  mkdirSync(bin);
  for (const name of has ? ["sbatch", "squeue", "scancel"] : [])
    writeProgram(join(bin, name), fakeSlurm);
  const dataset = makeDataset(folder.dir);
  writeFileSync(join(dataset.dir, "train.jsonl"), '{"prompt":[],"completion":[]}\n');
  writeFileSync(join(dataset.dir, "validation.jsonl"), "");
  const model = join(folder.dir, "base");
  mkdirSync(model);
  const options = slurmProvider.options.parse({
    python: makeFakePython(folder.dir),
    gres: "gpu:1",
  });
  const recipe = makeRecipe(folder.dir, { provider: "slurm", model, maxUsd: 0, options });
  const context = () =>
    testContext(folder.dir, {
      env: { PATH: [bin, "/usr/bin", "/bin"].join(delimiter), FAKE: fake, HF_TOKEN: "hf_planted" },
      sleep: () => Promise.resolve(),
    });
  return {
    context,
    setMode: (mode: string) => writeFileSync(join(bin, "mode"), mode),
    jobs: () =>
      existsSync(join(bin, "jobs.json"))
        ? (JSON.parse(readFileSync(join(bin, "jobs.json"), "utf8")) as {
            id: string;
            state: string;
          }[])
        : [],
    job: () => {
      using ledger = new Ledger(join(folder.dir, ".rectune"));
      return ledger.list()[0]!;
    },
    run: (more: SubmitOptions = {}) =>
      submitJob(recipe, dataset, context(), { providers, ...more }),
  };
}

describe("slurm", () => {
  test("submits once, follows through the queue and brings the result", async () => {
    const { run, jobs, job } = workspace();
    const done = await run();
    expect(done).toMatchObject({ kind: "done", result: { steps: 4, modelDir: "output/model" } });
    expect(jobs()).toMatchObject([{ id: "100", state: "COMPLETED" }]);
    const script = readFileSync(join(job().jobDir, "job.sbatch"), "utf8");
    expect(script).toContain(`--comment=rectune:${job().runKey}`);
    expect(script).not.toContain("planted");
  });

  test("an sbatch that did not answer is looked up by name, never sent again", async () => {
    const { run, jobs, setMode } = workspace();
    setMode("silent");
    expect(await run()).toMatchObject({ kind: "done" });
    expect(jobs()).toHaveLength(1);
  });

  test("a job that fails tells Slurm's word and the log's last lines", async () => {
    const { run } = workspace("crash");
    // The stand-in runs the script without the provider's environment, so what fails here is the check of the files.
    const made = workspace();
    await made.run({ detach: true });
    writeFileSync(join(made.job().jobDir, "data/train.jsonl"), "changed\n");
    await expect(made.run()).rejects.toThrow(
      /Slurm says FAILED \(NonZeroExitCode\)[^]*train\.jsonl/,
    );
    expect(await run({ dryRun: true })).toMatchObject({ kind: "planned" });
  });

  test("cancel ends a waiting job, and may be said twice", async () => {
    const { run, job, jobs, setMode, context } = workspace();
    setMode("full");
    await run({ detach: true });
    expect(await cancelJob(job().id, context(), providers)).toMatchObject({ state: "CANCELLED" });
    await slurmProvider.cancel("100", { ...job().spec, ...job() } as never, context());
    expect(jobs()).toMatchObject([{ state: "CANCELLED by 0" }]);
  });

  test("without sbatch the script is written, nothing is sent, and the plan says so", async () => {
    const { run, job } = workspace("", false);
    const planned = await run({ dryRun: true });
    if (planned.kind !== "planned") throw new Error("not planned");
    expect(planned.plan.notes.join("\n")).toContain("no sbatch on the PATH");
    await expect(run()).rejects.toThrow(/no sbatch on this machine\n.*sbatch .*job\.sbatch/);
    expect(job().state).toBe("UPLOADING");
    expect(existsSync(join(job().jobDir, "job.sbatch"))).toBe(true);
  });
});

describe("the script", () => {
  const script = renderSlurmScript({
    runKey: "a".repeat(64),
    jobDir: "/home/o'neil/jobs/a b",
    log: "/home/o'neil/jobs/a b/train.log",
    options: slurmOptionsSchema.parse({ partition: "gpu", gres: "gpu:1", modules: ["cuda/13.0"] }),
    command: ["uv", "run", "--script", "/home/o'neil/jobs/a b/train.py", "$(touch /tmp/x)"],
    files: [{ path: "/home/o'neil/jobs/a b/$HOME `x`", sha256: "0".repeat(64) }],
  });

  test("quotes what paths hold, and bash can read it", () => {
    expect(spawnSync("bash", ["-n"], { input: script }).status).toBe(0);
    expect(script).toContain(String.raw`"\$(touch /tmp/x)"`);
    expect(script).toContain(`#SBATCH "--chdir=/home/o'neil/jobs/a b"`);
    expect(script).toContain("module load cuda/13.0");
  });

  const hasShellcheck = spawnSync("shellcheck", ["--version"]).status === 0;
  test.skipIf(!hasShellcheck && process.env["RECTUNE_NO_SKIP"] !== "1")(
    "has nothing that shellcheck finds",
    () => {
      expect(execFileSync("shellcheck", ["-"], { input: script, encoding: "utf8" })).toBe("");
    },
  );

  test("takes no shell from a recipe", () => {
    expect(slurmOptionsSchema.safeParse({ modules: ["x; rm -rf /"] }).success).toBe(false);
    expect(slurmOptionsSchema.safeParse({ partition: "$(id)" }).success).toBe(false);
  });
});
