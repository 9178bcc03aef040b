// Finding: the answer already stands in the prompt: an explanation word for word, or the title of the next item.
// Candidate lists show the truth by design and ratings are bare numbers; neither is judged.

import type { Example } from "../task/types.ts";
import { addHit, emptyTally, mergeTally, sumTallies, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";
import { holdsWhole } from "./words.ts";

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
        const both = sumTallies(explanations, titles);
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

/** Whether an example's answer stands in its prompt as whole words. */
export function showsAnswer(example: Example): boolean {
  const answer = example.completion
    .map((message) => message.content)
    .join("\n")
    .trim();
  if (answer === "") return false;
  return example.prompt.some(({ content }) => holdsWhole(content, answer));
}
