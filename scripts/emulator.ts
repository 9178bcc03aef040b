// Runs an emulator of a hosted provider on loopback, for trying jobs without a key or a bill:
//   npm run -s emulator -- nebius [--port N] [--fault KIND@'METHOD /path'] [--lag N] [--steps N] [--queue N] [--page N]
// It prints its address and the environment to use as shell lines, and answers until it is stopped.

import { parseArgs } from "node:util";
import { faultKinds, parseFault, type Fault } from "../test/emulator/faults.ts";
import { fireworksKey, startFireworks } from "../test/emulator/fireworks.ts";
import { startHfJobs } from "../test/emulator/hf-jobs.ts";
import { hubToken } from "../test/emulator/hub-store.ts";
import type { JobServer } from "../test/emulator/job-server.ts";
import { startOpenaiJobs, type OpenaiJobsOptions } from "../test/emulator/openai-jobs.ts";
import { openSpec } from "../test/emulator/spec.ts";
import { startTogether } from "../test/emulator/together.ts";

type Started = { server: JobServer; env: Record<string, string> };
type Setting = Omit<OpenaiJobsOptions, "profile">;

const emulators: Readonly<Record<string, (setting: Setting) => Promise<Started>>> = {
  openai: async (setting) => {
    const server = await startOpenaiJobs({ ...setting, profile: "openai" });
    return { server, env: { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: "emulated-key" } };
  },
  azure: async (setting) => {
    const server = await startOpenaiJobs({ ...setting, profile: "azure" });
    const endpoint = new URL(server.url).origin;
    return {
      server,
      env: { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_API_KEY: "emulated-key" },
    };
  },
  nebius: async (setting) => {
    const server = await startOpenaiJobs({ ...setting, profile: "nebius" });
    return { server, env: { NEBIUS_BASE_URL: server.url, NEBIUS_API_KEY: "emulated-key" } };
  },
  together: async (setting) => {
    const server = await startTogether(setting);
    return { server, env: { TOGETHER_BASE_URL: server.url, TOGETHER_API_KEY: "emulated-key" } };
  },
  fireworks: async (setting) => {
    const server = await startFireworks(setting);
    return {
      server,
      env: { FIREWORKS_BASE_URL: server.url, FIREWORKS_API_KEY: fireworksKey },
    };
  },
  "hf-jobs": async (setting) => {
    const server = await startHfJobs(setting);
    return { server, env: { HF_ENDPOINT: server.url, HF_TOKEN: hubToken } };
  },
};

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string" },
    fault: { type: "string", multiple: true },
    lag: { type: "string" },
    steps: { type: "string" },
    queue: { type: "string" },
    page: { type: "string" },
  },
});
const name = positionals[0] ?? "";
const start = Object.hasOwn(emulators, name) ? emulators[name] : undefined;
if (!start) stop(`which one? Known: ${Object.keys(emulators).join(", ")}`);

const faults: Fault[] = (values.fault ?? []).map(
  (text) =>
    parseFault(text) ??
    stop(
      `not a fault: ${text}\n  For example accept-drop@'POST /fine_tuning/jobs'; kinds: ${faultKinds.join(", ")}`,
    ),
);
const numbers = (["port", "lag", "steps", "queue"] as const).flatMap((key) => {
  const text = values[key];
  if (text === undefined) return [];
  return /^\d+$/.test(text) ? [[key, Number(text)]] : stop(`not a number: --${key} ${text}`);
});
const page = values.page === undefined ? {} : { pageSize: Number(values.page) };
const { server, env } = await start({
  faults,
  ...page,
  ...(Object.fromEntries(numbers) as Setting),
});
for (const [key, value] of Object.entries(env)) console.log(`export ${key}=${value}`);
console.log(`# ${name} at ${server.url}; what it accepted: ${new URL(server.url).origin}/_/state`);

if (openSpec("together.yaml") === null)
  console.log(
    "# requests are not held against the published documents: RECTUNE_TEST_DATA names none",
  );

const close = (): void => void server[Symbol.asyncDispose]().then(() => process.exit(0));
process.on("SIGINT", close);
process.on("SIGTERM", close);
