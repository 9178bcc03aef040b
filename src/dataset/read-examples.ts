// The examples of a JSONL file or a dataset folder, one at a time, with the line each stands in.

import { join } from "node:path";
import { DataError } from "../base/errors.ts";
import { pathKind } from "../base/files.ts";
import { splits, type Split } from "../log/split/timeline.ts";
import { readLineBlocks } from "./format/read-lines.ts";
import type { Example } from "./task/types.ts";

export type FoundExample = { example: Example; split: Split };

/**
 * Examples of a file (all as `train`) or of the split files of a folder.
 * @throws DataError at file:line for a line that is no example.
 */
export async function* readExamples(path: string): AsyncGenerator<FoundExample> {
  const kind = await pathKind(path);
  if (kind === "file") return yield* readFileExamples(path, "train");
  for (const split of splits) {
    const file = join(path, `${split}.jsonl`);
    if ((await pathKind(file)) !== "file") {
      throw new DataError(`there is no ${split}.jsonl`, {
        code: "examples-missing",
        where: path,
        next: "Name a dataset folder, or a JSONL file of examples.",
      });
    }
    yield* readFileExamples(file, split);
  }
}

/** Examples of one JSONL file. @throws DataError at file:line. */
export async function* readFileExamples(file: string, split: Split): AsyncGenerator<FoundExample> {
  for await (const examples of readExampleBlocks(file))
    for (const example of examples) yield { example, split };
}

/** `readFileExamples` in blocks, those of one read together; each is parsed as it is taken. @throws DataError at file:line. */
export async function* readExampleBlocks(file: string): AsyncGenerator<Iterable<Example>> {
  let line = 1;
  for await (const lines of readLineBlocks(file)) {
    yield parseLines(lines, file, line);
    line += lines.length;
  }
}

function* parseLines(lines: readonly Buffer[], file: string, from: number): Generator<Example> {
  for (let i = 0; i < lines.length; i++)
    if (lines[i]!.length > 0) yield parseExample(lines[i]!.toString("utf8"), file, from + i);
}

function parseExample(text: string, file: string, line: number): Example {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    const what = `the line is not JSON: ${(error as Error).message}`;
    throw notExample(what, `${file}:${line}`, error);
  }
  const held = (row ?? {}) as Partial<Record<keyof Example, unknown>>;
  const wrong =
    typeof held.id !== "string"
      ? "id"
      : typeof held.task !== "string"
        ? "task"
        : typeof held.item !== "string"
          ? "item"
          : !isMessages(held.prompt)
            ? "prompt"
            : !isMessages(held.completion)
              ? "completion"
              : !Array.isArray(held.history)
                ? "history"
                : null;
  if (wrong !== null)
    throw notExample(`the line is no example: ${wrong} is missing or wrong`, `${file}:${line}`);
  return row as Example;
}

function isMessages(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  for (const message of value as ({ content?: unknown } | null)[])
    if (typeof message?.content !== "string") return false;
  return true;
}

function notExample(what: string, where: string, cause?: unknown): DataError {
  return new DataError(what, {
    code: "example-malformed",
    where,
    next: "This reads rectune's own example files; `rectune validate FILE --format F` reads trainers' formats.",
    ...(cause === undefined ? {} : { cause }),
  });
}
