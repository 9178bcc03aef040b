// RecBole's atomic files (recbole.io/docs/user_guide/data/atomic_files.html): tab-separated, every column of the header
// typed. `.inter` gives interactions, `.item` items; `.user`, `.kg` and `.link` are not read. Rows with a list of items
// (the sequential benchmark files) are unrolled: each user's longest list and its target, in order, without times.

import { UsageError } from "../../base/errors.ts";
import { listNames } from "./locate-log.ts";
import { parseNumber } from "./parse-field.ts";
import { readDelimited } from "./read-delimited.ts";
import { makeTimeReader } from "./read-times.ts";
import type { LogFile, LogReader, LogSink, ReadOptions, RejectReason } from "./types.ts";

const ends = (end: string) => (file: LogFile) =>
  new RegExp(`\\.${end}(\\.gz|\\.zstd?)?$`, "i").test(file.name);
const isTyped = (file: LogFile): boolean =>
  /^[^\t\n]+:(token|float|token_seq|float_seq)\b/.test(file.head.replace(/^\xef\xbb\xbf/, ""));

export const recboleReader: LogReader = {
  name: "recbole",
  detect: (files) => (files.some((file) => ends("inter")(file) && isTyped(file)) ? 1 : 0),
  async read(options, sink) {
    const inter = options.files.filter(ends("inter"));
    const items = options.files.filter(ends("item"));
    if (inter.length === 0) {
      throw new UsageError("no .inter file in the log", {
        code: "log-file-missing",
        where: "log.path",
        next: `Files there: ${listNames(options.files.map((f) => f.name))}`,
      });
    }
    const held: Held = { readTime: makeTimeReader(sink), lists: new Map(), time: 0, rating: 0 };
    for (const file of inter)
      await readTyped(file, "interactions", options, sink, (columns) =>
        openInter(file, columns, sink, held),
      );
    for (const file of items)
      await readTyped(file, "items", options, sink, (columns) => openItem(file, columns, sink));
    for (const [user, list] of held.lists)
      for (const item of list) sink.interaction(user, item, null, null);
    if (held.lists.size > 0)
      sink.note(
        "sequences-unrolled",
        "users whose interactions are their longest item list; such files carry no time of each",
        held.lists.size,
      );
    return {
      read: [...inter, ...items].map((file) => file.name),
      license: null,
      redistribution: "unknown",
      hasTime: held.time === inter.length,
      hasRating: held.rating === inter.length,
      columns: null,
    };
  },
};

type Column = { name: string; type: string };
type Take = (fields: string[]) => RejectReason | null;
type Held = {
  readTime: (text: string) => number | null;
  /** Each user's longest item list, in order of first appearance. */
  lists: Map<string, string[]>;
  /** Files with times, with ratings. */
  time: number;
  rating: number;
};

async function readTyped(
  file: LogFile,
  kind: "interactions" | "items",
  options: ReadOptions,
  sink: LogSink,
  open: (columns: Column[]) => Take,
): Promise<void> {
  let take: Take | null = null;
  let width = 0;
  await readDelimited(
    { ...file, separator: "\t", quoting: "none", encoding: "utf8", signal: options.signal },
    (fields, line) => {
      if (take === null) {
        const columns = fields.map((field) => {
          const [name = "", type = "token"] = field.split(":");
          return { name, type };
        });
        width = columns.length;
        sink.columns(file.name, fields);
        take = open(columns);
        return;
      }
      const reason = fields.length === width ? take(fields) : "wrong-field-count";
      if (reason !== null)
        sink.reject(kind, { file: file.name, line, reason, text: fields.join("\t") });
    },
    (reason, line, text) => sink.reject(kind, { file: file.name, line, reason, text }),
  );
}

function openInter(file: LogFile, columns: Column[], sink: LogSink, held: Held): Take {
  const find = (...names: string[]): number =>
    columns.findIndex(({ name, type }) => names.includes(name) && !type.endsWith("_seq"));
  const user = find("user_id", "session_id", "user");
  const item = find("item_id", "item");
  const rating = find("rating", "stars", "overall");
  const list = columns.findIndex(
    ({ name, type }) => type === "token_seq" && /^item.*list$/.test(name),
  );
  const time = find("timestamp", "time");
  if (user < 0 || item < 0) {
    throw new UsageError(`${file.name} has no ${user < 0 ? "user_id" : "item_id"} column`, {
      code: "log-column-missing",
      where: `${file.name}:1`,
      next: `Its columns: ${listNames(columns.map((c) => `${c.name}:${c.type}`))}`,
    });
  }
  if (list < 0 && time >= 0) held.time++;
  if (list < 0 && rating >= 0) held.rating++;
  return (fields) => {
    const [userId, itemId] = [fields[user]!, fields[item]!];
    if (userId.trim() === "") return "missing-user";
    if (itemId.trim() === "") return "missing-item";
    if (list >= 0) {
      const whole = [...fields[list]!.split(" ").filter((id) => id !== ""), itemId];
      if (whole.length >= (held.lists.get(userId)?.length ?? 0)) held.lists.set(userId, whole);
      return null;
    }
    let seconds: number | null = null;
    if (time >= 0) {
      if (fields[time]!.trim() === "") return "missing-time";
      seconds = held.readTime(fields[time]!.trim());
      if (seconds === null) return "bad-time";
    }
    const value = rating < 0 ? null : parseNumber(fields[rating]!.trim());
    if (rating >= 0 && value === null) return "bad-rating";
    sink.interaction(userId, itemId, seconds, value);
    return null;
  };
}

function openItem(file: LogFile, columns: Column[], sink: LogSink): Take {
  const find = (pattern: RegExp): number => columns.findIndex(({ name }) => pattern.test(name));
  const id = find(/^item_id$/);
  const title = find(/^((movie|item|book|game|film|product)_)?(title|name)$|^asin_title$/);
  const year = find(/^(release_|publication_)?year$/);
  const genres = find(/^(class|genres?|category|categories)$/);
  const text = find(/^(description|plot|overview|text)$/);
  if (id < 0) {
    throw new UsageError(`${file.name} has no item_id column`, {
      code: "log-column-missing",
      where: `${file.name}:1`,
    });
  }
  const at = (fields: string[], position: number): string =>
    position < 0 ? "" : fields[position]!.trim();
  return (fields) => {
    if (fields[id]!.trim() === "") return "missing-item";
    const yearText = at(fields, year);
    const named = at(fields, genres);
    // A token_seq is split at its spaces; a token is one genre.
    const split = genres >= 0 && columns[genres]!.type === "token_seq" ? named.split(" ") : [named];
    sink.item({
      id: fields[id]!,
      title: at(fields, title) || null,
      titles: {},
      year: /^\d{1,4}$/.test(yearText) ? Number(yearText) : null,
      genres: split.filter((genre) => genre !== ""),
      text: at(fields, text) || null,
    });
    return null;
  };
}
