// Strings in running text that look like titles: quoted ones ("…", “…”, 『…』), and capitalised words before "(1999)".

/** A place that looks like a title. */
export type TitleSpan = {
  start: number;
  end: number;
  /** What the title may be, most likely first. */
  readings: string[];
  /** How to report it when no reading is known; null where the start of the title cannot be told. */
  unknown: string | null;
};

const quoted = /"([^"\n]{1,120})"|“([^”\n]{1,120})”|『([^』\n]{1,120})』/gu;
const yearAfter = /^\s*(\(\d{4}\))/;
const bracketedYear = /\(\d{4}\)/g;
/** Words before a year that are looked at. */
const maxWords = 12;
/** Lower case words that titles hold between capitalised ones. */
const inner = new Set(
  "a an and as at by de du for from in la le les of on or the to und with vs".split(" "),
);

/** Title-like places, in order of their start; they do not overlap. */
export function findTitleSpans(text: string): TitleSpan[] {
  const spans: TitleSpan[] = [];
  for (const match of text.matchAll(quoted)) {
    const title = (match[1] ?? match[2] ?? match[3]!).trim();
    if (title === "") continue;
    const start = match.index;
    const end = start + match[0].length;
    const year = yearAfter.exec(text.slice(end, end + 16));
    spans.push({
      start,
      end: year ? end + year[0].length : end,
      readings: year ? [`${title} ${year[1]}`] : [title],
      unknown: year ? `${title} ${year[1]}` : title,
    });
  }
  let previousEnd = 0;
  for (const match of text.matchAll(bracketedYear)) {
    const end = match.index + match[0].length;
    const span = wordsBefore(text, previousEnd, match.index, end);
    previousEnd = end;
    if (span && !spans.some((s) => s.start < span.end && span.start < s.end)) spans.push(span);
  }
  return spans.sort((a, b) => a.start - b.start);
}

/** The title that the words before a year make, looked for from `floor` on. */
function wordsBefore(
  text: string,
  floor: number,
  yearStart: number,
  end: number,
): TitleSpan | null {
  // A window bounds the work on hostile text.
  const from = Math.max(floor, yearStart - 200);
  const words = [...text.slice(from, yearStart).matchAll(/\S+/g)].slice(-maxWords);
  const starts: number[] = [];
  let capitalised: number | null = null;
  let sentence = true;
  for (const word of words.reverse()) {
    const bare = word[0].replace(/^[^\p{L}\p{N}]+/u, "");
    const start = from + word.index + word[0].length - bare.length;
    // "Dr. Strangelove (1964)" may go on before the stop, but what is reported starts after it.
    if (starts.length > 0 && /[.!?;]$/u.test(word[0])) sentence = false;
    if (/^[\p{Lu}\p{Lt}\p{N}]/u.test(bare)) capitalised = sentence ? start : capitalised;
    else if (!/^\p{Lo}/u.test(bare) && !inner.has(bare)) break;
    starts.push(start);
  }
  if (starts.length === 0) return null;
  const readings = starts.reverse().map((start) => text.slice(start, end));
  const start = capitalised ?? starts[0]!;
  return {
    start,
    end,
    readings,
    unknown: capitalised === null ? null : text.slice(capitalised, end),
  };
}
