// Finding: too few users stand behind a split. Verdicts have the user as their unit (50 at least); ten thousand rows of
// sixteen users are sixteen observations.

import { splits, type Split } from "../../log/split/timeline.ts";
import { makeHashTable } from "./hash-table.ts";
import type { Finding } from "./types.ts";
import { hash32 } from "./words.ts";

type State = { keys: Uint32Array; masks: Uint8Array; examples: Record<Split, number> };

const fewestUsers = 50;
const secondPrime = 0x9e3779b1;
/** So many examples a user make a split look much larger than it is. */
const crowded = 10;

export const usersPerSplit: Finding<State> = {
  name: "users-per-split",
  about: "fewer than 50 users stand behind validation or test",
  severity: "warning",
  create() {
    const table = makeHashTable();
    const examples: Record<Split, number> = { train: 0, validation: 0, test: 0 };
    // Streams hold a user's examples together: most need no hash.
    let last: { user: string; split: Split } | null = null;
    return {
      see({ example: { user }, split }) {
        examples[split]++;
        if (user === "" || (last !== null && last.user === user && last.split === split)) return;
        last = { user, split };
        table.addHalves(hash32(user), hash32(user, secondPrime), 1 << splits.indexOf(split));
      },
      state: () => ({ ...table.state(), examples }),
      mergeState(state) {
        table.mergeState(state);
        for (const split of splits) examples[split] += state.examples[split];
      },
      result() {
        const none = { severity: null, count: 0, examples: [], value: null };
        if (table.size === 0) return { ...none, message: "the file does not tell its users" };
        const users = { train: 0, validation: 0, test: 0 };
        let trained = 0;
        for (const mask of table.masks()) {
          splits.forEach((split, bit) => (users[split] += (mask >> bit) & 1));
          if ((mask & 4) !== 0 && (mask & 1) !== 0) trained++;
        }
        const asked = (["validation", "test"] as const).filter((split) => examples[split] > 0);
        const few = asked.filter((split) => users[split] < fewestUsers);
        const isCrowded = few.some((split) => examples[split] >= crowded * users[split]);
        const counts = splits.map((split) => `${split} ${users[split]}`).join(", ");
        return {
          severity: isCrowded ? "warning" : few.length > 0 ? "note" : null,
          count: few.length,
          examples: [],
          value: users.test === 0 ? null : trained / users.test,
          message: `users: ${counts}; ${trained} of the ${users.test} test users are in train`,
        };
      },
    };
  },
};
