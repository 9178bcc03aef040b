import { appendFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findChanged, recordFiles } from "../../../../src/eval/suite/run-files.ts";
import { withFiles } from "../../log/open-texts.ts";

test("a file may grow, and is another one where its start is", async () => {
  await withFiles({ a: "one\n", empty: "" }, async (dir) => {
    const [a, empty] = [join(dir, "a"), join(dir, "empty")];
    const records = await recordFiles(dir, [a, empty, join(dir, "none")]);
    expect(Object.keys(records)).toEqual(["a", "empty"]);
    expect(records["a"]!.bytes).toBe(4);
    await appendFile(a, "two\n");
    await appendFile(empty, "two\n");
    expect(await findChanged(dir, records)).toBeNull();
    await writeFile(a, "two\none\n");
    expect(await findChanged(dir, records)).toBe(a);
    await writeFile(a, "one");
    expect(await findChanged(dir, records)).toBe(a);
    await writeFile(a, "one\n");
    await rm(empty);
    expect(await findChanged(dir, records)).toBe(empty);
  });
});
