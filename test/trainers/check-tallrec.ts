// `node test/trainers/check-tallrec.ts PYTHON GGUF WORK`: SmolLM2-135M tuned on 256 rows of TALLRec's movie data through
// `rectune tune` (provider local), and asked its test file through `rectune eval`. Prints the AUCs with n and interval.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";

const [python, gguf, work] = process.argv.slice(2).map((path) => resolve(path)) as [
  string,
  string,
  string,
];
const root = join(import.meta.dirname, "../..");
const data = join(process.env["RECTUNE_TEST_DATA"] ?? join(root, "../shared"), "data");
const epochs = Number(process.env["TRAINER_EPOCHS"] ?? 1);
mkdirSync(join(work, "pack/preference"), { recursive: true });

const rectune = (...args: string[]): void =>
  void execFileSync(
    process.execPath,
    [join(root, "src/cli/main.ts"), ...args, "--state-dir", join(work, "state")],
    { cwd: work, stdio: "inherit" },
  );

// A third as long as the paper's prompt: it counts the likes instead of listing every title.
writeFileSync(
  join(work, "pack/preference/en.yaml"),
  stringify({
    version: 1,
    task: "preference",
    lang: "en",
    replace: true,
    wordings: [
      {
        name: "short",
        instruction: 'Answer "Yes" or "No".',
        context:
          'The user liked {{ liked | length }} of the last {{ history | length }} films{% for h in history %}{% if loop.index > 8 %}, "{{ h.title }}"{% endif %}{% endfor %}.',
        task: 'Will the user like "{{ item.title }}"?',
        join: "\n",
        answer: "{% if likes %}Yes{% else %}No{% endif %}",
      },
    ],
  }),
);
const recipe = readFileSync(join(root, "datasets/tallrec-movielens-100k.yaml"), "utf8");
writeFileSync(
  join(work, "data.yaml"),
  recipe
    .replace(
      /^log:.*$/m,
      `log: ${JSON.stringify({ format: "movielens", path: join(data, "ml-100k") })}`,
    )
    .concat(`templates: ${JSON.stringify(join(work, "pack"))}\n`),
);
writeFileSync(
  join(work, "job.yaml"),
  stringify({
    version: 1,
    dataset: "data.yaml",
    provider: "local",
    model: gguf,
    hyperparameters: {
      epochs,
      learningRate: 5e-4,
      batchSize: 16,
      lora: { rank: 16, alpha: 32 },
      maxTokens: 256,
    },
    options: { rows: 256, python, device: "cpu", threads: 2 },
  }),
);
writeFileSync(
  join(work, "suite.yaml"),
  stringify({
    version: 1,
    dataset: "data.yaml",
    job: "job.yaml",
    tasks: ["preference"],
    systems: [
      { name: "tuned", model: "job" },
      { name: "base", model: "job:base" },
    ],
    primary: [{ metric: "auc", system: "tuned", against: "base" }],
  }),
);

rectune("tune", "job.yaml");
rectune("eval", "suite.yaml", "-o", "run", "--threads", "2");
const report = JSON.parse(readFileSync(join(work, "run/report.json"), "utf8")) as {
  systems: {
    name: string;
    metrics: Record<string, { value: number; low: number; high: number; n: number }>;
  }[];
};
for (const { name, metrics } of report.systems) {
  const auc = metrics["auc"];
  if (!auc) continue;
  const [value, low, high] = [auc.value, auc.low, auc.high].map((x) => x.toFixed(4));
  console.log(`tallrec: ${name}: AUC ${value} [${low}, ${high}], n = ${auc.n}`);
}
const aucOf = (name: string): number =>
  report.systems.find((system) => system.name === name)?.metrics["auc"]?.value ?? Number.NaN;
assert.ok(aucOf("tuned") > 0 && aucOf("base") > 0, "an AUC is missing");
