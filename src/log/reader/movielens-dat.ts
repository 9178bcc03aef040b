// The layouts of ml-1m (ISO-8859-1) and ml-10M100K (UTF-8): ratings.dat, movies.dat and, in the latter, tags.dat, with
// fields parted by two colons. users.dat is not read.

import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { findFiles } from "./locate-log.ts";
import { adoptRatings, TagCounts, takeRating, yearOf } from "./movielens-fields.ts";
import { readDelimited } from "./read-delimited.ts";
import type { Encoding } from "./read-lines.ts";
import { splitGenres } from "./take-columns.ts";
import type {
  LogFile,
  LogSink,
  ReadOptions,
  ReadOutcome,
  RecordKind,
  RejectReason,
} from "./types.ts";

const licenses = {
  "1m": "MovieLens 1M: research use; may not be redistributed without separate permission; no commercial use without permission (its README)",
  "10m":
    "MovieLens 10M: may be redistributed only under the same licence conditions; no commercial use without permission (its README)",
};

/** Reads the layout of ratings.dat and movies.dat. @throws UsageError for a file that is missing */
export async function readDat(options: ReadOptions, sink: LogSink): Promise<ReadOutcome> {
  const find = (name: string): LogFile => findFiles(options.files, name, "log.path")[0]!;
  const [ratings, movies] = [find("ratings.dat"), find("movies.dat")];
  const tags = options.files.find((file) => file.name === "tags.dat");
  // ml-1m comes with the ages of its users, ml-10M100K does not.
  const set = options.files.some((file) => file.name === "users.dat") ? "1m" : "10m";
  const encoding: Encoding = isUtf8(await readFile(movies.path)) ? "utf8" : "latin1";
  const each = (
    file: LogFile,
    kind: RecordKind,
    take: (fields: string[]) => RejectReason | null,
  ): Promise<void> =>
    readDelimited(
      { ...file, separator: "::", quoting: "none", encoding, signal: options.signal },
      (fields, line) => {
        const reason = take(fields);
        if (reason !== null)
          sink.reject(kind, { file: file.name, line, reason, text: fields.join("::") });
      },
      (reason, line, text) => sink.reject(kind, { file: file.name, line, reason, text }),
    );

  if (!(await adoptRatings(ratings, { separator: "::", encoding }, { options, sink })))
    await each(ratings, "interactions", (fields) => takeRating(fields, sink));
  const counts = new TagCounts();
  if (tags) {
    await each(tags, "items", (fields) => {
      // A tag may hold two colons itself.
      if (fields.length < 4) return "wrong-field-count";
      counts.add(fields[1]!, fields.slice(2, -1).join("::"));
      return null;
    });
  }
  await each(movies, "items", (fields) => {
    if (fields.length < 3) return "wrong-field-count";
    const id = fields[0]!;
    if (id.trim() === "") return "missing-item";
    const title = fields.slice(1, -1).join("::").trim();
    sink.item({
      id,
      title: title || null,
      titles: {},
      year: yearOf(title),
      genres: splitGenres(fields.at(-1)!, "|"),
      text: counts.textOf(id),
    });
    return null;
  });
  return {
    read: [ratings, movies, ...(tags ? [tags] : [])].map((file) => file.name),
    license: licenses[set],
    redistribution: set === "1m" ? "forbidden" : "allowed",
    hasTime: true,
    hasRating: true,
    columns: null,
  };
}
