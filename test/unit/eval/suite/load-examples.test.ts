import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { limitUsers, loadExamples } from "../../../../src/eval/suite/load-examples.ts";
import { suiteSchema } from "../../../../src/eval/suite/recipe.ts";
import { errorOf, withFiles } from "../../log/open-texts.ts";
import { makeExample } from "../fixture.ts";

const suiteOf = (
  overrides: Record<string, unknown>,
): Pick<ReturnType<typeof suiteSchema.parse>, "tasks" | "limit" | "seed"> =>
  suiteSchema.parse({ version: 1, dataset: "d", systems: [{ name: "random" }], ...overrides });

const examples = Array.from({ length: 40 }, (_, i): Example => {
  const task = i % 2 === 0 ? "ranking" : "explanation";
  const user = `u${i >> 2}`;
  return makeExample({ id: `${task}/${user}/${i}`, task, user, row: i });
});
const text = examples.map((example) => `${JSON.stringify(example)}\n`).join("");

const load = (overrides: Record<string, unknown>, content = text): Promise<Example[]> =>
  withFiles({ "test.jsonl": content }, (dir) => loadExamples(dir, suiteOf(overrides)));

describe("loadExamples", () => {
  test("keeps the tasks of the suite, in its order", async () => {
    const loaded = await load({ tasks: ["explanation", "ranking"] });
    expect(loaded).toHaveLength(40);
    expect(loaded.slice(0, 20).every(({ task }) => task === "explanation")).toBe(true);
    expect((await load({ tasks: ["ranking"] })).map(({ row }) => row)).toEqual(
      examples.filter(({ task }) => task === "ranking").map(({ row }) => row),
    );
  });

  test("a limit is one of users, all of whose examples stay", async () => {
    const loaded = await load({ tasks: ["ranking", "explanation"], limit: { explanation: 3 } });
    const limited = loaded.filter(({ task }) => task === "explanation");
    expect(new Set(limited.map(({ user }) => user)).size).toBe(3);
    expect(limited).toHaveLength(6);
    expect(loaded.filter(({ task }) => task === "ranking")).toHaveLength(20);
  });

  test("no example at all is an error that says where to look", async () => {
    const error = await errorOf(load({ tasks: ["next-item"] }));
    expect(error).toMatchObject({ code: "examples-none", exitCode: 3 });
  });

  test("a broken line is named", async () => {
    const error = await errorOf(load({ tasks: ["ranking"] }, `${text}{"id":\n`));
    expect(error.message).toContain("test.jsonl:41: ");
  });

  test("a dataset without a test file is an error, not an empty one", async () => {
    await withFiles({}, async (dir) => {
      await writeFile(join(dir, "train.jsonl"), "");
      await expect(loadExamples(dir, suiteOf({}))).rejects.toThrow(/test\.jsonl/);
    });
  });
});

test("the users that a limit draws depend on the seed alone", () => {
  const ranking = examples.filter(({ task }) => task === "ranking");
  const users = (seed: number, of: Example[] = ranking): string[] =>
    [...new Set(limitUsers(of, 4, seed).map(({ user }) => user))].sort();
  expect(users(1, ranking.toReversed())).toEqual(users(1));
  expect(users(2)).not.toEqual(users(1));
  expect(limitUsers(ranking, null, 1)).toEqual(ranking);
});
