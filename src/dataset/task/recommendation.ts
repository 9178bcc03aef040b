// Task `recommendation`: n unseen items with reasons, out of the whole catalog or of candidates. It is asked by
// `rectune recommend` alone: a log holds what people did next, not the reasons for several things at once, so that
// no dataset is built of it.

import type { TaskContract } from "../template/wording.ts";

/** What wordings of the task may use. `rejected` are titles that an earlier answer named and that do not count. */
export const recommendation = {
  name: "recommendation",
  variables: {
    prompt: ["history", "words", "taste", "candidates", "n", "rejected"],
    answer: ["picks"],
  },
  blocks: ["task", "answer"],
} satisfies TaskContract;

/** One item of an answer as it was read: what may be its title, most likely first, and the reason beside it. */
export type Pick = {
  readings: string[];
  /** Whether the line was written as an item: numbered, bulleted, quoted, bold, or with a year. */
  isMarked: boolean;
  reason: string | null;
};

const reasonLabel =
  /^[-*•>\s]*(?:\*\*)?(?:추천\s*)?(?:이유|근거|까닭|reasons?|because|why)(?:\*\*)?\s*[:：]\s*(?:\*\*)?\s*/iu;
const titleLabel =
  /^(?:\*\*)?(?:titles?|films?|movies?|items?|recommendations?|제목|영화|작품|추천(?:\s*(?:영화|작품))?)\s*\d{0,3}\s*(?:\*\*)?\s*[:：]\s*(?:\*\*\s*)?(?=\S)/iu;
const marker = /^(?:[-*•]|\(?\d{1,3}[.)]|#\d{1,3}[.:]?)\s+/u;
const quoted = /^["“『「《']([^"”』」》\n]{1,200})["”』」》'](\s*\(\d{4}\))?/u;
const titleYear = /^(.{1,200}?\(\d{4}\))/u;
const bold = /^\*\*([^*\n]{1,200})\*\*(\s*\(\d{4}\))?/u;
const mostPicks = 200;

/**
 * The items that an answer names, in its order: JSON (a list of titles or of `{title, reason}`), or lines. A line such as
 * `Reason: …` belongs to the item before it, and so does a line of prose after an item.
 */
export function readPicks(text: string): Pick[] {
  return readJson(text) ?? readLines(text);
}

function readLines(text: string): Pick[] {
  const picks: Pick[] = [];
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === "" || picks.length >= mostPicks) continue;
    const last = picks.at(-1);
    const label = reasonLabel.exec(trimmed);
    if (label) {
      const reason = trimmed.slice(label[0].length).trim();
      if (last && reason !== "")
        last.reason = last.reason === null ? reason : `${last.reason} ${reason}`;
      continue;
    }
    picks.push(readLine(trimmed));
  }
  return picks;
}

function readLine(line: string): Pick {
  const hasMarker = marker.test(line);
  const unmarked = line.replace(marker, "").trim();
  const bare = unmarked.replace(titleLabel, "");
  const set = quoted.exec(bare) ?? bold.exec(bare);
  const rest = set ? bare.slice(set[0].length) : "";
  // A year further on belongs to a longer title that the quoted words begin.
  if (set && !titleYear.test(rest.split(/[.!?。\n]/u)[0]!)) {
    const inner = set[1]!.trim().replace(/:$/u, "");
    return { readings: [`${inner}${set[2] ?? ""}`], isMarked: true, reason: afterTitle(rest) };
  }
  const plain = bare.replace(/\*\*/gu, "");
  // Only a year ends a title inside a line: "Batman: The Silent Night" is not the film called "Batman".
  const dated = titleYear.exec(plain);
  const reason = dated ? afterTitle(plain.slice(dated[0].length)) : null;
  const readings = [...(dated ? [dated[1]!] : []), plain, plain.replace(/[.,!]$/u, "")];
  // A number may belong to the title: "12. …" is a list, "300. …" may be either.
  if (hasMarker) readings.push(line);
  if (bare !== unmarked) readings.push(unmarked);
  const isMarked = hasMarker || bare !== unmarked || (dated !== null && dated[1]!.length < 100);
  return { readings: [...new Set(readings)], isMarked, reason };
}

/** What stands behind a title on its own line, where it begins as a reason does. */
function afterTitle(rest: string): string | null {
  const begun = /^\s*(?:[-–—:：]|\s\|)\s*(.+)$/u.exec(rest);
  return begun ? begun[1]!.replace(reasonLabel, "").trim() || null : null;
}

function readJson(text: string): Pick[] | null {
  const fenced = /```(?:json)?\s*([\s\S]*?)```/u.exec(text)?.[1] ?? text;
  const held = fenced.trim();
  if (!/^[[{]/u.test(held)) return null;
  let value: unknown;
  try {
    value = JSON.parse(held);
  } catch {
    // Answers are cut at a number of tokens: the whole objects of a broken list still count.
    const whole = Array.from(held.matchAll(/\{[^{}]*\}/gu), ([text]) => parseOrNull(text));
    value = whole.filter((entry) => entry !== null);
    if ((value as unknown[]).length === 0) return null;
  }
  const list = Array.isArray(value) ? value : (firstList(value) ?? [value]);
  return list.slice(0, mostPicks).map((entry): Pick => {
    if (typeof entry === "string") return { readings: [entry], isMarked: true, reason: null };
    const { title, reason } = (entry ?? {}) as { title?: unknown; reason?: unknown };
    return {
      readings: typeof title === "string" ? [title] : [],
      isMarked: true,
      reason: typeof reason === "string" && reason.trim() !== "" ? reason.trim() : null,
    };
  });
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function firstList(value: unknown): unknown[] | null {
  for (const held of Object.values(value as Record<string, unknown>))
    if (Array.isArray(held)) return held as unknown[];
  return null;
}
