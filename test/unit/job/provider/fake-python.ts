// An executable that stands for a Python with the trainer's packages: run on train.py or score.py it speaks their JSON
// lines, keeps checkpoints and the lock as they do, and trains nothing. FAKE in its environment says what goes wrong.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeProgram } from "./write-program.ts";

const script = String.raw`
const fs = require("node:fs"), path = require("node:path"), { DatabaseSync } = require("node:sqlite");
const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");
const fake = process.env.FAKE || "";
const [, , file, ...rest] = process.argv;

function train(config) {
  const at = (name) => path.join(config.output, name);
  fs.mkdirSync(config.output, { recursive: true });
  const lock = new DatabaseSync(at("lock"), { timeout: 200 });
  try { lock.exec("BEGIN EXCLUSIVE"); } catch {
    say({ event: "error", message: "another process trains here" });
    process.exit(2);
  }
  const stat = fs.readFileSync("/proc/self/stat", "utf8");
  const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  fs.writeFileSync(at("holder.json"), JSON.stringify({ process: process.pid + "@" + ticks }));
  fs.writeFileSync(at("seen.json"), JSON.stringify({ env: process.env, argv: process.argv }));
  if (fs.existsSync(at("result.json"))) return say({ event: "done" });
  if (fake === "deaf") process.on("SIGTERM", () => {});
  const saved = fs.existsSync(at("checkpoints")) ? fs.readdirSync(at("checkpoints")).map((n) => Number(n.split("-")[1])) : [];
  let step = Math.max(0, ...saved);
  fs.appendFileSync(at("starts"), step + "\n");
  say({ event: "start", step, steps: 4 });
  const turn = () => {
    if (step === 4) {
      for (const name of ["model", "base"]) fs.mkdirSync(at(name), { recursive: true });
      const result = { runKey: config.runKey, steps: 4, tokens: 99 };
      fs.writeFileSync(at("result.json"), JSON.stringify(result));
      say({ event: "done", ...result });
      return process.exit(0);
    }
    if ((fake === "hold" || fake === "deaf") && step === 1 && !fs.existsSync(at("go"))) return setTimeout(turn, 10);
    step++;
    say({ event: "progress", phase: "tune", step, steps: 4, loss: 3 - step / 2, rate: 0.1, tokensPerSecond: 10 });
    if (step % 2 === 0) {
      const folder = at("checkpoints/checkpoint-" + step);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, "whole.json"), "{}");
    }
    if (fake === "broken") {
      console.error("Traceback (most recent call last):\n  File \"train.py\"");
      say({ event: "error", message: "ModuleNotFoundError: No module named 'torch._C'" });
      process.exit(1);
    }
    if (fake === "crash" && step === 3) {
      console.error("Traceback (most recent call last):\n  <b>torch.OutOfMemoryError</b>");
      process.exit(1);
    }
    setTimeout(turn, 5);
  };
  turn();
}

function score() {
  if (fake === "dead") { console.error("no module named torch"); process.exit(1); }
  say({ event: "ready", model: rest[1] });
  let asked = 0;
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "") return;
    if (fake === "dies" && ++asked > 1) { console.error("killed"); process.exit(9); }
    const { id, messages, choices, maxTokens } = JSON.parse(line);
    const text = messages.at(-1).content;
    if (text === "too long") return say({ id, error: "ValueError: 9000 + 3 tokens" });
    if (fake === "odd") return say({ id, hello: 1 });
    say({
      id, text: choices ? choices[0] : text.toUpperCase(), finish: "stop", tokensIn: text.length, tokensOut: maxTokens,
      logprobs: choices && choices.map((choice) => -choice.length), latencyMs: 1.5,
    });
  });
}

if (file === "-c") {
  if (fake === "mute") process.exit(1);
  say(fake === "bare" ? rest.slice(1).filter((name) => name !== "safetensors") : []);
} else if (file.endsWith("train.py")) train(JSON.parse(fs.readFileSync(rest[0], "utf8")));
else score();
`;

/** Writes the executable into a folder and gives its path. */
export function makeFakePython(dir: string): string {
  const path = join(dir, "fake-python");
  writeProgram(path, script);
  return path;
}

/** A new folder that programs may be run from, which memory disks often forbid; removed when the scope ends. */
export function scratchForPrograms(): { dir: string } & Disposable {
  const dir = mkdtempSync(join(tmpdir(), "rectune-programs-"));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }) };
}
