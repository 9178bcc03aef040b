import { describe, expect, test } from "vitest";
import { renderModelCard } from "../../../src/job/job-file.ts";
import { Ledger } from "../../../src/job/ledger.ts";
import type { JobResult } from "../../../src/job/provider/types.ts";
import { newJob, scratch } from "./fixture.ts";

const result: JobResult = {
  model: "micro:/x/model",
  base: "micro:/x/base",
  modelDir: "model",
  baseDir: "../base",
  steps: 9,
  tokens: 100,
  checkpoints: [],
  call: [],
};

function card(change: { model?: string; name?: string }, made = result): string {
  using folder = scratch();
  using ledger = new Ledger(folder.dir);
  const given = newJob(1);
  const dataset = { ...given.spec.dataset, name: change.name ?? "tiny" };
  return renderModelCard(
    ledger.add({ ...given, model: change.model ?? "d64", spec: { ...given.spec, dataset } }),
    made,
  );
}

describe("renderModelCard", () => {
  test("says what the base of an embedded model is, and no path of the machine", () => {
    const text = card({});
    expect(text).toMatch(
      /trained on the same prompts with shuffled targets[^]*nothing of the user/,
    );
    expect(text).not.toContain("/x/");
    expect(text).toContain("d".repeat(64));
  });

  test("does not say so of a hosted model", () => {
    expect(card({}, { ...result, modelDir: null, baseDir: null })).not.toContain("shuffled");
  });

  test("keeps names from outside inside their code spans and quotes", () => {
    const text = card({ model: "m`|\n---\n<script>", name: "a | b ``` c\n# d" });
    const [, frontMatter] = text.split(/^---$/m);
    expect(frontMatter).toContain('base_model: "scripted:m`|\\n---\\n<script>"');
    expect(text).toContain("````");
    expect(text.split("\n").filter((line) => line.startsWith("# "))).toHaveLength(1);
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|"), row).toHaveLength(4);
  });
});
