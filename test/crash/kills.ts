// Real kills: the program runs as a child against emulators on loopback, dies by SIGKILL at a labelled point or with a
// request on its way, and is run again until its job has ended. A: Fireworks, B: OpenAI, C: Nebius.

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault, FaultKind } from "../emulator/faults.ts";
import { fireworksKey, startFireworks } from "../emulator/fireworks.ts";
import type { JobServer } from "../emulator/job-server.ts";
import { startOpenaiJobs } from "../emulator/openai-jobs.ts";
import { type JobRecord, Ledger } from "../../src/job/ledger.ts";
import type { DedupeClass } from "../../src/job/provider/types.ts";
import { noVerdict, type Verdict } from "./play.ts";
import { makePlace, makeTemplate, type Ended, type Place } from "./program.ts";

export type Kill = {
  dedupe: DedupeClass;
  /** A labelled point, or "… in flight": killed once the server has read the request, before it answers. */
  point: string;
  fault: { on: string; kind: FaultKind } | null;
  act: "tune" | "cancel";
  /** A point to be killed at before that. */
  before?: string;
};
export type KillResult = Verdict & { kill: Kill; isKilled: boolean };

type Service = {
  /** Calls as the emulator routes them. */
  routes: { create: string; upload: string; cancel: string };
  start(faults: Fault[]): Promise<JobServer>;
  env(url: string): Record<string, string>;
  /** The rest of a job recipe. */
  job: string;
  maxUsd: number;
};

const key = "emulated-key";
const openaiRoutes = {
  create: "POST /fine_tuning/jobs",
  upload: "POST /files",
  cancel: "POST /fine_tuning/jobs/{id}/cancel",
};
// A new job is not listed at once.
const pace = { queue: 1, steps: 2, lag: 1 };

const services: Readonly<Record<DedupeClass, Service>> = {
  A: {
    routes: {
      create: "POST /v1/accounts/{acct}/supervisedFineTuningJobs",
      upload: "POST /v1/accounts/{acct}/datasets/{id}:upload",
      cancel: "POST /v1/accounts/{acct}/supervisedFineTuningJobs/{id}:cancel",
    },
    start: (faults) => startFireworks({ queue: 1, steps: 2, faults }),
    env: (url) => ({ FIREWORKS_BASE_URL: url, FIREWORKS_API_KEY: fireworksKey }),
    job: `provider: fireworks\nmodel: accounts/fireworks/models/llama-v3p1-8b-instruct
hyperparameters: { epochs: 1, maxTokens: 4096 }
options: { loraRank: 16, timeoutSeconds: 20 }\n`,
    maxUsd: 5,
  },
  B: {
    routes: openaiRoutes,
    start: (faults) => startOpenaiJobs({ profile: "openai", ...pace, faults }),
    env: (url) => ({ OPENAI_BASE_URL: url, OPENAI_API_KEY: key }),
    job: `provider: openai\nmodel: gpt-4.1-nano-2025-04-14
hyperparameters: { epochs: 1 }
options: { pricePerMillionTokens: 5, timeoutSeconds: 20 }\n`,
    maxUsd: 1,
  },
  C: {
    routes: openaiRoutes,
    start: (faults) => startOpenaiJobs({ profile: "nebius", ...pace, faults }),
    env: (url) => ({ NEBIUS_BASE_URL: url, NEBIUS_API_KEY: key }),
    job: `provider: nebius\nmodel: meta-llama/Meta-Llama-3.1-8B-Instruct
hyperparameters: { epochs: 1, lora: { rank: 16, alpha: 16 }, maxTokens: 8192 }
options: { pricePerMillionTokens: 1, timeoutSeconds: 20 }\n`,
    maxUsd: 1,
  },
};

