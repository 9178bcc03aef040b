// MovieLens logs (Harper and Konstan 2015, doi:10.1145/2827872): which of its layouts a folder has, and the raw 100K
// layout itself (u.data, u.item, u.genre; ISO-8859-1). Titles stay as the file has them, moved articles included.

import { findFiles } from "./locate-log.ts";
import { readDat } from "./movielens-dat.ts";
import { adoptRatings, integer, takeRating, yearOf } from "./movielens-fields.ts";
import { readLatest } from "./movielens-latest.ts";
import { readDelimited, type DelimitedFile } from "./read-delimited.ts";
import type {
  ItemRecord,
  LogFile,
  LogReader,
  LogSink,
  ReadOptions,
  ReadOutcome,
  Reject,
  RejectReason,
} from "./types.ts";

const rawLicense =
  "MovieLens 100K: research use; may not be redistributed without separate permission; no commercial use without permission (its README)";

const hasFile = (files: LogFile[], name: string): boolean =>
  files.some((f) => f.name === name || f.name === `${name}.gz` || f.name === `${name}.zst`);

export const movielensReader: LogReader = {
  name: "movielens",
  detect(files) {
    if (hasFile(files, "u.data") && hasFile(files, "u.item")) return 1;
    const dat = files.find((f) => f.name === "ratings.dat");
    if (dat && /^\d+::\d+::/.test(dat.head) && hasFile(files, "movies.dat")) return 1;
    const ratings = files.find((f) => /^ratings\.csv(\.gz|\.zst)?$/.test(f.name));
    return ratings?.head.startsWith("userId,movieId,rating,timestamp") &&
      hasFile(files, "movies.csv")
      ? 1
      : 0;
  },
  read(options, sink) {
    if (hasFile(options.files, "u.data")) return readRaw(options, sink);
    if (hasFile(options.files, "ratings.dat")) return readDat(options, sink);
    return hasFile(options.files, "ratings.csv")
      ? readLatest(options, sink)
      : readRaw(options, sink);
  },
};

async function readRaw(options: ReadOptions, sink: LogSink): Promise<ReadOutcome> {
  const find = (name: string): LogFile => findFiles(options.files, name, "log.path")[0]!;
  const [data, item, genre] = [find("u.data"), find("u.item"), find("u.genre")];
  const open = (file: LogFile, separator: string) =>
    ({ ...file, separator, quoting: "none", encoding: "latin1", signal: options.signal }) as const;

  // While DuckDB takes the ratings, the films are read; they are poured after, so that rejects stay in the order of files.
  const [isAdopted, pourItems] = await Promise.all([
    adoptRatings(data, { separator: "\t", encoding: "latin1" }, { options, sink }),
    readItems(open(item, "|"), open(genre, "|"), sink),
  ]);
  if (!isAdopted) {
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
  }
  pourItems();
  return {
    read: [data.name, item.name, genre.name],
    license: rawLicense,
    redistribution: "forbidden",
    hasTime: true,
    hasRating: true,
    columns: null,
  };
}

/** Reads u.item, with the genres that u.genre names; the answer pours what was read into the sink. */
async function readItems(
  items: DelimitedFile,
  genreFile: DelimitedFile,
  sink: LogSink,
): Promise<() => void> {
  const genres: string[] = [];
  await readDelimited(
    genreFile,
    ([name, index]) => {
      if (name !== undefined && index !== undefined && integer.test(index))
        genres[Number(index)] = name;
    },
    neverBad,
  );
  const genreAt = 5;
  const read: (ItemRecord | Reject)[] = [];
  await readDelimited(
    items,
    (fields, line) => {
      const reject = (reason: RejectReason): void =>
        void read.push({ file: items.name, line, reason, text: fields.join("|") });
      if (fields.length !== genreAt + genres.length) return reject("wrong-field-count");
      const id = fields[0]!;
      if (id.trim() === "") return reject("missing-item");
      const title = fields[1]!.trim();
      read.push({
        id,
        title: title || null,
        titles: {},
        year: yearOf(title),
        genres: genres.filter((name, g) => fields[genreAt + g] === "1" && name !== "unknown"),
        text: null,
      });
    },
    neverBad,
  );
  return () => {
    for (const record of read)
      if ("reason" in record) sink.reject("items", record);
      else sink.item(record);
  };
}

/** ISO-8859-1 without quotes has no unreadable record. */
function neverBad(reason: RejectReason, line: number): never {
  throw new Error(`unexpected ${reason} on line ${line}`);
}
