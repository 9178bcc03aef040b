// The law of src: floors and the order of rooms, what only the command line may do, and the manners of a file.

import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import {
  breaksOf,
  filesUnder,
  order,
  packageImports,
  placeOf,
  relativeImports,
  textOf,
  withoutComments,
} from "./law.ts";

const sources = filesUnder("src").map((path) => ({ path, text: textOf(`src/${path}`) }));
const places = new Set<string>(order);
const { dependencies } = JSON.parse(textOf("package.json")) as {
  dependencies: Record<string, string>;
};

/** `file:line: what` of every hit of a pattern in code, comments left out. */
function hits(files: typeof sources, pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    withoutComments(text)
      .split("\n")
      .flatMap((line, i) => (pattern.test(line) ? [`src/${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}

describe("the house", () => {
  test("has only the places of the design, and TypeScript in them", () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.map((s) => s.path).filter((path) => !places.has(placeOf(path)))).toEqual([]);
    expect(sources.map((s) => s.path).filter((path) => !path.endsWith(".ts"))).toEqual([]);
  });

  test("imports only from the floors below and from the rooms left", () => {
    const breaks = sources.flatMap(({ path, text }) =>
      breaksOf(
        path,
        relativeImports(text)
          .map((to) => posix.join(posix.dirname(path), to))
          .filter((to) => !to.startsWith("../")),
      ),
    );
    expect(breaks).toEqual([]);
  });

  test("imports only Node's own modules and the dependencies that users get", () => {
    const strangers = sources.flatMap(({ path, text }) =>
      packageImports(withoutComments(text))
        .filter((name) => !name.startsWith("node:") && !(name in dependencies))
        .map((name) => `src/${path} imports ${name}`),
    );
    expect(strangers).toEqual([]);
  });

  test("keeps the embedded trainer ignorant of recommendation: it imports base alone", () => {
    const breaks = sources
      .filter(({ path }) => path.startsWith("job/micro/"))
      .flatMap(({ path, text }) =>
        relativeImports(text)
          .map((to) => posix.join("job/micro", to))
          .filter((to) => !to.startsWith("base/") && !to.startsWith("job/micro/"))
          .map((to) => `${path} imports ${to}`),
      );
    expect(breaks).toEqual([]);
  });
});

describe("library code", () => {
  const library = sources.filter(({ path }) => !path.startsWith("cli/"));

  test("never prints, exits or reads the process's surroundings", () => {
    const pattern = /\bconsole\.|\bprocess\s*\.\s*(exit|env|stdout|stderr|stdin|cwd|argv|chdir)\b/;
    expect(hits(library, pattern)).toEqual([]);
  });

  test("takes time and chance from its context, which base/logger.ts makes", () => {
    const others = library.filter(({ path }) => path !== "base/logger.ts");
    expect(hits(others, /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\s*\)/)).toEqual([]);
  });
});

describe("a source file", () => {
  test("has no default export, enum, namespace or silenced check", () => {
    expect(hits(sources, /^\s*export\s+default\b|^\s*export\s*\{[^}]*\bas default\b/)).toEqual([]);
    expect(hits(sources, /^\s*(export\s+)?(declare\s+)?(const\s+)?(enum|namespace)\s/)).toEqual([]);
    const silenced = sources.filter(({ text }) => /@ts-(ignore|nocheck)|oxlint-disable/.test(text));
    expect(silenced.map((s) => s.path)).toEqual([]);
  });

  test("is named in kebab-case, with no Manager, Helper or Util", () => {
    const odd = sources
      .map(({ path }) => path.split("/").at(-1)!)
      .filter(
        (name) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(name) || /manager|helper|util/.test(name),
      );
    expect(odd).toEqual([]);
  });

  test("starts by saying what it is", () => {
    const silent = sources.filter(({ text }) => !/^(#!.*\n)?\/\/ \S/.test(text));
    expect(silent.map((s) => s.path)).toEqual([]);
  });

  test("has at most 500 lines, as a test has", () => {
    const tests = filesUnder("test")
      .filter((path) => path.endsWith(".ts"))
      .map((path) => ({ path: `test/${path}`, text: textOf(`test/${path}`) }));
    const long = [...sources, ...tests].filter(({ text }) => text.split("\n").length > 501);
    expect(long.map((s) => s.path)).toEqual([]);
  });
});

describe("the law itself", () => {
  test("lets a file import from its own place and from the left, and nothing from the right", () => {
    expect(
      breaksOf("log/split/a.ts", ["log/split/b.ts", "log/reader/c.ts", "base/ids.ts"]),
    ).toEqual([]);
    expect(breaksOf("log/reader/a.ts", ["log/split/b.ts"])).toHaveLength(1);
    expect(breaksOf("dataset/task/a.ts", ["dataset/recipe.ts", "job/plan.ts"])).toHaveLength(2);
    expect(breaksOf("index.ts", ["cli/main.ts"])).toHaveLength(1);
    expect(breaksOf("chat/a.ts", [])).toEqual(["chat/a.ts stands in no place of the house"]);
    expect(breaksOf("log/a.ts", [])).toHaveLength(1);
  });

  test("sees typed imports, import() and worker entries, and packages by name", () => {
    const text = [
      'import type { A } from "./a.ts";',
      'export { b } from "../b.ts";',
      'const c = await import("./c.ts");',
      'new URL("./d-worker.ts", import.meta.url);',
      'import { z } from "zod";',
      'import x from "@scope/name/deep";',
      'const y = await import("openai");',
    ].join("\n");
    expect(relativeImports(text)).toEqual(["./a.ts", "../b.ts", "./c.ts", "./d-worker.ts"]);
    expect(packageImports(text)).toEqual(["zod", "@scope/name", "openai"]);
  });

  test("reads code and not comments", () => {
    expect(withoutComments("a(); // console.log\n/* process.exit\n */ b();\n")).toBe(
      "a(); \n\n b();\n",
    );
  });
});
