import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { baselines } from "../../../../src/log/baseline/index.ts";

test("docs/baselines.md names every baseline with its parameters, their defaults and what tuning tries", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/baselines.md"), "utf8");
  for (const { name, params = {} } of Object.values(baselines)) {
    const row = page
      .split("\n")
      .find((line) => line.startsWith("|") && line.includes(`\`${name}\``));
    expect(row, name).toBeDefined();
    for (const [param, spec] of Object.entries(params)) {
      const tried = spec.tried.length > 1 ? ` (${spec.tried.join(", ")})` : "";
      expect(row).toContain(`\`${param}\` ${spec.default}${tried}`);
    }
  }
});
