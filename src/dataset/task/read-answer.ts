// What wordings dress an answer in: JSON, a label, a reason before or after it, a letter or number for a place of the
// list. Here that is taken off; what is left is read by the task.

import { placeOfLetter } from "../template/letters.ts";
import { namesIn, parseBlock } from "../template/syntax.ts";

/** How an answer names the candidate it chose. */
export type AnswerForm = "title" | "letter" | "index";

/** The form that an answer block writes; `source` is its Jinja. */
export function formOf(source: string): AnswerForm {
  const names = namesIn(parseBlock(source, () => "answer"));
  return names.has("letter") ? "letter" : names.has("index") ? "index" : "title";
}

const reasonLine =
  /^[\s\-*•>]*(?:\*\*)?(?:reasons?|because|why|추천\s*이유|이유|까닭|근거)(?:\*\*)?\s*[:：]/iu;
const answerLabel =
  /^[\s\-*•>]*(?:\*\*)?(?:(?:final|my)\s+)?(?:answer|choice|정답|답|선택)(?:\*\*)?\s*[:：]\s*(?:\*\*)?\s*/iu;
const reasonKey = /reason|why|이유|근거/iu;
const jsonField = /"([^"\\]+)"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false)/gu;

/**
 * The part of an answer that names what was chosen: the value of a JSON object, what follows `Answer:`, or the lines that
 * give no reason. The text itself where nothing of the kind stands in it.
 */
export function answerPart(text: string): string {
  const bare = (/```(?:json)?\s*([\s\S]*?)(?:```|$)/iu.exec(text)?.[1] ?? text).trim();
  if (bare.startsWith("{")) {
    const value = jsonAnswer(bare);
    if (value !== null) return value;
  }
  const lines = text.split(/\r?\n/);
  const at = lines.findLastIndex((line) => answerLabel.test(line));
  if (at >= 0) {
    const first = lines[at]!.replace(answerLabel, "");
    const rest = lines.slice(at + 1).filter((line) => !reasonLine.test(line));
    const said = [first, ...rest].join("\n");
    if (said.trim() !== "") return said;
  }
  const kept = lines.filter((line) => !reasonLine.test(line));
  return kept.some((line) => line.trim() !== "") ? kept.join("\n") : text;
}

// Answers are cut at a number of tokens, so that an object may lack its end: fields are then read one by one.
function jsonAnswer(text: string): string | null {
  let fields: [string, unknown][];
  try {
    fields = Object.entries(JSON.parse(text) as Record<string, unknown>);
  } catch {
    fields = Array.from(text.matchAll(jsonField), ([, key, value]): [string, unknown] => [
      key!,
      parseOr(value!),
    ]);
  }
  for (const [key, value] of fields) {
    if (reasonKey.test(key)) continue;
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (typeof value === "string" || typeof value === "number") return String(value);
    if (Array.isArray(value) && value.every((part) => typeof part === "string"))
      return value.join("\n");
  }
  return null;
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const letterAlone = /^\(?([A-Za-z]{1,2})\)?(?:[.):,]|\s+[-–—]|번)*$/u;
const letterBefore = /^(?:\(([A-Za-z]{1,2})\)|([A-Z]{1,2})(?:[).:]|\s+[-–—]))\s+\S/u;
const numberAlone = /^[(#]?(\d{1,4})\)?(?:[.):,]|번)*$/u;
const numberBefore = /^[(#]?(\d{1,4})(?:[).:]|번|\s+[-–—])\s+\S/u;

/** The places (from 0) that letters or numbers name, best first, without repetition; none where no line is one. */
export function placesIn(text: string, form: "letter" | "index", length: number): number[] {
  const [alone, before] =
    form === "letter" ? [letterAlone, letterBefore] : [numberAlone, numberBefore];
  const found: number[] = [];
  const add = (name: string): boolean => {
    const place = form === "letter" ? placeOfLetter(name) : Number(name) - 1;
    if (place < 0 || place >= length) return false;
    if (!found.includes(place)) found.push(place);
    return true;
  };
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim().replace(/\*\*/g, "");
    const whole = before.exec(trimmed);
    if (whole) add((whole[1] ?? whole[2])!);
    else {
      // "B, A, C" and "B > A" rank; anything else on the line makes it no list of places.
      const parts = trimmed.split(/[\s,>]+/u).filter((part) => part !== "");
      const names = parts.map((part) => alone.exec(part)?.[1]);
      if (names.every((name) => name !== undefined)) for (const name of names) add(name);
    }
  }
  return found;
}
