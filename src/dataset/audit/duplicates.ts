// Finding: the same prompt and completion more than once, within a split or across splits (a test answer that train
// already holds). Hashes are kept, not texts; ids are known for twins that one thread saw.

import { splits } from "../../log/split/timeline.ts";
import { hash64, makeHashTable } from "./hash-table.ts";
import { keepExample } from "./tally.ts";
import type { Finding } from "./types.ts";

type State = { keys: Uint32Array; masks: Uint8Array; total: number; examples: string[] };

export const duplicates: Finding<State> = {
  name: "duplicates",
  about: "the same prompt with the same completion more than once, within or across splits",
  severity: "warning",
  create() {
    const table = makeHashTable();
    const examples: string[] = [];
    let total = 0;
    return {
      see({ example, split, built }) {
        total++;
        const bit = 1 << splits.indexOf(split);
        const before = built
          ? table.addHalves(built.text.low, built.text.high, bit)
          : table.add(hash64(JSON.stringify([example.prompt, example.completion])), bit);
        if (before !== 0) keepExample(examples, example.id);
      },
      state: () => ({ ...table.state(), total, examples }),
      mergeState(state) {
        total += state.total;
        table.mergeState(state);
        for (const id of state.examples) keepExample(examples, id);
      },
      result() {
        const count = total - table.size;
        let across = 0;
        for (const mask of table.masks()) if ((mask & (mask - 1)) !== 0) across++;
        const message =
          count === 0
            ? "no example occurs twice"
            : `${count} of ${total} examples repeat another; ${across} texts stand in more than one split`;
        const value = total === 0 ? null : count / total;
        return { severity: count === 0 ? null : "warning", count, examples, value, message };
      },
    };
  },
};
