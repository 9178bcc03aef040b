// CSV logs with a header line (RFC 4180, UTF-8), whose columns the recipe names: interactions, and optionally items
// and reviews, each with texts in one or several languages.

import { UsageError, nearest, DataError } from "../../base/errors.ts";
import { findFiles, listNames } from "./locate-log.ts";
import { parseNumber, parseTime } from "./parse-field.ts";
import { readDelimited } from "./read-delimited.ts";
import type { LogColumns } from "./recipe.ts";
import type {
  LogFile,
  LogReader,
  LogSink,
  ReadOptions,
  RecordKind,
  RejectReason,
} from "./types.ts";

export const csvReader: LogReader = {
  name: "csv",
  detect: () => 0,
  async read(options, sink) {
    const { columns } = options.recipe;
    if (columns === null) throw missingColumns(options.files);
    const { interactions, items, reviews } = columns;
    const read = new Set<string>();
    const each = async (kind: RecordKind, file: string, open: OpenTable): Promise<void> => {
      for (const found of findFiles(options.files, file, `log.columns.${kind}.file`)) {
        read.add(found.name);
        await readTable({ kind, file: found, options, sink, open });
      }
    };
    await each("interactions", interactions.file, (header) =>
      openInteractions(header, interactions, options, sink),
    );
    if (items) await each("items", items.file, (header) => openItems(header, items, sink));
    if (reviews)
      await each("reviews", reviews.file, (header) => openReviews(header, reviews, sink));
    const hasRating =
      interactions.rating !== undefined ||
      (interactions.event !== undefined && options.recipe.feedback !== null);
    return { read: [...read], license: null, hasTime: interactions.time !== undefined, hasRating };
  },
};

/** Finds a column by name: its position, or a UsageError. `key` is the recipe path of the name. */
export type Header = { width: number; position(column: string, key: string): number };
/** Takes one record; answers why it cannot be used, or null. */
export type TakeRecord = (fields: string[], line: number) => RejectReason | null;
export type OpenTable = (header: Header) => TakeRecord;

/** Streams one CSV file with a header line into the sink. */
export async function readTable(table: {
  kind: RecordKind;
  file: LogFile;
  options: ReadOptions;
  sink: LogSink;
  open: OpenTable;
}): Promise<void> {
  const { kind, file, sink } = table;
  let take: TakeRecord | null = null;
  let width = 0;
  const reject = (line: number, reason: RejectReason, text: string): void =>
    sink.reject(kind, { file: file.name, line, reason, text });
  await readDelimited(
    {
      name: file.name,
      path: file.path,
      separator: ",",
      quoting: "rfc4180",
      encoding: "utf8",
      signal: table.options.signal,
    },
    (fields, line) => {
      if (take === null) {
        width = fields.length;
        take = table.open(makeHeader(file.name, fields));
        return;
      }
      if (fields.length !== width) return reject(line, "wrong-field-count", fields.join(","));
      const reason = take(fields, line);
      if (reason !== null) reject(line, reason, fields.join(","));
    },
    (reason, line, text, invalidAt) => {
      // A wrong title would reach every prompt, and a wrong header every row: only data rows of a log may be dropped.
      if (invalidAt !== null && (take === null || kind === "items"))
        throw notUtf8(file.name, line, invalidAt);
      if (take === null) {
        throw new DataError("the header line has an unclosed or misplaced quote", {
          code: "log-header",
          where: `${file.name}:${line}`,
        });
      }
      const byte = invalidAt === null ? {} : { byte: invalidAt };
      sink.reject(kind, { file: file.name, line, reason, text, ...byte });
    },
  );
}

/** The error of a file in another encoding than UTF-8. */
export function notUtf8(name: string, line: number, offset: number): DataError {
  return new DataError(`not valid UTF-8 at byte offset ${offset}`, {
    code: "log-encoding",
    where: `${name}:${line}`,
    next: `Convert it, naming its encoding: iconv -f ISO-8859-1 -t UTF-8 ${name} > utf8-${name} (Korean files are often CP949)`,
  });
}

function makeHeader(file: string, names: string[]): Header {
  return {
    width: names.length,
    position(column, key) {
      const position = names.indexOf(column);
      if (position >= 0 && names.indexOf(column, position + 1) < 0) return position;
      const near = nearest(column, names);
      const what =
        position >= 0
          ? `${file} has two columns named ${column}`
          : `${file} has no column ${column}`;
      throw new UsageError(what, {
        code: "log-column-missing",
        where: key,
        next: `${near && position < 0 ? `Did you mean ${near}? ` : ""}Its columns: ${listNames(names)}`,
      });
    },
  };
}

