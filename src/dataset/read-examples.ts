// The examples of a JSONL file or a dataset folder, one at a time, with the line each stands in.

import { join } from "node:path";
import { DataError } from "../base/errors.ts";
import { pathKind } from "../base/files.ts";
import { splits, type Split } from "../log/split/timeline.ts";
import { readLines } from "./format/read-lines.ts";
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
  let line = 0;
  for await (const bytes of readLines(file)) {
    line++;
    if (bytes.length === 0) continue;
    yield { example: parseExample(bytes.toString("utf8"), `${file}:${line}`), split };
  }
}

function parseExample(text: string, where: string): Example {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    throw notExample(`the line is not JSON: ${(error as Error).message}`, where, error);
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
    throw notExample(`the line is no example: ${wrong} is missing or wrong`, where);
  return row as Example;
}

function isMessages(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((m: unknown) => typeof (m as { content?: unknown } | null)?.content === "string")
  );
}

function notExample(what: string, where: string, cause?: unknown): DataError {
  return new DataError(what, {
    code: "example-malformed",
    where,
    next: "This reads rectune's own example files; `rectune validate FILE --format F` reads trainers' formats.",
    ...(cause === undefined ? {} : { cause }),
  });
}
