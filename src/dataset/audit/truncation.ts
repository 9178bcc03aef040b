// Finding: a text is longer than the trainer's limit. What is cut is the end: the answer first, then, where the prompt
// alone is too long, the question and the candidates. Judged where a limit is given.

import { addHit, emptyTally, mergeTally, sumTallies, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";

type State = { prompts: Tally; answers: Tally };

export const truncation: Finding<State> = {
  name: "truncation",
  about: "a text is longer than the limit, so that candidates or the answer are cut off",
  severity: "error",
  inBuild: false,
  create({ maxTokens, countTokens }) {
    // total of prompts: the examples judged.
    const [prompts, answers] = [emptyTally(), emptyTally()];
    return {
      see({ example }) {
        if (maxTokens === undefined || countTokens === undefined) return;
        prompts.total++;
        const count = (messages: readonly { content: string }[]): number =>
          messages.reduce((sum, { content }) => sum + countTokens(content), 0);
        const prompt = count(example.prompt);
        if (prompt > maxTokens) addHit(prompts, example.id);
        else if (prompt + count(example.completion) > maxTokens) addHit(answers, example.id);
      },
      state: () => ({ prompts, answers }),
      mergeState(state) {
        mergeTally(prompts, state.prompts);
        mergeTally(answers, state.answers);
      },
      result() {
        const both = sumTallies(prompts, answers);
        const { total, count } = both;
        const message =
          total === 0
            ? "no limit given (--max-tokens)"
            : count === 0
              ? `no text is longer than ${maxTokens} tokens`
              : `of ${total} examples ${prompts.count} prompts and ${answers.count} answers are cut at ${maxTokens} tokens`;
        return {
          severity: count === 0 ? null : "error",
          count,
          examples: both.examples,
          value: total === 0 ? null : count / total,
          message,
        };
      },
    };
  },
};
