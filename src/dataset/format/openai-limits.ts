// Limits of the services that take OpenAI's shapes, each as its own documents state them.

import type { FormatLimits } from "./types.ts";

const mebibyte = 1024 * 1024;

/** platform.openai.com/docs/guides/supervised-fine-tuning, and the description of POST /files. */
export const openaiLimits: FormatLimits = {
  minRows: 10,
  maxRows: null,
  maxBytes: 512 * mebibyte,
  about: "OpenAI: at least 10 examples, at most 512 MB a file",
};

export const openaiProfiles: Readonly<Record<string, FormatLimits>> = {
  openai: openaiLimits,
  // learn.microsoft.com/azure/ai-foundry/openai/how-to/fine-tuning
  azure: {
    minRows: 10,
    maxRows: null,
    maxBytes: 512 * mebibyte,
    about: "Azure: at least 10 examples, at most 512 MB a file",
  },
  // docs.tokenfactory.nebius.com, fine-tuning; a newer page says 50 GB, the smaller figure holds for both.
  nebius: {
    minRows: null,
    maxRows: null,
    maxBytes: 5 * 1024 * mebibyte,
    about: "Nebius: at most 5 GB a file",
  },
  // docs.fireworks.ai/fine-tuning; files from 150 MB on go up by signed URL.
  fireworks: {
    minRows: 3,
    maxRows: 3_000_000,
    maxBytes: null,
    about: "Fireworks: 3 to 3,000,000 examples",
  },
};
