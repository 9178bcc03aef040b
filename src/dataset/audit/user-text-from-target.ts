// Finding: text about the user was written from the target: the prompt repeats a run of words of the answer's review, or
// of the description of an item that is still to be guessed. Profiles that a model wrote from whole timelines do that.

import { tallyAudit, type Tally } from "./tally.ts";
import type { Finding, Seen } from "./types.ts";
import { hashRuns, runsOf, wordsOf } from "./words.ts";

/** So many words in a row are hardly met by chance. */
const runWords = 6;

export const userTextFromTarget: Finding<Tally> = {
  name: "user-text-from-target",
  about: "the prompt repeats six words in a row of the target's review or description",
  severity: "error",
  inBuild: false,
  create: () =>
    tallyAudit({
      finds: ({ example, facts }) => repeatsTarget(example, facts),
      result: ({ total, count, examples }) => ({
        severity: count === 0 ? null : "error",
        count,
        examples,
        value: total === 0 ? null : count / total,
        message:
          count === 0
            ? "no prompt repeats the text of its target"
            : `${count} of ${total} prompts repeat six words in a row of their target's own text`,
      }),
    }),
};

function repeatsTarget(
  { task, prompt, completion, source }: Seen["example"],
  facts: Seen["facts"],
): boolean {
  const own =
    task === "explanation"
      ? source === "review"
        ? completion.map(({ content }) => content).join("\n")
        : null
      : task === "next-item" || task === "ranking"
        ? (facts?.text ?? null)
        : null;
  if (own === null) return false;
  const ownWords = wordsOf(own);
  const hashes = new Set(hashRuns(ownWords, runWords));
  if (hashes.size === 0) return false;
  return prompt.some(({ content }) => {
    const words = wordsOf(content);
    if (!hashRuns(words, runWords).some((hash) => hashes.has(hash))) return false;
    // Two runs may share a hash: the texts decide.
    const runs = runsOf(ownWords, runWords);
    // Descriptions often say the title, and lists of candidates show it by design.
    for (const title of [...(facts?.titles ?? []), ...(facts?.shownTitles ?? [])])
      for (const run of runsOf(wordsOf(title), runWords)) runs.delete(run);
    return [...runsOf(words, runWords)].some((run) => runs.has(run));
  });
}
