import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findings } from "../../../../src/dataset/audit/index.ts";
import { startAudit } from "../../../../src/dataset/audit/run-audit.ts";
import type { Finding } from "../../../../src/dataset/audit/types.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/audit.md"), "utf8");
const rows = [...page.matchAll(/^\| `([a-z-]+)` \| .* \| ([^|]*) \| ([^|]*) \|$/gm)].map(
  ([, name, worst, build]) => ({ name, worst, build }),
);
const all = Object.values(findings) as Finding[];

describe("the findings", () => {
  it("are called as they are listed", () => {
    expect(all.map(({ name }) => name)).toEqual(Object.keys(findings));
  });

  it("stand on the page in their order, with their worst and whether a build looks for them", () => {
    const listed = rows.filter(({ name }) => name !== "files-changed");
    expect(listed.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
    listed.forEach(({ name, worst, build }, i) => {
      expect(worst, name).toMatch(new RegExp(`^${all[i]!.severity}`));
      expect(build === "yes", name).toBe(all[i]!.inBuild ?? true);
    });
  });

  it("run all over files, a part of them in a build, and find nothing in nothing", () => {
    const [files, build] = (["files", "build"] as const).map((where) =>
      startAudit({ repeats: "drop-target" }, where).result(),
    );
    expect(Object.keys(files!)).toEqual(Object.keys(findings));
    expect(Object.keys(build!)).toEqual(
      all.filter(({ inBuild = true }) => inBuild).map(({ name }) => name),
    );
    for (const [name, { severity, count }] of Object.entries(files!))
      expect([severity, count], name).toEqual([null, 0]);
  });
});
