// Ranking questions with their candidates in other orders, for suites that ask how much the order decides: the same
// wording, history and candidates, made again. After Hou et al., "Large language models are zero-shot rankers for
// recommender systems", ECIR 2024, who average rankings over orders.

import type { Example } from "../../dataset/task/types.ts";
import { orderCandidates } from "../score/candidate-order.ts";
import type { EvalData } from "../suite/eval-data.ts";
import { makeSuiteRerender, type TemplatesDir } from "./rerender.ts";

/** An example as it is put in one of its orders (0: as stored): candidates, prompt and answer are those of the order. */
export type Permuted = { example: Example; perm: number };

/**
 * The ranking examples in orders 1 to `orders` − 1, all of one order before the next. None where `orders` is 1.
 * @throws DataError `rerender-differs` where a stored question cannot be made again as it is.
 */
export async function permuteExamples(
  examples: readonly Example[],
  data: EvalData,
  options: { orders: number; seed: number; templatesDir: TemplatesDir },
): Promise<Permuted[]> {
  const { orders, seed, templatesDir } = options;
  const ranked = examples.filter(({ task, candidates }) => task === "ranking" && candidates);
  const { rerender } = makeSuiteRerender(data, { tasks: ["ranking"], templatesDir });
  const permuted: Permuted[] = [];
  for (let perm = 1; perm < orders; perm++) {
    for (const example of ranked) {
      const candidates = orderCandidates(example, { seed, perm });
      permuted.push({ example: await rerender(example, { candidates }), perm });
    }
  }
  return permuted;
}
