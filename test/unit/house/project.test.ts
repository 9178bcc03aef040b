// The manners of the whole project: exact pins, no install scripts, recipes that hold no code, a short map.

import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesUnder, root, textOf } from "./law.ts";

type Manifest = {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  scripts?: Record<string, string>;
};
type Lock = {
  packages: Record<
    string,
    Manifest & { version?: string; resolved?: string; hasInstallScript?: boolean }
  >;
};

const manifest = JSON.parse(textOf("package.json")) as Manifest;
const nodeManifest = JSON.parse(textOf("scripts/node/package.json")) as Manifest;
const lock = JSON.parse(textOf("package-lock.json")) as Lock;

describe("dependencies", () => {
  test("are pinned exactly, in every list", () => {
    const loose = [manifest, nodeManifest].flatMap((m) =>
      Object.entries({ ...m.dependencies, ...m.devDependencies, ...m.optionalDependencies }).filter(
        ([, range]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range),
      ),
    );
    expect(loose).toEqual([]);
  });

  test("stand in the lock at the same versions", () => {
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
    const locked = Object.keys(wanted).map((name) => [
      name,
      lock.packages[`node_modules/${name}`]?.version,
    ]);
    expect(Object.fromEntries(locked)).toEqual(wanted);
  });

  test("need no install script, and the lock names no registry", () => {
    const packages = Object.entries(lock.packages);
    expect(packages.filter(([, p]) => p.hasInstallScript === true).map(([name]) => name)).toEqual(
      [],
    );
    expect(packages.filter(([, p]) => /^https?:/.test(p.resolved ?? "")).map(([n]) => n)).toEqual(
      [],
    );
  });
});

describe("what users edit", () => {
  const files = ["templates", "datasets", "jobs", "eval"].flatMap((folder) =>
    filesUnder(folder).map((path) => `${folder}/${path}`),
  );

  test("holds nothing that runs, but the Python trainer", () => {
    const runs = files
      .filter((path) => !path.startsWith("jobs/trainer/"))
      .filter(
        (path) =>
          /\.(ts|js|mjs|cjs|py|sh|bat|ps1)$/.test(path) ||
          (statSync(join(root, path)).mode & 0o111) !== 0 ||
          textOf(path).startsWith("#!"),
      );
    expect(runs).toEqual([]);
  });

  test("opens, where it is a recipe, with the schema that editors read", () => {
    const recipes = files.filter((path) => /^(datasets|jobs|eval)\/[^/]+\.yaml$/.test(path));
    expect(recipes.length).toBeGreaterThan(0);
    const first = (path: string) => textOf(path).split("\n")[0];
    expect(
      recipes.filter(
        (path) => !first(path)!.startsWith("# yaml-language-server: $schema=../schemas/"),
      ),
    ).toEqual([]);
  });
});

describe("code", () => {
  test("turns a URL of its own into a path by fileURLToPath or import.meta.dirname", () => {
    // `.pathname` keeps %20, so that a clone in a folder with a space in its name fails.
    const files = ["src", "test", "scripts", "bench"].flatMap((folder) =>
      filesUnder(folder).flatMap((path) => (path.endsWith(".ts") ? [`${folder}/${path}`] : [])),
    );
    const pattern = /import\.meta\.url\s*,?\s*\)\s*\.pathname/;
    expect(files.filter((path) => pattern.test(textOf(path)))).toEqual([]);
  });
});

describe("pages", () => {
  const pages = ["README.md", "AGENTS.md", "CONTRIBUTING.md", "CHANGELOG.md"].concat(
    filesUnder("docs").flatMap((path) => (path.endsWith(".md") ? [`docs/${path}`] : [])),
  );

  test("AGENTS.md is a map of at most 80 lines", () => {
    expect(textOf("AGENTS.md").trimEnd().split("\n").length).toBeLessThanOrEqual(80);
  });

  test("name only npm scripts that exist", () => {
    const named = pages.flatMap((page) =>
      [...textOf(page).matchAll(/npm run (?:-s |--silent )?([\w:-]+)/g)].map((m) => [page, m[1]!]),
    );
    expect(named.filter(([, script]) => !(script! in manifest.scripts!))).toEqual([]);
  });

  test("link only to files that are there", () => {
    const links = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)].map((m) => ({
        page,
        to: join(root, page, "..", m[1]!),
      })),
    );
    const exists = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;
    expect(links.filter(({ to }) => !exists(to))).toEqual([]);
  });
});
