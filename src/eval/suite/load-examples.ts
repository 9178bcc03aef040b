// The test examples that a suite asks: those of its tasks, of at most so many users a task, drawn with the seed.

import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DataError } from "../../base/errors.ts";
import { rngFor } from "../../base/rng.ts";
import type { Example } from "../../dataset/task/types.ts";
import type { SuiteValue } from "./recipe.ts";

/**
 * Test examples (or those of another split) in the order of the suite's tasks, within a task in that of the file; the same for every system.
 * Without a limit they are those of all users.
 * @throws DataError `example-broken` at file:line, `examples-none` where no task of the suite has one.
 */
export async function loadExamples(
  datasetDir: string,
  suite: Pick<SuiteValue, "tasks" | "seed"> & Partial<Pick<SuiteValue, "limit">>,
  split: "validation" | "test" = "test",
): Promise<Example[]> {
  const file = join(datasetDir, `${split}.jsonl`);
  const byTask = new Map<string, Example[]>(suite.tasks.map((task) => [task, []]));
  let number = 0;
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Infinity,
  })) {
    const example = parseExample(line, `${file}:${++number}`);
    byTask.get(example.task)?.push(example);
  }
  const examples = Array.from(suite.tasks).flatMap((task) => byTask.get(task)!);
  if (examples.length > 0)
    return suite.limit ? limitExamples(examples, suite.limit, suite.seed) : examples;
  throw new DataError(`the dataset has no ${split} examples of ${suite.tasks.join(", ")}`, {
    code: "examples-none",
    where: file,
    next: "Name a task of the dataset under `tasks` in the suite, or add the task to the dataset.",
  });
}

/** Those of at most so many users a task, in the order given. */
export function limitExamples(
  examples: readonly Example[],
  limit: SuiteValue["limit"],
  seed: number,
): Example[] {
  const byTask = Map.groupBy(examples, ({ task }) => task as keyof SuiteValue["limit"]);
  const kept = new Set(
    [...byTask].flatMap(([task, own]) => limitUsers(own, limit[task] ?? null, seed)),
  );
  return examples.filter((example) => kept.has(example));
}

/** Examples of at most `limit` users, drawn with the seed; null leaves all. */
export function limitUsers(
  examples: readonly Example[],
  limit: number | null,
  seed: number,
): Example[] {
  const users = Array.from(new Set(examples.map((example) => example.user))).sort();
  if (limit === null || users.length <= limit) return Array.from(examples);
  const drawn = new Set(rngFor(seed, "limit", examples[0]!.task).shuffle(users).slice(0, limit));
  return examples.filter((example) => drawn.has(example.user));
}

function parseExample(line: string, where: string): Example {
  try {
    return JSON.parse(line) as Example;
  } catch (error) {
    throw new DataError("this line is no JSON", {
      code: "example-broken",
      where,
      next: "Build the dataset again (rectune build).",
      cause: error,
    });
  }
}