/** Points by the fault without which they are not passed. */
const tunePoints: readonly [string, FaultKind | null][] = [
  ["job:planned", null],
  ["job:approved", null],
  ["job:uploading", null],
  ["job:uploaded", null],
  ["job:checked", null],
  ["job:intent", null],
  ["job:unanswered", "accept-drop"],
  ["job:unanswered", "error-before"],
  ["job:sent", null],
  ["job:submitted", null],
  ["job:looked", "error-after"],
  ["job:adopted", "truncated"],
  ["job:watching", "conflict"],
  ["job:over", "rate-limit"],
  ["job:settled", "conflict-after"],
];

export function allKills(): Kill[] {
  return (["A", "B", "C"] as const).flatMap((dedupe): Kill[] => {
    const { create, upload, cancel } = services[dedupe].routes;
    // Class A refuses twins, so nothing can make one there.
    const twins = dedupe === "A" ? [] : ["job:adopted", "job:twin-cancelled"];
    return [
      ...tunePoints.map(([point, kind]): Kill => {
        const fault = kind === null ? null : { on: create, kind };
        return { dedupe, point, fault, act: "tune" };
      }),
      ...twins.map((point): Kill => ({
        dedupe,
        point,
        // The server makes two of one request, and the answer is lost with the process.
        fault: { on: create, kind: "twice" },
        act: "tune",
        before: "job:sent",
      })),
      {
        dedupe,
        point: "create in flight",
        fault: { on: create, kind: "accept-hang" },
        act: "tune",
      },
      {
        dedupe,
        point: "upload in flight",
        fault: { on: upload, kind: "accept-hang" },
        act: "tune",
      },
      {
        dedupe,
        point: "cancel in flight",
        fault: { on: cancel, kind: "accept-hang" },
        act: "cancel",
      },
      { dedupe, point: "job:uploading", fault: { on: upload, kind: "accept-drop" }, act: "tune" },
      { dedupe, point: "job:uploaded", fault: { on: upload, kind: "error-after" }, act: "tune" },
      { dedupe, point: "job:cancelling", fault: null, act: "cancel" },
      { dedupe, point: "job:cancelled", fault: { on: cancel, kind: "accept-drop" }, act: "cancel" },
    ];
  });
}

/** Plays kills, two at a time. `onResult` is told each as it ends. */
export async function playKills(
  kills: readonly Kill[],
  onResult: (result: KillResult) => void,
): Promise<void> {
  const template = await makeTemplate();
  const home = await mkdtemp(join(tmpdir(), "rectune-kills-"));
  const left = kills.map((kill, i) => ({ kill, i }));
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const { kill, i } = next;
      const place = await makePlace(template.dir, home, String(i), recipeOf(kill.dedupe));
      onResult(await playKill(kill, place).finally(() => place.scrap()));
    }
  };
  try {
    await Promise.all([work(), work()]);
  } finally {
    await template.scrap();
    await rm(home, { recursive: true, force: true });
  }
}

async function playKill(kill: Kill, place: Place): Promise<KillResult> {
  const service = services[kill.dedupe];
  await using server = await service.start(kill.fault ? [kill.fault] : []);
  const env = service.env(server.url);
  const verdict = noVerdict();
  const inFlight = kill.point.endsWith("in flight") ? kill.fault!.on : null;
  const killWhen = (): boolean =>
    inFlight !== null && server.state().requests.some((request) => isRoute(request, inFlight));
  let isKilled = false;
  let before = kill.before;
  const play = async (args: string[]): Promise<Ended> => {
    const armed = isKilled ? {} : { RECTUNE_TEST_KILL: before ?? kill.point };
    const ended = await place.run(
      args,
      { ...env, ...armed },
      isKilled || inFlight === null ? undefined : killWhen,
    );
    if (ended.signal === "SIGKILL" && before !== undefined) before = undefined;
    else isKilled ||= ended.signal === "SIGKILL";
    return ended;
  };
  const tune = ["tune", "job.yaml", "--yes", "--threads", "1"];
  let last: Ended | null = null;
  for (let run = 0; run < 8; run++) {
    const job = jobsOf(place).at(-1);
    const isOver =
      job?.state === "SUCCEEDED" || (kill.act === "cancel" && job?.state === "CANCELLED");
    if (isOver && isKilled) break;
    // A run that came by without dying is no proof of anything.
    if (isOver && run > 0) break;
    if (job?.state === "UNKNOWN" && last?.stderr.includes("error[job-unresolved]"))
      await answer(place, job, server, env, verdict);
    const wantsCancel = kill.act === "cancel" && (job?.remoteId ?? null) !== null;
    last = await play(
      wantsCancel
        ? ["jobs", "cancel", job!.id]
        : kill.act === "cancel"
          ? [...tune, "--detach"]
          : tune,
    );
    if (kill.act === "cancel" && !wantsCancel && last.code === 0) continue;
  }
  judge(kill, place, server, verdict, last);
  return { ...verdict, kill, isKilled };
}

