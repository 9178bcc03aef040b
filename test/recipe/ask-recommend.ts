// `rectune recommend` run against a scripted server on loopback.

import type { RecommendReport } from "../../src/eval/recommend/run.ts";
import {
  startChatServer,
  type ChatRequest,
  type ChatServerOptions,
} from "../emulator/chat-server.ts";
import type { Finished, Workspace } from "./workspace.ts";

export const secretKey = "sk-loopback-51c0d2a7e9";

export type Answered = Finished & { report: RecommendReport; requests: ChatRequest[] };

/** Runs the command on the dataset `data`; the server gives its answers in turn, the last again and again. */
export async function askRecommend(
  at: Workspace,
  args: string[],
  answers: readonly string[],
  options: ChatServerOptions = {},
): Promise<Answered> {
  let n = 0;
  await using server = await startChatServer({
    reply: () => ({ text: answers[Math.min(n++, answers.length - 1)]! }),
    ...options,
  });
  const finished = await at.run(
    ["recommend", "--model", "openai:toy", "--data", "data", "--json", ...args],
    { OPENAI_API_KEY: secretKey, OPENAI_BASE_URL: server.url },
  );
  const report = (finished.code === 0 ? JSON.parse(finished.stdout) : null) as RecommendReport;
  return { ...finished, report, requests: server.requests };
}

export const saidIn = (request: ChatRequest): string =>
  request.body.messages.map(({ content }) => content).join("\n");
