// Whether DuckDB can read a file of delimited interactions just as the way line by line would: a look at every byte, for
// which the caller need not wait while DuckDB reads. What it does not know to be plain it calls not plain.

import { isAscii, isUtf8 } from "node:buffer";
import { parseNumber } from "./parse-field.ts";
import type { Encoding } from "./read-lines.ts";

export type DelimitedShape = {
  /** One or two ASCII characters. */
  separator: string;
  encoding: Encoding;
  /** Columns of every line. */
  width: number;
  hasHeader: boolean;
  /** Places of the columns that are taken. */
  user: number;
  item: number;
  rating: number | null;
  time: number | null;
};

export type DelimitedCheck = {
  /** Looks at the next whole lines; false where one is not plain. */
  look(lines: Buffer): boolean;
  rows(): number;
  /** The unit that all times have: 0 seconds, 1 milliseconds, 2 microseconds; 0 without times. */
  unit(): number;
};

const [newline, quote, carriageReturn, nul, zero, nine] = [10, 34, 13, 0, 48, 57];
/** Beyond so many ratings the column holds no ratings. */
const mostRatings = 200;

/** Starts a check of the lines of one file. */
export function checkDelimited(shape: DelimitedShape): DelimitedCheck {
  const { width, user, item, rating, time } = shape;
  // DuckDB reads UTF-8, as which bytes of ISO-8859-1 beyond ASCII would be other letters.
  const isReadable = shape.encoding === "utf8" ? isUtf8 : isAscii;
  const [first, second] = Buffer.from(shape.separator);
  const step = shape.separator.length;
  const starts = new Int32Array(width);
  const ends = new Int32Array(width);
  const ratings = makeRatings();
  let isHeader = shape.hasHeader;
  let rows = 0;
  let unit = -1;

  const isClear = (lines: Buffer, column: number): boolean => {
    const from = starts[column]!;
    if (from === ends[column]) return false;
    // First bytes from ! to ~ and Hangul syllables are no white space in anyone's book.
    const lead = lines[from]!;
    if (lead > 0x20 && lead < 0x7f) return true;
    if (lead < 0xea || lead > 0xed) return false;
    const letter = lines.readUIntBE(from, 3);
    return letter >= 0xeab080 && letter < 0xed9ea3;
  };
  const isTime = (lines: Buffer, column: number): boolean => {
    const [from, to] = [starts[column]!, ends[column]!];
    const digits = to - from;
    if (digits === 0 || digits > 17 || (digits > 1 && lines[from] === zero)) return false;
    for (let at = from; at < to; at++) if (lines[at]! < zero || lines[at]! > nine) return false;
    const own = digits <= 11 ? 0 : digits <= 14 ? 1 : 2;
    if (unit < 0) unit = own;
    return own === unit;
  };

  const look = (lines: Buffer): boolean => {
    if (lines.includes(quote) || lines.includes(carriageReturn) || lines.includes(nul))
      return false;
    if (!isReadable(lines)) return false;
    let at = 0;
    if (isHeader) {
      at = lines.indexOf(newline) + 1;
      if (at === 0) return false;
      isHeader = false;
    }
    while (at < lines.length) {
      let column = 0;
      starts[0] = at;
      for (; at < lines.length;) {
        const byte = lines[at]!;
        if (byte === newline) break;
        if (byte !== first || (step === 2 && lines[at + 1] !== second)) {
          at++;
          continue;
        }
        if (column + 1 === width) return false;
        ends[column] = at;
        at += step;
        starts[++column] = at;
      }
      ends[column] = at++;
      if (column + 1 !== width || !isClear(lines, user) || !isClear(lines, item)) return false;
      if (time !== null && !isTime(lines, time)) return false;
      if (rating !== null && !ratings.take(lines, starts[rating]!, ends[rating]!)) return false;
      rows++;
    }
    return true;
  };
  return { look, rows: () => rows, unit: () => Math.max(0, unit) };
}

function makeRatings() {
  // Up to four bytes are their own key.
  const short = new Set<number>();
  const long = new Set<string>();
  const isNew = (text: string): boolean =>
    short.size + long.size < mostRatings && parseNumber(text) !== null;
  return {
    /** Whether a rating is a number, and not one of too many. */
    take(lines: Buffer, from: number, to: number): boolean {
      if (to - from > 4) {
        const text = lines.toString("latin1", from, to);
        if (long.has(text)) return true;
        if (!isNew(text)) return false;
        long.add(text);
        return true;
      }
      let key = 0;
      for (let at = from; at < to; at++) key = (key << 8) | lines[at]!;
      if (short.has(key)) return true;
      if (!isNew(lines.toString("latin1", from, to))) return false;
      short.add(key);
      return true;
    },
  };
}