function openInteractions(
  header: Header,
  columns: LogColumns["interactions"],
  options: ReadOptions,
  sink: LogSink,
): TakeRecord {
  const at = (key: "user" | "item" | "rating" | "time" | "event"): number => {
    const name = columns[key];
    return name === undefined ? -1 : header.position(name, `log.columns.interactions.${key}`);
  };
  const [user, item, rating, time, event] = [
    at("user"),
    at("item"),
    at("rating"),
    at("time"),
    at("event"),
  ];
  const { feedback } = options.recipe;
  // A log repeats few distinct ratings: parsed once each.
  const ratings = new Map<string, number | null>();
  const ratingOf = (text: string): number | null => {
    let value = ratings.get(text);
    if (value === undefined) {
      value = parseNumber(text.trim());
      if (ratings.size < 1000) ratings.set(text, value);
    }
    return value;
  };
  return (fields) => {
    const userId = fields[user]!;
    const itemId = fields[item]!;
    if (userId.trim() === "") return "missing-user";
    if (itemId.trim() === "") return "missing-item";
    let seconds: number | null = null;
    if (time >= 0) {
      const text = fields[time]!.trim();
      if (text === "") return "missing-time";
      seconds = parseTime(text);
      if (seconds === null) return "bad-time";
      if (text.length > 11 && Number(text) >= 1e11)
        sink.note("time-milliseconds", "times in milliseconds, read as such");
    }
    let value: number | null = null;
    if (rating >= 0) {
      const text = fields[rating]!;
      if (text.trim() === "")
        sink.note("rating-empty", "interactions without a rating are kept, unrated");
      else {
        value = ratingOf(text);
        if (value === null) return "bad-rating";
      }
    } else if (event >= 0 && feedback !== null) {
      const weight = feedback[fields[event]!];
      if (weight === undefined) return "unknown-event";
      value = weight;
    }
    sink.interaction(userId, itemId, seconds, value);
    return null;
  };
}

/** Positions of text columns by language; "" where the recipe names no language. */
function textPositions(
  header: Header,
  texts: string | Record<string, string>,
  key: string,
): [string, number][] {
  if (typeof texts === "string") return [["", header.position(texts, key)]];
  return Object.entries(texts).map(([lang, name]) => [
    lang,
    header.position(name, `${key}.${lang}`),
  ]);
}

function openItems(
  header: Header,
  columns: NonNullable<LogColumns["items"]>,
  sink: LogSink,
): TakeRecord {
  const at = (name: string | undefined, key: string): number =>
    name === undefined ? -1 : header.position(name, `log.columns.items.${key}`);
  const id = at(columns.id, "id");
  const titles = textPositions(header, columns.title, "log.columns.items.title");
  const [year, genres, text] = [
    at(columns.year, "year"),
    at(columns.genres, "genres"),
    at(columns.text, "text"),
  ];
  return (fields) => {
    const itemId = fields[id]!;
    if (itemId.trim() === "") return "missing-item";
    const byLang = titles
      .map(([lang, position]) => [lang, fields[position]!.trim()] as const)
      .filter(([, title]) => title !== "");
    const yearText = year < 0 ? "" : fields[year]!.trim();
    const yearNumber = /^\d{1,4}$/.test(yearText) ? Number(yearText) : null;
    if (yearText !== "" && yearNumber === null)
      sink.note("year-unreadable", "items whose year is not a number");
    sink.item({
      id: itemId,
      title: byLang[0]?.[1] ?? null,
      titles: Object.fromEntries(byLang.filter(([lang]) => lang !== "")),
      year: yearNumber,
      genres: genres < 0 ? [] : splitGenres(fields[genres]!, columns.genreSeparator),
      text: text < 0 || fields[text]!.trim() === "" ? null : fields[text]!,
    });
    return null;
  };
}

/** Genres of a field; "(no genres listed)", as MovieLens writes it, is none. */
export function splitGenres(field: string, separator: string): string[] {
  const genres = field.split(separator).map((g) => g.trim());
  return genres.filter((g) => g !== "" && g !== "(no genres listed)");
}

function openReviews(
  header: Header,
  columns: NonNullable<LogColumns["reviews"]>,
  sink: LogSink,
): TakeRecord {
  const user = header.position(columns.user, "log.columns.reviews.user");
  const item = header.position(columns.item, "log.columns.reviews.item");
  const texts = textPositions(header, columns.text, "log.columns.reviews.text");
  return (fields) => {
    if (fields[user]!.trim() === "") return "missing-user";
    if (fields[item]!.trim() === "") return "missing-item";
    for (const [lang, position] of texts) {
      if (fields[position]!.trim() !== "")
        sink.review(fields[user]!, fields[item]!, lang, fields[position]!);
    }
    return null;
  };
}

function missingColumns(files: LogFile[]): UsageError {
  const csv = files.find((f) => /\.csv(\.gz)?$/i.test(f.name)) ?? files[0];
  const header = csv?.head.split(/\r?\n/, 1)[0] ?? "";
  return new UsageError("a csv log needs log.columns", {
    code: "log-columns-missing",
    where: "log.columns",
    next: `For example: columns: {interactions: {file: ${csv?.name ?? "ratings.csv"}, user: …, item: …}}${header ? `; ${csv!.name} has: ${header.slice(0, 200)}` : ""}`,
  });
}
