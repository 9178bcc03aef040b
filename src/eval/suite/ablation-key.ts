// The key of a suite that takes one thing away from a system's questions, to see what its answers rest on.

import { z } from "zod";

export const ablations = ["shuffled-history", "anonymised-titles", "held-out-wording"] as const;
export type Ablation = (typeof ablations)[number];

export const ablationSchema = z
  .enum(ablations)
  .describe(
    "The same questions with the history out of order, with numbers for titles, or in a wording that was never trained on",
  );
