// Finding: mail addresses or phone numbers stand in prompts or answers. People put them into reviews; a model that was
// tuned on them can recite them. A search for patterns finds likely places, no more.

import { addHit, emptyTally, mergeTally, sumTallies, type Tally } from "./tally.ts";
import type { Finding } from "./types.ts";

type State = { mails: Tally; phones: Tally };

const mail = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})*\.\p{L}{2,24}/u;
// An international number, or three groups that end in four digits: 010-1234-5678, (555) 010-9999, +44 20 7946 0958.
const phone =
  /(?<![\p{L}\p{N}.-])(?:\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,4}\d{2,4}|(?:1[ .-])?(?:\(\d{2,4}\) ?|\d{2,4}[ .-])\d{3,4}[ .-]\d{4})(?![\p{L}\p{N}-])/u;

export const pii: Finding<State> = {
  name: "pii",
  about: "what looks like a mail address or a phone number stands in a prompt or an answer",
  severity: "warning",
  inBuild: false,
  create() {
    const [mails, phones] = [emptyTally(), emptyTally()];
    return {
      see({ example }) {
        mails.total++;
        const texts = [...example.prompt, ...example.completion].map(({ content }) => content);
        if (texts.some((text) => text.includes("@") && mail.test(text))) addHit(mails, example.id);
        if (texts.some((text) => phone.test(text))) addHit(phones, example.id);
      },
      state: () => ({ mails, phones }),
      mergeState(state) {
        mergeTally(mails, state.mails);
        mergeTally(phones, state.phones);
      },
      result() {
        const both = sumTallies(mails, phones);
        const count = both.count;
        return {
          severity: count === 0 ? null : "warning",
          count,
          examples: [...new Set(both.examples)],
          value: null,
          message:
            count === 0
              ? "nothing looks like a mail address or a phone number"
              : `${mails.count} of ${mails.total} examples hold what looks like a mail address, ${phones.count} a phone number`,
        };
      },
    };
  },
};
