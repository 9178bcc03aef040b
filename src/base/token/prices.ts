// What providers ask for training, as far as it is published as a figure. Every figure has its source and the day it was
// looked up; a provider that publishes none has a null, and says itself what a job will cost.

/** USD for a million trained tokens, USD an hour of a machine, or nothing that could be computed with. */
export type Price = {
  provider: string;
  /** What the figure is for: a size of model, a machine. */
  of: string;
  usdPerMillionTokens: number | null;
  usdPerHour: number | null;
  source: string;
  /** ISO date. */
  asOf: string;
};

const asOf = "2026-11-24";

const hour = (of: string, usdPerHour: number): Price => ({
  provider: "hf-jobs",
  of,
  usdPerMillionTokens: null,
  usdPerHour,
  source: "huggingface.co/api/jobs/hardware",
  asOf,
});

const perToken = (of: string, usdPerMillionTokens: number): Price => ({
  provider: "fireworks",
  of,
  usdPerMillionTokens,
  usdPerHour: null,
  source: "Fireworks' price page, an older copy",
  asOf,
});

const unknown = (provider: string, source: string): Price => ({
  provider,
  of: "any model",
  usdPerMillionTokens: null,
  usdPerHour: null,
  source,
  asOf,
});

const free = (provider: string): Price => ({
  ...unknown(provider, "runs on your own machine"),
  usdPerMillionTokens: 0,
});

export const prices: readonly Price[] = [
  free("micro"),
  free("local"),
  perToken("up to 16B parameters", 0.5),
  perToken("up to 80B parameters", 3),
  hour("t4-small", 0.4),
  hour("l4x1", 0.8),
  hour("a10g-small", 1),
  hour("a10g-large", 1.5),
  hour("l40sx1", 1.8),
  hour("a100-large", 2.5),
  hour("rtx-pro-6000", 2.75),
  hour("h200", 5),
  unknown("together", "estimates on request, once the file is uploaded"),
  unknown("openai", "price page only"),
  unknown("nebius", "price page only"),
  unknown("azure", "price page only"),
];
