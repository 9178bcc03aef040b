// What plans of hosted providers have in common: the files held against the provider's limits, a price that must be
// known, and the counts that a reader wants to see.

import type { FormatLimits } from "../../dataset/format/types.ts";
import type { RowFile, RowFiles } from "./export-rows.ts";
import type { Mapped } from "./map-hyperparameters.ts";
import { priceTokens, type TokenPrice } from "./token-price.ts";
import type { JobPlan, JobRequest, PlannedRequest } from "./types.ts";

export type HostedPlan = {
  request: JobRequest;
  files: RowFiles;
  limits: FormatLimits;
  mapped: Mapped;
  /** Null where none is known: then the plan cannot be approved. */
  price: TokenPrice | null;
  /** Where the price could be read. */
  pricePage: string;
  /** Times that the validation rows are read at most. */
  evals: number;
  requests: PlannedRequest[];
  checks?: readonly string[];
  notes?: readonly string[];
  problems?: readonly string[];
};

/** Joins what was found into a plan. */
export function planHosted(plan: HostedPlan): JobPlan {
  const { request, files, limits, mapped, price } = plan;
  const { epochs, maxTokens, batchSize } = request.hyperparameters;
  const { train, validation } = files;
  const held = [train, ...(validation ? [validation] : [])].map((file) => checkFile(file, limits));
  const { isExact, about } = files;
  const cost = priceTokens(files, { epochs, evals: plan.evals }, price ?? { perMillionUsd: 0 });
  const overlong = train.overlong + (validation?.overlong ?? 0);
  const longest = Math.max(train.longest, validation?.longest ?? 0);
  const count = isExact ? "" : ` (${about})`;
  return {
    rows: train.rows,
    tokens: isExact ? train.tokens : null,
    steps: batchSize === "auto" ? null : Math.ceil((train.rows * epochs) / batchSize),
    estimateUsd: cost.estimateUsd,
    ceilingUsd: cost.ceilingUsd,
    price: price && { source: price.source, checked: price.checked },
    requests: plan.requests,
    checks: [
      ...held.flatMap(({ checks }) => checks),
      ...(overlong === 0
        ? [`longest example ${longest} tokens, at most ${maxTokens}${count}`]
        : []),
      ...mapped.checks,
      ...(plan.checks ?? []),
    ],
    notes: [
      ...held.flatMap(({ notes }) => notes),
      ...(isExact
        ? []
        : [
            `about ${train.tokens} tokens a pass (${about}); the ceiling counts a token a byte. options.tokenizer, the model's tokenizer.json, makes both exact`,
          ]),
      `the ceiling is ${cost.mostTokens} tokens at most times the price: every pass and ${plan.evals} readings of the validation rows`,
      ...(plan.notes ?? []),
    ],
    problems: [
      ...held.flatMap(({ problems }) => problems),
      ...(overlong > 0
        ? [
            `${overlong} examples are longer than hyperparameters.maxTokens ${maxTokens}, the longest has ${longest}${count}: raise it or shorten the prompts`,
          ]
        : []),
      ...mapped.problems,
      ...(price === null
        ? [
            `no price is known, so there is no ceiling: set options.pricePerMillionTokens as ${plan.pricePage} has it today`,
          ]
        : []),
      ...(plan.problems ?? []),
    ],
  };
}

type Found = { checks: string[]; notes: string[]; problems: string[] };

function checkFile(file: RowFile, { minRows, maxRows, maxBytes, about }: FormatLimits): Found {
  const { split, rows, bytes, skipped, findings } = file;
  const found: Found = { checks: [], notes: [], problems: [...findings] };
  const least = split === "train" ? (minRows ?? 1) : 1;
  if (rows < least) found.problems.push(`${split}: ${rows} rows, too few (${about})`);
  else if (maxRows !== null && rows > maxRows)
    found.problems.push(`${split}: ${rows} rows, too many (${about})`);
  else if (maxBytes !== null && bytes > maxBytes)
    found.problems.push(`${split}: ${bytes} bytes, too big (${about})`);
  else found.checks.push(`${split}: ${rows} rows, ${bytes} bytes (${about})`);
  if (findings.length === 0) found.checks.push(`${split}: keys and roles of every row`);
  for (const [reason, n] of Object.entries(skipped))
    found.notes.push(`${split}: ${n} examples make no row: ${reason}`);
  return found;
}
