// Numbers and times as logs write them. Anything else is null, never a guess. And texts that no table holds.

import type { RejectReason } from "./types.ts";

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const isoTime = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A finite decimal number ("3", "4.5", "1e3"), else null; "NaN", "Infinity" and hexadecimal are null. */
export function parseNumber(text: string): number | null {
  if (!decimal.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/**
 * UTC seconds from seconds, milliseconds (values from 1e11 on: as seconds that would be the year 5138) or ISO 8601
 * (UTC unless it carries an offset); fractions are dropped. Null where the text is none of these.
 */
export function parseTime(text: string): number | null {
  if (decimal.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value) || Math.abs(value) > 1e15) return null;
    return Math.floor(Math.abs(value) >= 1e11 ? value / 1000 : value);
  }
  const iso = isoTime.exec(text);
  if (!iso) return null;
  const joined = text.replace(" ", "T");
  const ms = Date.parse(joined.length > 10 && iso[1] === undefined ? `${joined}Z` : joined);
  // Date.parse takes 30 February for 1 March.
  return Number.isNaN(ms) || !isDay(text.slice(0, 10)) ? null : Math.floor(ms / 1000);
}

/** Whether a day (YYYY-MM-DD) is in the calendar. */
function isDay(day: string): boolean {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(Date.UTC(year!, month!, 0)).getUTCDate() >= date!;
}

/** Texts that no table can hold as they are: a NUL, or half of a surrogate pair. */
export function textFault(texts: readonly string[]): RejectReason | null {
  if (texts.some((text) => text.includes("\0"))) return "nul-byte";
  return texts.every((text) => text.isWellFormed()) ? null : "invalid-utf8";
}
