import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditForeign } from "../../../src/dataset/audit-files.ts";
import type { Seen } from "../../../src/dataset/audit/types.ts";
import {
  defaultPatterns,
  readForeignExamples,
  splitOfName,
  type ForeignPatterns,
} from "../../../src/dataset/foreign-examples.ts";

const patterns: ForeignPatterns = {
  ...defaultPatterns,
  likes: /Likes: (.*)/u,
  dislikes: /Hates: (.*)/u,
  target: /about "(.*)"/u,
};
const rowOf = (likes: string[], hates: string[], target: string, yes: boolean) => ({
  instruction: "Yes or no?",
  input: `Likes: ${likes.map((t) => `"${t}"`).join(", ")}\nHates: ${hates.map((t) => `"${t}"`).join(", ")}\nWhat about "${target}"?`,
  output: yes ? "Yes." : "No.",
});
const rows = [rowOf(["A, B", "C"], [], "D", true), rowOf([], ["Yes (1990)"], "Yes (1990)", false)];

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), "rectune-foreign-"))));
afterAll(() => rm(dir, { recursive: true, force: true }));

async function read(name: string, content: string | Uint8Array): Promise<Seen[]> {
  const path = join(dir, name);
  await writeFile(path, content);
  return Array.fromAsync(readForeignExamples([{ path, split: "test" }], "alpaca", patterns));
}

describe("readForeignExamples", () => {
  it("finds items, target and answer, whatever the layout and the compression", async () => {
    const array = JSON.stringify(rows, null, 4);
    const lines = rows.map((row) => JSON.stringify(row)).join("\r\n");
    const seen = await read("x.json", array);
    expect(seen.map(({ facts }) => [facts!.shown, facts!.liked])).toEqual([
      [{ likes: 2, dislikes: 0 }, true],
      [{ likes: 0, dislikes: 1 }, false],
    ]);
    expect(seen[0]).toMatchObject({
      split: "test",
      example: { id: "x.json:1", user: "", item: "D", history: ["A, B", "C"], time: null },
    });
    expect(await read("x.json", lines)).toEqual(seen);
    expect(await read("x.json", gzipSync(array))).toEqual(seen);
    expect(await read("x.json", zstdCompressSync(lines))).toEqual(seen);
  });

  it("knows no likes where no pattern is given, or where it finds no part", async () => {
    const [seen] = await read("x.json", JSON.stringify([{ instruction: "Hi", output: "Yes" }]));
    expect(seen!.facts).toMatchObject({ shown: null, liked: null });
    expect(seen!.example.task).toBe("unknown");
  });

  it("says where a file is broken", async () => {
    await expect(read("cut.json", '[{"instruction": "a"')).rejects.toThrow(
      /cut\.json: this is not JSON/,
    );
    await expect(read("l.jsonl", '{"instruction":"a","output":"b"}\n{oops}')).rejects.toThrow(
      /l\.jsonl:2: /,
    );
    await expect(read("b.json", Uint8Array.of(0x5b, 0xff, 0x5d))).rejects.toThrow(/cannot be read/);
    await expect(read("z.json", Uint8Array.of(0x1f, 0x8b, 0, 0))).rejects.toThrow(/cannot be read/);
  });
});

describe("splitOfName", () => {
  it.each([
    ["/tmp/test/train.json.gz", "train"],
    ["valid.json", "validation"],
    ["movie-dev.jsonl", "validation"],
    ["my_test_2.json", "test"],
    ["contest.json", "train"],
    ["latest.json", "train"],
  ])("%s is %s", (name, split) => expect(splitOfName(name)).toBe(split));
});

describe("auditForeign", () => {
  const audit = async (change: Partial<ForeignPatterns>) => {
    const path = join(dir, "audit.json");
    await writeFile(path, JSON.stringify(rows));
    return auditForeign([{ path, split: "test" }], "alpaca", { ...patterns, ...change });
  };

  it("reports what needs no users", async () => {
    const { examples, report } = await audit({});
    expect(examples).toBe(2);
    expect(report["label-from-prompt"]).toMatchObject({ value: 1 });
    expect(report["target-in-history"]).toMatchObject({ count: 1, examples: ["audit.json:2"] });
    expect(report["split-overlap"]).toMatchObject({ severity: null, value: null });
  });

  it("takes the data of a folder, not what lies beside it", async () => {
    const folder = join(dir, "export");
    await mkdir(folder);
    for (const name of ["train.jsonl", "test.jsonl"])
      await writeFile(join(folder, name), JSON.stringify(rows[0]));
    for (const name of ["manifest.json", "README.md", "dataset_info.json"])
      await writeFile(join(folder, name), "{}");
    const { examples, report } = await auditForeign(
      [{ path: folder, split: "train" }],
      "alpaca",
      patterns,
    );
    expect(examples).toBe(2);
    expect(report["duplicates"]!.message).toContain("1 texts stand in more than one split");
  });

  it("refuses to judge nothing", async () => {
    const path = join(dir, "empty.json");
    await writeFile(path, "[]");
    await expect(auditForeign([{ path, split: "test" }], "alpaca", patterns)).rejects.toThrow(
      /no record to audit/,
    );
  });

  it("refuses a pattern that finds nothing anywhere", async () => {
    await expect(audit({ likes: /Loves: (.*)/u, dislikes: null })).rejects.toThrow(
      /--likes or --dislikes finds nothing in any of 2/,
    );
    await expect(audit({ item: /<(.*)>/u })).rejects.toThrow(/--item finds nothing/);
    await expect(audit({ target: /<(.*)>/u })).rejects.toThrow(/--target finds nothing/);
  });
});
