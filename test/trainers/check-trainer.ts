// `node test/trainers/check-trainer.ts PYTHON WORK`: the Python trainer on a random Llama of two layers: killed and taken
// up again it gives the same bytes; peft and transformers load what it leaves; dpo and full training run; GGUF is told
// apart by the next script. Prints a line a fact; exit 1 at the first that does not hold.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [python, work] = process.argv.slice(2) as [string, string];
const root = join(import.meta.dirname, "../..");
const trainer = join(root, "jobs/trainer/train.py");
mkdirSync(work, { recursive: true });

type Event = { event: string; step?: number; steps?: number; message?: string; loss?: number };
type Changes = Record<string, unknown>;

function writeConfig(name: string, changes: Changes = {}): string {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "config.json");
  const config = {
    version: 1,
    runKey: name,
    model: join(work, "tiny"),
    method: "sft",
    train: join(work, "train.jsonl"),
    validation: join(work, "validation.jsonl"),
    output: join(folder, "output"),
    hyperparameters: {
      epochs: 1,
      learningRate: "auto",
      batchSize: 16,
      lora: { rank: 4, alpha: 8 },
      maxTokens: 128,
    },
    seed: 1,
    saveSteps: 2,
    device: "cpu",
    threads: 1,
    pushTo: null,
    ...changes,
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** Runs the trainer; `killAfter` SIGKILLs it at the checkpoint of that step. */
async function train(config: string, killAfter: number | null = null): Promise<Event[]> {
  const child = spawn(python, [trainer, config], { stdio: ["ignore", "pipe", "pipe"] });
  const words: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => void words.push(line));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const events: Event[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("{")) continue;
    const event = JSON.parse(line) as Event;
    events.push(event);
    if (event.event === "checkpoint" && event.step === killAfter) child.kill("SIGKILL");
  }
  const code = await ended;
  if (killAfter === null) assert.equal(code, 0, words.slice(-15).join("\n"));
  return events;
}

const stepsOf = (events: Event[]): (number | undefined)[] =>
  events.filter(({ event }) => event === "progress").map(({ step }) => step);
const adapter = (name: string): string =>
  createHash("sha256")
    .update(readFileSync(join(work, name, "output/model/adapter_model.safetensors")))
    .digest("hex");
const say = (text: string): void => console.log(`trainer: ${text}`);

execFileSync(python, [join(root, "test/trainers/make_tiny.py"), work], { stdio: "inherit" });

const whole = await train(writeConfig("whole", { merge: true }));
assert.deepEqual(stepsOf(whole), [1, 2, 3, 4]);
say("4 steps without interruption");

const config = writeConfig("killed", { merge: true });
const before = await train(config, 2);
assert.ok(!existsSync(join(work, "killed/output/result.json")), "it was killed too late");
assert.ok(before.some(({ event, step }) => event === "checkpoint" && step === 2));
// A checkpoint that was being written when the power went.
mkdirSync(join(work, "killed/output/checkpoints/checkpoint-3"), { recursive: true });
const after = await train(config);
assert.equal(after.find(({ event }) => event === "start")?.step, 2);
assert.deepEqual(stepsOf(after), [3, 4]);
assert.equal(adapter("killed"), adapter("whole"));
say(
  `SIGKILL after step 2, resumed at 2: the same adapter, sha256 ${adapter("whole").slice(0, 16)}`,
);
assert.deepEqual(stepsOf(await train(config)), []);
say("a third run of the same config trains nothing");

const facts = JSON.parse(
  execFileSync(python, [join(root, "test/trainers/verify.py"), work], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }),
) as Record<string, number | boolean>;
assert.ok((facts["mergedDiffers"] as number) < 1e-3, JSON.stringify(facts));
assert.ok((facts["tunedDiffers"] as number) > 1e-6, JSON.stringify(facts));
assert.ok((facts["choosingDiffers"] as number) < 1e-3, JSON.stringify(facts));
for (const name of ["sameTemplate", "sameTokens", "endsWithEnd"])
  assert.equal(facts[name], true, name);
say(`peft loads the adapter, transformers the merged model: ${JSON.stringify(facts)}`);

const two = { epochs: 0.25, learningRate: "auto", batchSize: 8, maxTokens: 128 };
for (const [name, lora] of [
  ["dpo", { rank: 4, alpha: 8 }],
  ["dpo-full", null],
] as const) {
  const events = await train(
    writeConfig(name, {
      method: "dpo",
      train: join(work, "pairs.jsonl"),
      validation: null,
      hyperparameters: { ...two, lora },
    }),
  );
  assert.deepEqual(stepsOf(events), [1, 2]);
  say(`${name}: 2 steps`);
}

const full = await train(
  writeConfig("full", {
    model: join(work, "bare"),
    microBatchSize: 4,
    hyperparameters: { ...two, epochs: 1, batchSize: 16, lora: null },
  }),
);
assert.ok(full.some(({ message }) => message?.includes("no chat template")));
assert.ok(existsSync(join(work, "full/output/model/chat_template.jinja")));
say("full training of a base model without a chat template: a plain one is used and saved");

const refused = spawn(python, [trainer, writeConfig("refused", { method: "ppo" })]);
assert.equal(await new Promise((resolve) => refused.once("close", resolve)), 2);
say("a config that it cannot run is refused with exit 2");
