// What a user gets for wrong input: exit 2 or 3, the place, and what to do; never a stack, never a folder.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { makeRatings, makeWorkspace, type Workspace } from "./workspace.ts";

type Case = {
  name: string;
  arrange?: (at: Workspace) => Promise<void>;
  args?: string[];
  code: number;
  says: RegExp[];
};

const edit = (from: string | RegExp, to: string) => async (at: Workspace) =>
  at.write("recipe.yaml", (await readFile(at.path("recipe.yaml"), "utf8")).replace(from, to));
const ratings = (change: (text: string) => string | Uint8Array) => async (at: Workspace) =>
  at.write("log/ratings.csv", change(makeRatings(20)));

const cases: Case[] = [
  {
    name: "a misspelt key",
    arrange: edit("lang:", "langs:"),
    code: 2,
    says: [/recipe\.yaml:9:1: unknown key "langs"/, /Did you mean "lang"\?/],
  },
  {
    name: "a misspelt task",
    arrange: edit("type: ranking", "type: rankin"),
    code: 2,
    says: [/recipe\.yaml:13:13: /, /Did you mean "ranking"\?/],
  },
  {
    name: "a misspelt override",
    args: ["--set", "histroy.window=3"],
    code: 2,
    says: [/--set histroy\.window=3: unknown key "histroy"/, /Did you mean "history"\?/],
  },
  {
    name: "broken YAML",
    arrange: edit("lang: [en, ko]", "lang: [en, ko"),
    code: 2,
    says: [/recipe\.yaml:\d+:\d+: /],
  },
  {
    name: "a missing file of the log",
    arrange: edit("file: ratings.csv", "file: rating.csv"),
    code: 2,
    says: [/log\.columns\.interactions\.file: no file rating\.csv/, /Did you mean ratings\.csv\?/],
  },
  {
    name: "a missing log",
    arrange: edit("path: ./log", "path: ./logs"),
    code: 2,
    says: [/log\.path does not exist: \.\/logs/, /Did you mean log\?/],
  },
  {
    name: "a wrong column",
    arrange: edit("user: user", "user: usr"),
    code: 2,
    says: [/log\.columns\.interactions\.user/, /Did you mean user\?|user, film, rating, time/],
  },
  {
    name: "a file cut in the middle of its rows",
    arrange: ratings((text) => `${text.slice(0, text.indexOf("\n") + 1)}u001,f1\nu001,f2\n`),
    code: 3,
    says: [/ratings\.csv:2: wrong-field-count/, /log\.maxRejects/],
  },
  {
    name: "an empty log",
    arrange: ratings((text) => text.slice(0, text.indexOf("\n") + 1)),
    code: 3,
    says: [/error\[log-empty\]: ratings\.csv: the log has no interactions/],
  },
  {
    name: "a file of no bytes",
    arrange: ratings(() => ""),
    code: 3,
    says: [/ratings\.csv/],
  },
  {
    name: "a log of one user",
    arrange: ratings((text) =>
      text
        .split("\n")
        .filter((l) => !/^u0(0[1-9]|1)/.test(l))
        .join("\n"),
    ),
    code: 3,
    says: [/error\[log-one-user\]/, /two users or more/],
  },
  {
    name: "text that is not UTF-8",
    arrange: ratings((text) => Buffer.from(text.replaceAll("f1,", "caf\u00e9,"), "latin1")),
    code: 3,
    says: [/ratings\.csv:\d+: invalid-utf8 at byte offset \d+/, /iconv/],
  },
  {
    name: "a remote log",
    args: ["--set", "log.path=s3://bucket/log"],
    code: 2,
    says: [/log\.path is remote: s3:\/\/bucket\/log/, /aws s3 cp --recursive/],
  },
  {
    name: "filters that leave nothing",
    args: ["--set", "filter.minUser=1000"],
    code: 3,
    says: [/error\[filter-nothing-left\]/, /lower minUser/],
  },
  {
    name: "a task that needs ratings",
    arrange: edit("rating: rating, ", ""),
    code: 2,
    says: [/error\[task-needs-rating\]: tasks\.0/, /log\.feedback/],
  },
  {
    name: "an unknown domain",
    args: ["--set", "domain=flim"],
    code: 2,
    says: [/unknown domain "flim"/, /Did you mean "film"\?/],
  },
  {
    name: "templates that are not there",
    args: ["--set", "templates=./nowhere"],
    code: 2,
    says: [/templates folder does not exist/, /nowhere/],
  },
];

it.each(cases)("$name", async ({ arrange, args = [], code, says }) => {
  await using at = await makeWorkspace(20);
  await arrange?.(at);
  const done = await at.run(["build", "recipe.yaml", "-q", "-o", "out", ...args]);
  for (const words of says) expect(done.stderr).toMatch(words);
  expect(done).toMatchObject({ code, stdout: "" });
  expect(done.stderr).toMatch(/^error\[[a-z0-9-]+\]: /);
  expect(done.stderr).not.toMatch(/\n\s+at /);
  expect(existsSync(at.path("out"))).toBe(false);
});

it("names the recipe that was meant", async () => {
  await using at = await makeWorkspace(2);
  const done = await at.run(["build", "recip.yaml"]);
  expect(done.code).toBe(2);
  expect(done.stderr).toMatch(
    /recip\.yaml: there is no such file\n {2}Did you mean .*recipe\.yaml\?/,
  );
});
