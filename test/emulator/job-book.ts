// What the emulators of the OpenAI wire and Together tell of their jobs and files at /_/state, and how a test moves them on.

import type { JobServerOptions } from "./job-server.ts";

type BookedJob = {
  id: string;
  body: Record<string, unknown>;
  usd: number;
  looks: number;
  cancelledAt: number | null;
};

type BookedFile = { id: string; name: string; bytes: number; text: string };

/** `shareDone`: how much (0..1) of a cancelled job was done, and so is billed. */
export function keepBook<Job extends BookedJob>(book: {
  jobs: readonly Job[];
  files: readonly BookedFile[];
  accepted: () => number;
  stateOf: (job: Job) => string;
  shareDone: (job: Job) => number;
}): Required<Pick<JobServerOptions, "state" | "control">> {
  const { jobs, files, accepted, stateOf, shareDone } = book;
  return {
    state: () => ({
      acceptedJobs: accepted(),
      dollars: jobs.reduce(
        (sum, job) => sum + (job.cancelledAt === null ? job.usd : job.usd * shareDone(job)),
        0,
      ),
      jobs: jobs.map((job) => ({
        id: job.id,
        state: stateOf(job),
        suffix: job.body["suffix"] ?? null,
        usd: job.usd,
      })),
      files: files.map(({ id, name, bytes }) => ({ id, name, bytes })),
    }),
    control: {
      /** Lets all jobs move on by so many looks. */
      tick: ({ looks = 1 }) => {
        for (const job of jobs) job.looks += Number(looks);
        return { jobs: jobs.length };
      },
      text: ({ id }) =>
        files
          .find((file) => file.id === id)
          ?.text.split("\n")
          .filter(Boolean) ?? [],
    },
  };
}
