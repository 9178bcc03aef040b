// Finding: a prompt that must not name its target names it all the same: by its id, or by a title of another language
// or form than the answer's (`answer-in-prompt` looks for the answer itself). Candidate lists show the truth by design;
// rating, preference and explanation ask about an item that they name.

import { tallyAudit, type Tally } from "./tally.ts";
import type { Finding, Seen } from "./types.ts";
import { holdsWhole } from "./words.ts";

/** Short titles ("It", "Her") and short numbers are words of any prompt. */
const fewestLetters = 6;

export const targetInPrompt: Finding<Tally> = {
  name: "target-in-prompt",
  about: "the prompt of a next-item example holds the target's id or one of its titles",
  severity: "warning",
  inBuild: false,
  create: ({ repeats }) =>
    tallyAudit({
      finds: ({ example, facts }) => namesTarget(example, facts),
      result: ({ total, count, examples }) => ({
        severity: count === 0 ? null : repeats === "keep" ? "note" : "warning",
        count,
        examples,
        value: total === 0 ? null : count / total,
        message:
          count === 0
            ? "no prompt names a target that it must not name"
            : `${count} of ${total} prompts hold the id or a title of the item that is to be guessed`,
      }),
    }),
};

function namesTarget(example: Seen["example"], facts: Seen["facts"]): boolean {
  if (example.task !== "next-item") return false;
  const names = [example.item, ...(facts?.titles ?? [])].filter(
    (name) => name.length >= fewestLetters,
  );
  return example.prompt.some(({ content }) => {
    if (!names.some((name) => holdsWhole(content, name))) return false;
    // "Blade Runner" stands in "Blade Runner 2049": what the history shows by design is taken out first.
    let rest = content;
    const longestFirst = [...(facts?.shownTitles ?? [])].sort((a, b) => b.length - a.length);
    for (const title of longestFirst) rest = rest.replaceAll(title, "");
    return names.some((name) => holdsWhole(rest, name));
  });
}
