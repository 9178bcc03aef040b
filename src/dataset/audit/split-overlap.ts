// Finding: the same user and item are the target in more than one split: the answer to a test question was trained on.
// Hashes are kept, not texts; ids are known for the later ones that one thread saw.

import { splits } from "../../log/split/timeline.ts";
import { hash64, makeHashTable } from "./hash-table.ts";
import { keepExample } from "./tally.ts";
import type { Finding } from "./types.ts";

type State = { keys: Uint32Array; masks: Uint8Array; examples: string[] };

export const splitOverlap: Finding<State> = {
  name: "split-overlap",
  about: "the same user and target item stand in more than one split",
  severity: "error",
  // A build gives every interaction one split; only files can break that.
  inBuild: false,
  create({ repeats }) {
    const table = makeHashTable();
    const examples: string[] = [];
    return {
      see({ example, split }) {
        if (example.user === "" || example.item === "") return;
        const bit = 1 << splits.indexOf(split);
        const before = table.add(hash64(JSON.stringify([example.user, example.item])), bit);
        if ((before & ~bit) !== 0) keepExample(examples, example.id);
      },
      state: () => ({ ...table.state(), examples }),
      mergeState(state) {
        table.mergeState(state);
        for (const id of state.examples) keepExample(examples, id);
      },
      result() {
        let count = 0;
        for (const mask of table.masks()) if ((mask & (mask - 1)) !== 0) count++;
        const value = table.size === 0 ? null : count / table.size;
        const message =
          value === null
            ? "the files do not tell users and targets"
            : count === 0
              ? "no user and target stand in two splits"
              : `${count} of ${table.size} pairs of user and target stand in more than one split`;
        // With repeats kept, a film seen twice is two targets by intent.
        const severity = count === 0 ? null : repeats === "keep" ? "note" : "error";
        return { severity, count, examples, value, message };
      },
    };
  },
};
