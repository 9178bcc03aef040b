// The providers, by name. A new one is one file here and one line below.

import { fireworksProvider } from "./fireworks.ts";
import { hfJobsProvider } from "./hf-jobs.ts";
import { localProvider } from "./local.ts";
import { microProvider } from "./micro.ts";
import { azureProvider, customProvider, nebiusProvider, openaiProvider } from "./openai.ts";
import { togetherProvider } from "./together.ts";
import { slurmProvider } from "./slurm.ts";
import type { Provider } from "./types.ts";

export const providers: Readonly<Record<string, Provider>> = {
  micro: microProvider,
  local: localProvider,
  slurm: slurmProvider,
  openai: openaiProvider,
  azure: azureProvider,
  nebius: nebiusProvider,
  custom: customProvider,
  together: togetherProvider,
  fireworks: fireworksProvider,
  "hf-jobs": hfJobsProvider,
};
