// MovieLens logs (Harper and Konstan 2015, doi:10.1145/2827872): the raw 100K layout (u.data, u.item, u.genre;
// ISO-8859-1) and the layout of ml-latest, ml-latest-small and ml-20m to ml-32m (ratings.csv, movies.csv; UTF-8).
// Titles stay as the file has them, moved articles included.

import { readTable, splitGenres } from "./csv.ts";
import { findFiles } from "./locate-log.ts";
import { parseNumber } from "./parse-field.ts";
import { readDelimited } from "./read-delimited.ts";
import type {
  LogFile,
  LogReader,
  LogSink,
  ReadOptions,
  ReadOutcome,
  RejectReason,
} from "./types.ts";

const rawLicense =
  "MovieLens 100K: research use; may not be redistributed without separate permission; no commercial use without permission (its README)";
const latestLicense =
  "MovieLens: may be redistributed only under the same licence conditions; no commercial use without permission (its README.txt)";

const hasFile = (files: LogFile[], name: string): boolean => files.some((f) => f.name === name);

export const movielensReader: LogReader = {
  name: "movielens",
  detect(files) {
    if (hasFile(files, "u.data") && hasFile(files, "u.item")) return 1;
    const ratings = files.find((f) => f.name === "ratings.csv");
    return ratings?.head.startsWith("userId,movieId,rating,timestamp") &&
      hasFile(files, "movies.csv")
      ? 1
      : 0;
  },
  read: (options, sink) =>
    hasFile(options.files, "u.data") || !hasFile(options.files, "ratings.csv")
      ? readRaw(options, sink)
      : readLatest(options, sink),
};

const integer = /^-?\d{1,15}$/;

async function readRaw(options: ReadOptions, sink: LogSink): Promise<ReadOutcome> {
  const find = (name: string): LogFile => findFiles(options.files, name, "log.path")[0]!;
  const [data, item, genre] = [find("u.data"), find("u.item"), find("u.genre")];
  const open = (file: LogFile, separator: string) =>
    ({ ...file, separator, quoting: "none", encoding: "latin1", signal: options.signal }) as const;

  await readDelimited(
    open(data, "\t"),
    (fields, line) => {
      const reason = takeRating(fields, sink);
      if (reason !== null) {
        sink.reject("interactions", { file: data.name, line, reason, text: fields.join("\t") });
      }
    },
    neverBad,
  );

  const genres: string[] = [];
  await readDelimited(
    open(genre, "|"),
    ([name, index]) => {
      if (name !== undefined && index !== undefined && integer.test(index))
        genres[Number(index)] = name;
    },
    neverBad,
  );
  const genreAt = 5;
  await readDelimited(
    open(item, "|"),
    (fields, line) => {
      const reject = (reason: RejectReason): void =>
        sink.reject("items", { file: item.name, line, reason, text: fields.join("|") });
      if (fields.length !== genreAt + genres.length) return reject("wrong-field-count");
      const id = fields[0]!;
      if (id.trim() === "") return reject("missing-item");
      const flags = fields.slice(genreAt);
      const named = genres.filter((name, g) => flags[g] === "1" && name !== "unknown");
      const title = fields[1]!.trim();
      sink.item({
        id,
        title: title || null,
        titles: {},
        year: yearOf(title),
        genres: named,
        text: null,
      });
    },
    neverBad,
  );
  return {
    read: [data.name, item.name, genre.name],
    license: rawLicense,
    hasTime: true,
    hasRating: true,
  };
}

function takeRating(fields: string[], sink: LogSink): RejectReason | null {
  if (fields.length !== 4) return "wrong-field-count";
  const [user, item, ratingText, timeText] = fields as [string, string, string, string];
  if (user.trim() === "") return "missing-user";
  if (item.trim() === "") return "missing-item";
  const rating = parseNumber(ratingText);
  if (rating === null) return "bad-rating";
  if (!integer.test(timeText)) return timeText.trim() === "" ? "missing-time" : "bad-time";
  sink.interaction(user, item, Number(timeText), rating);
  return null;
}

/** ISO-8859-1 without quotes has no unreadable record. */
function neverBad(reason: RejectReason, line: number): never {
  throw new Error(`unexpected ${reason} on line ${line}`);
}

async function readLatest(options: ReadOptions, sink: LogSink): Promise<ReadOutcome> {
  const find = (name: string): LogFile => findFiles(options.files, name, "log.path")[0]!;
  const [ratings, movies] = [find("ratings.csv"), find("movies.csv")];
  await readTable({
    kind: "interactions",
    file: ratings,
    options,
    sink,
    open: (header) => {
      const at = ["userId", "movieId", "rating", "timestamp"].map((name) =>
        header.position(name, ratings.name),
      );
      return (fields) =>
        takeRating(
          at.map((position) => fields[position]!),
          sink,
        );
    },
  });
  await readTable({
    kind: "items",
    file: movies,
    options,
    sink,
    open: (header) => {
      const at = ["movieId", "title", "genres"].map((name) => header.position(name, movies.name));
      return (fields) => {
        const [id, title, genres] = at.map((position) => fields[position]!) as [
          string,
          string,
          string,
        ];
        if (id.trim() === "") return "missing-item";
        sink.item({
          id,
          title: title.trim() || null,
          titles: {},
          year: yearOf(title),
          genres: splitGenres(genres, "|"),
          text: null,
        });
        return null;
      };
    },
  });
  return {
    read: [ratings.name, movies.name],
    license: latestLicense,
    hasTime: true,
    hasRating: true,
  };
}

/** The year that ends a MovieLens title: "Heat (1995)", "Doctor Who (2005–2008)"; null where there is none. */
export function yearOf(title: string): number | null {
  const found = /\((\d{4})(?:[-–]\d{0,4})?\)\s*$/.exec(title);
  return found ? Number(found[1]) : null;
}
