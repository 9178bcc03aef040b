// A recommendation as lines for people: the list with its reasons, then what was dropped and what must be said.

import type { RecommendReport } from "../eval/recommend/run.ts";
import { printable } from "./printable.ts";

/** The report as text; titles and reasons come from a log and a model, and are printed as data. */
export function showRecommendations(report: RecommendReport): string {
  const { items, dropped, ungrounded, notes, permutations } = report;
  const lines: string[] = [];
  for (const { rank, title, id, score, from, reason, spread, written } of items) {
    const facts = [
      id,
      ...(score === null ? [] : [`score ${score.toFixed(2)}`]),
      ...(spread === null
        ? []
        : [`rank ${spread.best}–${spread.worst}, named ${spread.named}/${permutations}`]),
      ...(from === "retriever" ? [`filled in by ${report.retriever}`] : []),
      ...(written === null ? [] : [`written "${written}"`]),
    ];
    lines.push(`${rank}. ${title}  [${facts.join("; ")}]`);
    if (reason !== null) lines.push(`   ${reason.replace(/\s+/gu, " ")}`);
  }
  if (items.length === 0) lines.push("nothing to recommend");
  if (dropped.length > 0) lines.push("", "dropped:");
  for (const { title, why, ask } of dropped) lines.push(`  "${title}": ${why} (answer ${ask})`);
  if (ungrounded.length > 0) lines.push("", "not in the catalog, used as text:");
  for (const { given, why, mayBe } of ungrounded)
    lines.push(`  "${given}": ${why}${mayBe.length > 0 ? `, may be ${mayBe.join(" or ")}` : ""}`);
  if (notes.length > 0) lines.push("", ...notes.map((note) => `note: ${note}`));
  return printable(lines.join("\n"));
}
