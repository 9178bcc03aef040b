// Who speaks OpenAI's fine-tuning API, as data: addresses, keys, names of hyper-parameters, how a job is found again, and
// what is closing when. Sources: OpenAI's OpenAPI 2.3.0 (2026-08-21); Azure's v1 REST pages (fine-tuning-rest, read
// 2026-11-24); docs.tokenfactory.nebius.com/api-reference/fine-tuning (API version 20260506, read 2026-11-24).

import type { FormatLimits } from "../../dataset/format/types.ts";
import { openaiLimits, openaiProfiles as limitsOf } from "../../dataset/format/openai-limits.ts";
import type { HyperparameterRules } from "./map-hyperparameters.ts";
import { pricePages } from "./token-price.ts";
import type { DedupeClass, Method } from "./types.ts";

/** Whose names of hyper-parameters are spoken, and where they stand in the request. */
export type Dialect = "openai" | "nebius";

export type OpenaiProfile = {
  name: "openai" | "azure" | "nebius" | "custom";
  /** Null: the recipe's options, or the environment alone, name it. */
  usualUrl: string | null;
  /** Environment variable with another address. */
  urlEnv: string | null;
  /** What stands after the address in the environment. */
  urlPath: string;
  keyEnv: string;
  /** The key also goes in this header. */
  keyHeader: string | null;
  dedupe: DedupeClass;
  methods: readonly Method[];
  limits: FormatLimits;
  dialect: Dialect;
  /** Whether jobs carry metadata that can be searched. */
  metadata: boolean;
  /** A file must be processed before a job may name it. */
  waitsForFiles: boolean;
  /** Whether the API tells when a model shuts down. */
  tellsShutdown: boolean;
  /** Whether trained_tokens of a job are the tokens that are billed. */
  tellsBilledTokens: boolean;
  pricePage: string;
  /** Dates after which nothing new is taken at the usual address, with what ends then. */
  closing: readonly { date: string; what: string; ends: "jobs" | "models"; models?: RegExp }[];
  /** Said in every plan. */
  notes: readonly string[];
};

const openaiRules: HyperparameterRules = {
  about: "OpenAI's API",
  epochs: { name: "n_epochs", whole: true, min: 1, max: 50 },
  learningRate: null,
  batchSize: { name: "batch_size", whole: true, min: 1, max: 256 },
  lora: null,
  maxTokens: null,
};

const nebiusRules: HyperparameterRules = {
  about: "Nebius",
  epochs: { name: "n_epochs", whole: true, min: 1, max: 50 },
  learningRate: { name: "learning_rate", above: 0 },
  batchSize: { name: "batch_size", whole: true, min: 1, max: 256 },
  lora: { rank: "lora_r", alpha: "lora_alpha", on: { lora: true }, wholeAlpha: true, maxRank: 128 },
  maxTokens: { name: "context_length", allowed: [8192, 16384, 32768, 65536, 131072] },
};

export const rulesOf: Readonly<Record<Dialect, HyperparameterRules>> = {
  openai: openaiRules,
  nebius: nebiusRules,
};

export const openaiProfiles = {
  openai: {
    name: "openai",
    usualUrl: "https://api.openai.com/v1",
    urlEnv: "OPENAI_BASE_URL",
    urlPath: "",
    keyEnv: "OPENAI_API_KEY",
    keyHeader: null,
    dedupe: "B",
    methods: ["sft", "dpo"],
    limits: openaiLimits,
    dialect: "openai",
    metadata: true,
    waitsForFiles: false,
    tellsShutdown: true,
    tellsBilledTokens: true,
    pricePage: pricePages.openai,
    // Notices of 2026-05-07 and 2026-10-14.
    closing: [
      { date: "2027-01-06", what: "OpenAI takes no new fine-tuning jobs", ends: "jobs" },
      {
        date: "2027-01-14",
        what: "gpt-4o, gpt-4.1 and models tuned from them shut down",
        ends: "models",
        models: /^(ft:)?gpt-4(o|\.1)(-mini)?(-|:|$)/,
      },
    ],
    notes: [
      "OpenAI takes jobs only of organisations that tuned before 2026-05-07 and asked a tuned model in the last 60 days",
    ],
  },
  azure: {
    name: "azure",
    usualUrl: null,
    urlEnv: "AZURE_OPENAI_ENDPOINT",
    urlPath: "/openai/v1",
    keyEnv: "AZURE_OPENAI_API_KEY",
    keyHeader: "api-key",
    dedupe: "C",
    methods: ["sft", "dpo"],
    limits: limitsOf["azure"]!,
    dialect: "openai",
    metadata: false,
    waitsForFiles: true,
    tellsShutdown: false,
    tellsBilledTokens: true,
    pricePage: pricePages.azure,
    closing: [],
    notes: [
      "a tuned model answers only once it is deployed; a deployment costs by the hour until it is deleted, and rectune makes none",
    ],
  },
  nebius: {
    name: "nebius",
    usualUrl: "https://api.tokenfactory.nebius.com/v1",
    urlEnv: "NEBIUS_BASE_URL",
    urlPath: "",
    keyEnv: "NEBIUS_API_KEY",
    keyHeader: null,
    dedupe: "C",
    methods: ["sft"],
    limits: limitsOf["nebius"]!,
    dialect: "nebius",
    metadata: false,
    waitsForFiles: false,
    tellsShutdown: false,
    tellsBilledTokens: false,
    pricePage: pricePages.nebius,
    closing: [],
    notes: [],
  },
  custom: {
    name: "custom",
    usualUrl: null,
    urlEnv: null,
    urlPath: "",
    keyEnv: "",
    keyHeader: null,
    dedupe: "C",
    methods: ["sft", "dpo"],
    limits: { ...openaiLimits, maxBytes: null, minRows: 1, about: "no limit known" },
    dialect: "openai",
    metadata: false,
    waitsForFiles: false,
    tellsShutdown: false,
    tellsBilledTokens: false,
    pricePage: "its price page",
    closing: [],
    notes: [],
  },
} as const satisfies Record<string, OpenaiProfile>;
