// Finding: the answer already stands in the prompt: an explanation word for word, or the title of the next item.
// Candidate lists show the truth by design and ratings are bare numbers; neither is judged.

import type { Example } from "../task/types.ts";
import { addHit, emptyTally, mergeTally, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";

type State = { explanations: Tally; titles: Tally };

export const answerInPrompt: Finding<State> = {
  name: "answer-in-prompt",
  about: "an explanation, or the title of the next item, already stands in its prompt",
  severity: "error",
  create({ repeats }) {
    const explanations = emptyTally();
    const titles = emptyTally();
    return {
      see({ example, built }) {
        const { task } = example;
        if (task !== "explanation" && task !== "next-item") return;
        const tally = task === "explanation" ? explanations : titles;
        tally.total++;
        if (built?.mayShowAnswer !== false && showsAnswer(example)) addHit(tally, example.id);
      },
      state: () => ({ explanations, titles }),
      mergeState(state) {
        mergeTally(explanations, state.explanations);
        mergeTally(titles, state.titles);
      },
      result() {
        const both = emptyTally();
        mergeTally(both, explanations);
        mergeTally(both, titles);
        // A title may be part of another title, so a hit is no proof; with kept repeats it is even meant.
        const titleSeverity = repeats === "keep" ? "note" : "warning";
        return {
          severity: explanations.count > 0 ? "error" : titles.count > 0 ? titleSeverity : null,
          count: both.count,
          examples: both.examples,
          value: both.total === 0 ? null : both.count / both.total,
          message:
            both.count === 0
              ? "no prompt holds its own answer"
              : `the answer stands in the prompt of ${explanations.count} explanations and ${titles.count} next-item examples`,
        };
      },
    };
  },
};

const wordChar = /[\p{L}\p{N}]/u;

/** Whether an example's answer stands in its prompt as whole words. */
export function showsAnswer(example: Example): boolean {
  const answer = example.completion
    .map((message) => message.content)
    .join("\n")
    .trim();
  if (answer === "") return false;
  return example.prompt.some(({ content }) => {
    for (let at = content.indexOf(answer); at >= 0; at = content.indexOf(answer, at + 1)) {
      const before = content[at - 1];
      const after = content[at + answer.length];
      const inWord =
        (before !== undefined && wordChar.test(before) && wordChar.test(answer[0]!)) ||
        (after !== undefined && wordChar.test(after) && wordChar.test(answer.at(-1)!));
      if (!inWord) return true;
    }
    return false;
  });
}
