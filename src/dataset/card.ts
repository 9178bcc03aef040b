// README.md of a dataset folder: the Hugging Face dataset card (huggingface.co/docs/hub/datasets-cards), with `configs`
// so that load_dataset finds the splits, and the types of all columns, so that columns of nulls are no riddle.

import { stringify } from "yaml";
import type { SplitRecipe } from "../log/split/recipe.ts";
import { splits, type Split } from "../log/split/timeline.ts";
import { describeSplit, listSplit } from "./describe-split.ts";
import { exampleFeatures } from "./format/columns.ts";
import { countExamples, type DatasetManifest } from "./manifest.ts";

const sizes: [number, string][] = [
  [1e3, "n<1K"],
  [1e4, "1K<n<10K"],
  [1e5, "10K<n<100K"],
  [1e6, "100K<n<1M"],
  [1e7, "1M<n<10M"],
];

/** What the card says of the recipe. */
type CardRecipe = { lang: string[]; tasks: { type: string }[]; split: SplitRecipe };

export function renderCard(manifest: DatasetManifest): string {
  // An empty file is no split to load_dataset, but an error.
  const filled = splits.filter((split) => countExamples(manifest, split) > 0);
  const total = filled.reduce((sum, split) => sum + countExamples(manifest, split), 0);
  const recipe = manifest.recipe as CardRecipe;
  const front = {
    pretty_name: manifest.name,
    language: recipe.lang,
    ...(manifest.license === null ? {} : { license: "other", license_name: "see-below" }),
    task_categories: ["text-generation"],
    tags: ["recommendation", "instruction-tuning", "rectune"],
    size_categories: [sizes.find(([below]) => total < below)?.[1] ?? "10M<n<100M"],
    configs: [
      {
        config_name: "default",
        data_files: filled.map((split) => ({ split, path: `${split}.jsonl` })),
      },
    ],
    dataset_info: {
      config_name: "default",
      features: exampleFeatures,
      splits: filled.map((name) => ({
        name,
        num_bytes: manifest.outputs[`${name}.jsonl`]?.bytes ?? 0,
        num_examples: countExamples(manifest, name),
      })),
    },
  };
  return `${renderFront(front)}\n${renderBody(manifest, recipe)}`;
}

function renderBody(manifest: DatasetManifest, recipe: CardRecipe): string {
  const { counts } = manifest;
  const row = (task: string): string =>
    `| ${task} | ${splits.map((split: Split) => counts.examples[split][task] ?? 0).join(" | ")} |`;
  const notes = manifest.notes.map(
    ({ code, count, message }) => `- \`${code}\` (${count}): ${markdownText(message)}`,
  );
  const inputs = manifest.inputs.map(
    ({ file, bytes, sha256 }) => `| ${code(file)} | ${bytes} | \`${sha256}\` |`,
  );
  return `# ${manifest.name}

Instruction-tuning data for recommendation, made from an interaction log by
rectune ${manifest.toolVersion}: ${counts.interactions} interactions of ${counts.users} users with ${counts.items} items.

| task | train | validation | test |
| --- | --- | --- | --- |
${recipe.tasks.map((task) => row(task.type)).join("\n")}

Languages of the prompts: ${recipe.lang.join(", ")}. Each line holds one example: \`prompt\` and \`completion\` are chat
messages, the other keys say which interaction it was made from. \`items.parquet\` is the catalog.

## Split

${describeSplit(recipe.split)} A prompt shows only what came before its target.

${listSplit(manifest)
  .map((line) => `- ${line}`)
  .join("\n")}

${manifest.tieShare === null ? "" : `${(100 * manifest.tieShare).toFixed(1)}% of the users have a tied last pair; input order decides there.\n`}
${notes.length === 0 ? "" : `## Notes\n\n${notes.join("\n")}\n\n`}## Licence

${licenceText(manifest.license)}
The examples quote the log; its terms hold for them.${manifest.redistribution === "forbidden" ? " **They forbid redistribution: this data set may not be passed on.**" : ""}

## How it was built

\`\`\`sh
rectune build ${manifest.name}.yaml
\`\`\`

Seed ${manifest.seed}, dataset hash \`${manifest.hash}\`. The resolved recipe and the checksums of all files stand in \`manifest.json\`,
what was looked for and found in \`audit.json\`, unusable input rows in \`rejects.jsonl\`.

| input | bytes | sha256 |
| --- | --- | --- |
${inputs.join("\n")}
`;
}

/** The front matter of a card, without YAML anchors, which some readers lack. */
export function renderFront(front: object): string {
  return `---\n${stringify(front, { aliasDuplicateObjects: false })}---\n`;
}

/** What a card says of the log's licence. */
export function licenceText(license: string | null): string {
  return license === null
    ? "The log names no licence. Whoever publishes this data must know the log's terms."
    : `${markdownText(license)}.`;
}

/** Text of the log or its licence on one line, without what Markdown would read as markup. */
function markdownText(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_[\]<>|#]/g, (c) => `\\${c}`);
}

function code(text: string): string {
  return `\`${text.replace(/[`|\r\n]/g, " ")}\``;
}