function jobsOf(place: Place): JobRecord[] {
  const stateDir = join(place.dir, "state");
  if (!existsSync(join(stateDir, "ledger.sqlite"))) return [];
  using ledger = new Ledger(stateDir);
  return ledger.list();
}

type Held = { id: string; state: string; suffix?: string | null };

function heldBy(server: JobServer): Held[] {
  return server.state()["jobs"] as Held[];
}

/** Whether a job at the server carries a run key: in its suffix, or in the id that was chosen for it. */
function carries({ id, suffix }: Held, runKey: string): boolean {
  return suffix === `r-${runKey.slice(0, 12)}` || id.includes(runKey.slice(0, 12));
}

/** The user looks at the server's page, where nothing lags, and says what is there. */
async function answer(
  place: Place,
  { id, runKey }: JobRecord,
  server: JobServer,
  env: Record<string, string>,
  verdict: Verdict,
): Promise<void> {
  const there = heldBy(server).find((held) => carries(held, runKey));
  // The lists lag by one look, and the program takes five.
  if (there) {
    verdict.lost++;
    verdict.why.push(`the user was asked about ${there.id}, which the lists show`);
  }
  await place.run(["jobs", "resolve", id, ...(there ? ["--adopt", there.id] : ["--absent"])], env);
}

function judge(
  kill: Kill,
  place: Place,
  server: JobServer,
  verdict: Verdict,
  last: Ended | null,
): void {
  const jobs = jobsOf(place);
  const wanted = kill.act === "cancel" ? ["CANCELLED", "SUCCEEDED"] : ["SUCCEEDED"];
  const say = (kind: "duplicates" | "lost" | "overBudget", why: string): void => {
    verdict[kind]++;
    verdict.why.push(why);
  };
  if (!wanted.includes(jobs.at(-1)?.state ?? "none"))
    say(
      "lost",
      `it ended as ${jobs.at(-1)?.state}: ${last?.stderr.trim().split("\n").at(-2) ?? ""}`,
    );
  const held = heldBy(server);
  const alive = held.filter(({ state }) => !/^(cancel|fail)/i.test(state));
  // "twice" makes two of one request: the program must end the second one.
  const most = kill.act === "cancel" && jobs.at(-1)?.state === "CANCELLED" ? 0 : 1;
  if (alive.length > most) say("duplicates", `${alive.length} jobs run or ran`);
  const allowed = kill.fault?.kind === "twice" ? 2 : 1;
  if (Number(server.state().acceptedJobs) > allowed)
    say("duplicates", `${String(server.state().acceptedJobs)} creates were accepted`);
  const kept = new Set(jobs.map(({ remoteId }) => remoteId));
  for (const { id } of alive) if (!kept.has(id)) say("lost", `${id} is not in the ledger`);
  if (server.state().dollars > services[kill.dedupe].maxUsd)
    say("overBudget", `${server.state().dollars} USD`);
  for (const violation of server.state().violations) say("lost", violation);
}

function isRoute(request: string, route: string): boolean {
  const shape = route.replace(/\{\w+\}/g, "[^/:]+");
  return new RegExp(`^${shape}$`).test(request);
}

function recipeOf(dedupe: DedupeClass): string {
  const { job, maxUsd } = services[dedupe];
  return `version: 1\ndataset: ./out\nmaxUsd: ${maxUsd}\n${job}`;
}
