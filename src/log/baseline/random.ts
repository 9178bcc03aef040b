// Random order: what any ranking must beat. One stream a user, so that the items asked for do not matter.

import { rngFor } from "../../base/rng.ts";
import { scoreEach } from "./score-each.ts";
import type { Baseline } from "./types.ts";

export const random: Baseline = {
  name: "random",
  about: "items in random order",
  kind: "trivial",
  fit(train, { seed }) {
    return {
      score(user, items) {
        // Drawn for the whole catalog, so that an item's score is the same in any candidate list.
        const rng = rngFor(seed, "random", user);
        const drawn = Float64Array.from({ length: train.itemCount }, () => rng.next());
        return scoreEach(items, (item) => drawn[item]!);
      },
    };
  },
};
