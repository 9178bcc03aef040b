// What is made of a job that a user names, by what a provider tells of it: judged by hand, and at the emulators.

import { describe, expect, test } from "vitest";
import { fileTrait, judgeTraits, modelTrait } from "../../../../src/job/provider/job-traits.ts";
import { makeHfJobsProvider } from "../../../../src/job/provider/hf-jobs.ts";
import { makeOpenaiProvider } from "../../../../src/job/provider/openai.ts";
import { openaiProfiles } from "../../../../src/job/provider/openai-profiles.ts";
import { readJob, recogniseJob } from "../../../../src/job/provider/openai-jobs.ts";
import { makeTogetherProvider } from "../../../../src/job/provider/together.ts";
import type { Provider } from "../../../../src/job/provider/types.ts";
import { startHfJobs } from "../../../emulator/hf-jobs.ts";
import { hubToken } from "../../../emulator/hub-store.ts";
import type { JobServer } from "../../../emulator/job-server.ts";
import { startOpenaiJobs } from "../../../emulator/openai-jobs.ts";
import { startTogether } from "../../../emulator/together.ts";
import { makeRecipe, scratch, testContext } from "../fixture.ts";
import { hostedRecipe, hostedRequest, noWaits } from "./hosted-fixture.ts";

describe("judgeTraits", () => {
  test("one trait of another run is enough, silence is none", () => {
    const fits = { name: "suffix", told: "a", fits: true };
    const against = { name: "training file", told: "b", fits: false };
    const silent = { name: "base model", told: null, fits: false };
    expect(judgeTraits(true, [against])).toEqual({ kind: "own" });
    expect(judgeTraits(false, [fits, against])).toEqual({
      kind: "other",
      why: 'its training file is "b"',
    });
    expect(judgeTraits(false, [fits, silent])).toEqual({
      kind: "untold",
      checked: ["suffix"],
      unchecked: ["base model"],
    });
  });

  test("a model's name may come with a date or a path; a file tells nothing where none of ours is left", () => {
    expect(modelTrait("gpt-4.1-mini-2025-04-14", "gpt-4.1-mini").fits).toBe(true);
    expect(modelTrait("accounts/x/models/Llama-3", "llama-3").fits).toBe(true);
    expect(modelTrait("gpt-4.1-nano", "gpt-4.1-mini").fits).toBe(false);
    expect(fileTrait("file-1", new Set()).told).toBeNull();
    expect(fileTrait("file-1", new Set(["file-2"]))).toMatchObject({ told: "file-1", fits: false });
  });

  test("a job that tells its base model alone is left to the user, unless that is another", async () => {
    using home = scratch();
    const provider = makeOpenaiProvider(openaiProfiles.nebius, noWaits);
    const recipe = hostedRecipe(home.dir, provider);
    const request = await hostedRequest(home.dir, provider, recipe, testContext(home.dir));
    const told = (more: object) =>
      recogniseJob(
        readJob({ id: "j", status: "running", ...more }, "test"),
        request,
        new Set(["file-1"]),
        false,
      );
    expect(told({ model: request.model })).toEqual({
      kind: "untold",
      checked: ["base model"],
      unchecked: ["run key", "suffix", "training file"],
    });
    expect(told({ model: "another" })).toMatchObject({ kind: "other" });
    expect(told({ training_file: "file-1" })).toEqual({ kind: "own" });
    expect(told({ training_file: "file-2" })).toMatchObject({ kind: "other" });
    expect(told({ user_provided_suffix: "r-ffffffffffff" })).toMatchObject({ kind: "other" });
  });
});

type Setting = {
  provider: Provider;
  start: () => Promise<JobServer>;
  env: (url: string) => Record<string, string>;
};
const settings: Setting[] = [
  ...(["openai", "nebius"] as const).map((name): Setting => {
    const prefix = name.toUpperCase();
    return {
      provider: makeOpenaiProvider(openaiProfiles[name], noWaits),
      start: () => startOpenaiJobs({ profile: name, lag: 99 }),
      env: (url) => ({ [`${prefix}_BASE_URL`]: url, [`${prefix}_API_KEY`]: "emulated-key" }),
    };
  }),
  {
    provider: makeTogetherProvider(noWaits),
    start: () => startTogether({ lag: 99 }),
    env: (url) => ({ TOGETHER_BASE_URL: url, TOGETHER_API_KEY: "emulated-key" }),
  },
  {
    provider: makeHfJobsProvider({ lookAgainMs: [], pollEveryMs: 1 }),
    start: () => startHfJobs({ lag: 99 }),
    env: (url) => ({ HF_ENDPOINT: url, HF_TOKEN: hubToken }),
  },
];

test.each(settings)(
  "$provider.name knows its own job, another run's and none, where no list shows any",
  async ({ provider, start, env }) => {
    using home = scratch();
    await using server = await start();
    const context = testContext(home.dir, { env: env(server.url) });
    const options = provider.options.parse(
      provider.name === "hf-jobs" ? { flavor: "t4-small" } : {},
    );
    const recipe = makeRecipe(home.dir, { provider: provider.name, options });
    const request = await hostedRequest(home.dir, provider, recipe, context);
    const { remoteId } = await provider.submit(
      request,
      await provider.upload(request, context),
      context,
    );
    const recognise = (id: string, runKey: string) =>
      provider.recognise!(id, { ...request, runKey }, context);
    expect(await provider.find(request, context)).toEqual([]);
    expect(await recognise(remoteId, request.runKey)).toEqual({ kind: "own" });
    expect(await recognise(remoteId, "cd".repeat(32))).toMatchObject({ kind: "other" });
    expect(await recognise("no-such-job", request.runKey)).toEqual({ kind: "absent" });
  },
);
