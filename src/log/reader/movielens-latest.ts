// The layout of ml-latest, ml-latest-small and ml-20m to ml-32m: ratings.csv, movies.csv and, where it is there, tags.csv
// (UTF-8). The tags of a film become its text; links.csv is not read.

import { adoptDelimited } from "./adopt-delimited.ts";
import { findFiles } from "./locate-log.ts";
import { TagCounts, takeRating, yearOf } from "./movielens-fields.ts";
import { readTable } from "./read-table.ts";
import { splitGenres } from "./take-columns.ts";
import type { LogFile, LogSink, ReadOptions, ReadOutcome } from "./types.ts";

const license =
  "MovieLens: may be redistributed only under the same licence conditions; no commercial use without permission (its README.txt)";
const ratingColumns = { user: "userId", item: "movieId", rating: "rating", time: "timestamp" };

/** Reads the layout of ratings.csv and movies.csv. @throws UsageError for a file that is missing */
export async function readLatest(options: ReadOptions, sink: LogSink): Promise<ReadOutcome> {
  const find = (name: string): LogFile => findFiles(options.files, name, "log.path")[0]!;
  const [ratings, movies] = [find("ratings.csv"), find("movies.csv")];
  const tags = options.files.find((file) => /^tags\.csv(\.gz|\.zst)?$/.test(file.name));
  await readRatings(ratings, options, sink);
  const counts = new TagCounts();
  if (tags) await readTags(tags, counts, options, sink);
  await readTable({
    kind: "items",
    file: movies,
    options,
    sink,
    open: (header) => {
      const at = ["movieId", "title", "genres"].map((name) => header.position(name, movies.name));
      return (fields) => {
        const [id = "", title = "", genres = ""] = at.map((position) => fields[position]!);
        if (id.trim() === "") return "missing-item";
        sink.item({
          id,
          title: title.trim() || null,
          titles: {},
          year: yearOf(title),
          genres: splitGenres(genres, "|"),
          text: counts.textOf(id),
        });
        return null;
      };
    },
  });
  return {
    read: [ratings, movies, ...(tags ? [tags] : [])].map((file) => file.name),
    license,
    redistribution: "allowed",
    hasTime: true,
    hasRating: true,
    columns: null,
  };
}

async function readRatings(file: LogFile, options: ReadOptions, sink: LogSink): Promise<void> {
  const job = { kind: "interactions", file, options, sink } as const;
  const columns = { file: file.name, ...ratingColumns };
  const open: Parameters<typeof readTable>[0]["open"] = (header) => {
    const at = Object.values(ratingColumns).map((name) => header.position(name, file.name));
    return (fields) =>
      takeRating(
        at.map((position) => fields[position]!),
        sink,
      );
  };
  if (!(await adoptDelimited({ file, options, sink, columns, secondsOnly: true })))
    await readTable({ ...job, open });
}

async function readTags(
  file: LogFile,
  counts: TagCounts,
  options: ReadOptions,
  sink: LogSink,
): Promise<void> {
  await readTable({
    kind: "items",
    file,
    options,
    sink,
    open: (header) => {
      const [item, tag] = ["movieId", "tag"].map((name) => header.position(name, file.name));
      return (fields) => {
        if (fields[item!]!.trim() === "") return "missing-item";
        counts.add(fields[item!]!, fields[tag!]!);
        return null;
      };
    },
  });
}
