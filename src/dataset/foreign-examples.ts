// Examples out of files that other tools wrote, as audits see them: a trainer's shape, and patterns that find liked and
// disliked items in the prompt. Such files tell no users and no times; findings that need them say so.

import { readFile, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DataError } from "../base/errors.ts";
import { pathKind } from "../base/files.ts";
import { packingOf, unzstd } from "../log/reader/open-bytes.ts";
import type { Split } from "../log/split/timeline.ts";
import type { Seen } from "./audit/types.ts";
import { readForeignRow, type ForeignFormat } from "./foreign-rows.ts";

export type ForeignFile = { path: string; split: Split };

/** Where a prompt shows what. Group 1 of a match counts, or the whole match. */
export type ForeignPatterns = {
  /** The parts of a prompt that list liked and disliked items. */
  likes: RegExp | null;
  dislikes: RegExp | null;
  /** One item inside such a part. */
  item: RegExp;
  /** The item that is asked about. */
  target: RegExp | null;
  /** Answers that mean yes. */
  label: RegExp;
};

/** Titles in double quotes; answers that begin with yes, true, 1 or their Korean words. */
export const defaultPatterns: ForeignPatterns = {
  likes: null,
  dislikes: null,
  item: /"([^"\n]*)"/u,
  target: null,
  label: /^[^\p{L}\p{N}]*(?:yes|true|1|예|네)(?![\p{L}\p{N}])/iu,
};

const splitNames: readonly [Split, RegExp][] = [
  ["validation", /(?<![a-z])(?:valid|validation|val|dev)(?![a-z])/i],
  ["test", /(?<![a-z])(?:test|eval)(?![a-z])/i],
];

/** The split that a file's name speaks of; train where it speaks of none. */
export function splitOfName(path: string): Split {
  return splitNames.find(([, pattern]) => pattern.test(basename(path)))?.[0] ?? "train";
}

const dataName = /\.jsonl?(?:\.gz|\.zst)?$/i;
/** What exports put beside the data. */
const sideNames = new Set(["manifest.json", "dataset_info.json", "audit.json"]);

/** The files, with those of a folder in place of the folder, each in the split its name speaks of. */
export async function listForeignFiles(given: readonly ForeignFile[]): Promise<ForeignFile[]> {
  const files: ForeignFile[] = [];
  for (const one of given) {
    if ((await pathKind(one.path)) !== "folder") {
      files.push(one);
      continue;
    }
    const names = (await readdir(one.path)).sort();
    for (const name of names) {
      if (!dataName.test(name) || sideNames.has(name)) continue;
      files.push({ path: join(one.path, name), split: splitOfName(name) });
    }
  }
  return files;
}

/**
 * The records of files in their order. Files may be gzip or zstd; an array of JSON or a document a line. They are read
 * whole, one at a time.
 * @throws DataError at file:record for a record without the shape of `format`.
 */
export async function* readForeignExamples(
  files: readonly ForeignFile[],
  format: ForeignFormat,
  patterns: ForeignPatterns,
): AsyncGenerator<Seen> {
  const likesPart = everyMatch(patterns.likes);
  const dislikesPart = everyMatch(patterns.dislikes);
  const item = everyMatch(patterns.item);
  const asked = everyMatch(patterns.target);
  for (const { path, split } of files) {
    let record = 0;
    for (const document of parseDocuments(await readWhole(path), path)) {
      record++;
      const row = readForeignRow(document, format, `${path}:${record}`);
      const prompt = row.prompt.map(({ content }) => content).join("\n");
      const answer = row.completion.map(({ content }) => content).join("\n");
      const [likes, dislikes] = [likesPart, dislikesPart].map(
        (part) => part && findItems(prompt, part, item),
      );
      const [target] = asked ? findAll(prompt, asked) : [];
      const isShown = (likes ?? dislikes ?? null) !== null;
      yield {
        split,
        example: {
          ...row,
          id: `${basename(path)}:${record}`,
          task: isShown ? "preference" : "unknown",
          wording: format,
          user: "",
          item: target ?? "",
          row: record,
          time: null,
          rating: null,
          history: [...(likes ?? []), ...(dislikes ?? [])],
          candidates: null,
          negatives: null,
          label: null,
          source: "log",
          warmth: "warm",
        },
        facts: {
          shown: isShown ? { likes: likes?.length ?? 0, dislikes: dislikes?.length ?? 0 } : null,
          liked: isShown ? patterns.label.test(answer) : null,
          titles: [],
          shownTitles: [],
          text: null,
        },
      };
    }
  }
}

/** The items of all parts of a prompt; null where it has no such part. */
function findItems(prompt: string, part: RegExp, item: RegExp): string[] | null {
  const parts = findAll(prompt, part);
  return parts.length === 0 ? null : parts.flatMap((text) => findAll(text, item));
}

/** Group 1 of every match of a global pattern, or the match. */
function findAll(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), (match) => match[1] ?? match[0]);
}

/** The pattern as one that finds every match. */
function everyMatch<P extends RegExp | null>(pattern: P): P {
  if (pattern === null) return pattern;
  return new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`) as P;
}

async function readWhole(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    const packing = packingOf(bytes);
    const plain =
      packing === ".gz" ? gunzipSync(bytes) : packing === ".zst" ? unzstd(bytes) : bytes;
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch (error) {
    throw new DataError(`the file cannot be read: ${(error as Error).message}`, {
      code: "foreign-unreadable",
      where: path,
      next: "Name a file of JSON or JSON lines in UTF-8, plain, gzip or zstd, of at most half a gigabyte of text.",
      cause: error,
    });
  }
}

function* parseDocuments(text: string, path: string): Generator<unknown> {
  const parse = (part: string, where: string): unknown => {
    try {
      return JSON.parse(part) as unknown;
    } catch (error) {
      throw new DataError(`this is not JSON: ${(error as Error).message}`, {
        code: "foreign-malformed",
        where,
        next: "The file has to be one JSON array of records, or a record a line.",
        cause: error,
      });
    }
  };
  if (/^\s*\[/.test(text)) {
    yield* parse(text, path) as unknown[];
    return;
  }
  let line = 0;
  for (const part of text.split("\n")) {
    line++;
    if (part.trim() !== "") yield parse(part, `${path}:${line}`);
  }
}
