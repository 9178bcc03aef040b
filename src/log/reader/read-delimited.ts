// Delimited records from lines: CSV as RFC 4180 has it (quoted fields, doubled quotes, line ends inside quotes), and
// plain separated text without quoting, as MovieLens 100K uses. Bad records are handed on with their first line.

import { readLines } from "./read-lines.ts";
import type { Encoding } from "./read-lines.ts";
import type { RejectReason } from "./types.ts";

export type DelimitedFile = {
  name: string;
  path: string;
  separator: string;
  quoting: "rfc4180" | "none";
  encoding: Encoding;
  signal: AbortSignal;
};

/** Called for each record in order; `line` is the 1-based line of its first field. */
export type OnRecord = (fields: string[], line: number) => void;
/** Called for each unreadable record; `invalidAt` is the file offset of its first byte that is not UTF-8, if any. */
export type OnBadRecord = (
  reason: RejectReason,
  line: number,
  text: string,
  invalidAt: number | null,
) => void;

/** A quote left open swallows no more than this before its first line is given up. */
const maxRecordChars = 1 << 23;

type HeldLine = { text: string; line: number; invalidAt: number | null };

/** Streams the records of a file; empty lines between records are skipped. */
export async function readDelimited(
  file: DelimitedFile,
  onRecord: OnRecord,
  onBad: OnBadRecord,
): Promise<void> {
  const { separator } = file;
  let state: QuotedState = { fields: [], open: null };
  let held: HeldLine[] = [];
  let heldChars = 0;

  const giveUpFirst = (): void => {
    const [first, ...after] = held;
    held = [];
    heldChars = 0;
    state = { fields: [], open: null };
    if (!first) return;
    const reason = first.invalidAt === null ? "bad-quotes" : "invalid-utf8";
    onBad(reason, first.line, trimReturn(first.text), first.invalidAt);
    for (const next of after) feed(next.text, next.line, next.invalidAt);
  };

  function feed(raw: string, line: number, invalidAt: number | null): void {
    const text = trimReturn(raw);
    if (held.length === 0) {
      if (text === "") return;
      if (file.quoting === "none" || !text.includes('"')) {
        if (invalidAt !== null) onBad("invalid-utf8", line, text, invalidAt);
        else if (text.includes("\0")) onBad("nul-byte", line, text, null);
        else onRecord(text.split(separator), line);
        return;
      }
    }
    held.push({ text: raw, line, invalidAt });
    heldChars += raw.length;
    const end = parseQuoted(text, separator, state);
    if (end === "open") {
      if (text.length < raw.length) state.open += "\r";
      if (heldChars > maxRecordChars) giveUpFirst();
      return;
    }
    if (end === "bad") return giveUpFirst();
    const { fields } = state;
    const first = held[0]!;
    const broken = held.find((h) => h.invalidAt !== null);
    const whole = broken ? held.map((h) => h.text).join("\n") : "";
    state = { fields: [], open: null };
    held = [];
    heldChars = 0;
    if (broken) onBad("invalid-utf8", broken.line, whole, broken.invalidAt);
    else if (fields.some((field) => field.includes("\0")))
      onBad("nul-byte", first.line, fields.join(separator), null);
    else onRecord(fields, first.line);
  }

  await readLines(file, feed);
  while (held.length > 0) giveUpFirst();
}

type QuotedState = {
  fields: string[];
  /** What an open quoted field holds so far; null outside quotes. */
  open: string | null;
};

function parseQuoted(text: string, separator: string, state: QuotedState): "done" | "open" | "bad" {
  let at = 0;
  let quoted = state.open === null ? null : `${state.open}\n`;
  for (;;) {
    if (quoted === null) {
      if (text[at] !== '"') {
        const end = text.indexOf(separator, at);
        state.fields.push(text.slice(at, end < 0 ? undefined : end));
        if (end < 0) return "done";
        at = end + separator.length;
        continue;
      }
      quoted = "";
      at++;
    }
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      state.open = quoted + text.slice(at);
      return "open";
    }
    quoted += text.slice(at, quote);
    at = quote + 1;
    if (text[at] === '"') {
      quoted += '"';
      at++;
      continue;
    }
    state.fields.push(quoted);
    quoted = null;
    state.open = null;
    if (at === text.length) return "done";
    if (!text.startsWith(separator, at)) return "bad";
    at += separator.length;
  }
}

function trimReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
