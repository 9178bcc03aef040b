// What `rectune inspect DIR` prints of a dataset folder, and the flags it takes.

import { resolve } from "node:path";
import type { Command } from "commander";
import { chatTemplateNames, openChatTemplate } from "../base/token/chat-templates.ts";
import { binRange, type LengthHistogram } from "../base/token/length-histogram.ts";
import type { CostEstimate, DatasetLook, InspectOptions } from "../dataset/inspect-dataset.ts";
import { splits } from "../log/split/timeline.ts";
import { textOption, type Call } from "./command.ts";
import { formatTable, terminalWidth } from "./format-table.ts";
import { printable } from "./printable.ts";
import { counterOf } from "./token-flags.ts";

export function addDatasetOptions(command: Command): void {
  command
    .option(
      "--chat-template <name|file>",
      `how a dataset's examples are shown: ${chatTemplateNames.join(", ")}, a file of Jinja or tokenizer_config.json (default: chatml)`,
    )
    .option("--tokenizer <file>", "tokenizer.json to count with (default: 4 bytes a token)");
}

/** The flags as the library takes them. @throws UsageError for a file that is not what the flag needs. */
export async function readDatasetOptions(call: Call): Promise<InspectOptions> {
  const { cwd } = call.context;
  const template = textOption(call, "chatTemplate") ?? "chatml";
  const isName = chatTemplateNames.includes(template);
  return {
    chatTemplate: await openChatTemplate(isName ? template : resolve(cwd, template)),
    counter: await counterOf(call),
  };
}

/** Counts, one example of each task as the model reads it, lengths and costs; control characters made visible. */
export function showDataset(look: DatasetLook): string {
  const { manifest, samples, rendered, lengths, withMarkup } = look;
  const { counts } = manifest;
  const tasks = Object.keys(counts.examples.train);
  const table = formatTable(
    [
      ["task", ...splits],
      ...tasks.map((task) => [task, ...splits.map((split) => counts.examples[split][task] ?? 0)]),
    ],
    { head: true },
  );
  const head = `${manifest.name}: ${counts.interactions} interactions, ${counts.users} users, ${counts.items} items`;
  const shown = Object.entries(samples).map(([task, { id, wording }]) =>
    printable(`── ${id}  (${wording})\n${rendered[task]!.trimEnd()}`),
  );
  const markup =
    withMarkup.count === 0
      ? []
      : [
          printable(
            `${withMarkup.count} texts hold markup of the chat template as data, e.g. ${withMarkup.examples.join(", ")}`,
          ),
        ];
  const tokens = formatTable(
    [
      ["split", "texts counted", "tokens in all", "mean", "least", "most"],
      ...splits.map((split) => {
        const { counted, tokens: held, totalTokens } = lengths[split];
        const mean = counted === 0 ? 0 : Math.round(held.total / counted);
        return [split, counted, totalTokens, mean, held.least, held.most];
      }),
    ],
    { head: true },
  );
  return [
    head,
    table,
    printable(`examples as a model reads them, chat template ${look.chatTemplate}:`),
    ...shown,
    ...markup,
    `tokens (${printable(look.tokenizer)})\n${tokens}`,
    `train, tokens a text\n${showHistogram(lengths.train.tokens)}`,
    `train, characters a text\n${showHistogram(lengths.train.chars)}`,
    `one pass over train: ${lengths.train.totalTokens} tokens\n${showCosts(look.costs)}`,
  ].join("\n\n");
}

const widestBar = 40;
/** What stands before a bar. */
const widthBeforeBar = 24;

function showHistogram({ bins, count }: LengthHistogram): string {
  if (count === 0) return "none";
  const first = bins.findIndex((n) => n > 0);
  const most = Math.max(...bins);
  const barWidth = Math.max(8, Math.min(widestBar, terminalWidth() - widthBeforeBar));
  return formatTable(
    bins.slice(first).map((n, i) => {
      const [from, to] = binRange(first + i);
      return [`${from}–${to}`, n, "█".repeat(Math.round((barWidth * n) / most))];
    }),
  );
}

function showCosts(costs: readonly CostEstimate[]): string {
  return formatTable(
    [
      ["provider", "of", "USD", "price", "source"],
      ...costs.map(
        ({ provider, of, usdPerEpoch, usdPerMillionTokens, usdPerHour, source, asOf }) => [
          provider,
          of,
          usdPerEpoch === null ? "not known" : usdPerEpoch.toFixed(2),
          usdPerHour !== null
            ? `${usdPerHour.toFixed(2)} an hour`
            : usdPerMillionTokens !== null
              ? `${usdPerMillionTokens.toFixed(2)} a million tokens`
              : "none published",
          `${source}, ${asOf}`,
        ],
      ),
    ],
    { head: true },
  );
}
