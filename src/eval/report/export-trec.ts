// TREC run files and qrels (trec_eval's formats: `qid Q0 docno rank score tag` and `qid 0 docno relevance`), one query an
// example, one relevant item. Ids are percent-encoded where they hold white space. trec_eval orders by score as float32 and
// equal ones by docno, descending: scores that tie there are ranked by name, not at their expected rank.

import type { Example } from "../../dataset/task/types.ts";
import type { ExportFiles, FinishedRun } from "./export-run.ts";
import { latestAnswers } from "../score/score.ts";
import type { Prediction } from "../score/types.ts";

/** `runs/<system>.run` for every system that ranked something, and `qrels.txt`. */
export async function exportTrec(run: FinishedRun): Promise<ExportFiles> {
  const data = await run.data();
  const examples = (await data.examples()).filter(({ task }) => rankedTasks.includes(task));
  const files: ExportFiles = {
    "qrels.txt": linesOf(examples.map(({ id, item }) => `${token(id)} 0 ${token(item)} 1`)),
  };
  for (const { name } of run.state.systems) {
    const answers = latestAnswers(await run.predictions(name));
    const lines = examples.flatMap((example) => {
      const answer = answers.get(example.id)?.[0];
      return answer ? rankedLines(example, answer, name) : [];
    });
    if (lines.length > 0) files[`runs/${name}.run`] = linesOf(lines);
  }
  return files;
}

const rankedTasks = ["ranking", "next-item"];

/** Lines of one answer, best first; scores are those of the system, or falling numbers where it gave an order alone. */
export function rankedLines(
  { id }: Pick<Example, "id">,
  { outcome, items, choices }: Pick<Prediction, "outcome" | "items" | "choices">,
  system: string,
): string[] {
  if (outcome !== "ok") return [];
  const scored =
    choices === null
      ? [...new Set(items)].map((item, place, all) => [item, all.length - place] as const)
      : Object.entries(choices).sort((a, b) => b[1] - a[1]);
  return scored.map(([item, score], place) =>
    [token(id), "Q0", token(item), place + 1, score, system].join(" "),
  );
}

/** An id as one word. */
export function token(id: string): string {
  return id.replace(/[\s%\p{Cc}]/gu, encodeURIComponent);
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
