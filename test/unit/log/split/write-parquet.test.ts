import { join } from "node:path";
import { expect, test } from "vitest";
import { hashFile } from "../../../../src/base/files.ts";
import { loadCatalog } from "../../../../src/log/catalog/load-catalog.ts";
import { loadCatalogData } from "../../../../src/log/split/load-catalog-data.ts";
import { loadInteractions } from "../../../../src/log/split/load-interactions.ts";
import { streamTimelines } from "../../../../src/log/split/stream-timelines.ts";
import { writeParquet } from "../../../../src/log/split/write-parquet.ts";
import { collect, errorOf, openTiny, rowsOf, split, withFiles } from "../open-texts.ts";

const names = ["items.parquet", "interactions.parquet", "users.parquet"];

test("writes what loadCatalog and loadInteractions read back", async () => {
  await withFiles({}, async (dir) => {
    const log = await openTiny();
    const result = await split(log);
    await writeParquet(result.connection, join(dir, "it's"));
    const written = await loadInteractions(join(dir, "it's"));
    const [batch] = await collect(streamTimelines(result, { batchRows: 1000 }));
    expect(written.users).toEqual(["ann", "bob"]);
    expect([...written.user]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    for (const column of ["item", "time", "rating", "row", "split"] as const) {
      expect(written[column]).toEqual(batch![column]);
    }
    const catalog = await loadCatalog(join(dir, "it's"));
    expect(catalog.data).toEqual(await loadCatalogData(result));
    expect(catalog.label(catalog.indexOf("f1"), "ko")).toBe("고요한 항구 (1999)");
    const users = await rowsOf(log, `FROM read_parquet('${join(dir, "it''s", "users.parquet")}')`);
    expect(users).toEqual([
      ["ann", 5, 3, 1, 1],
      ["bob", 5, 3, 1, 1],
    ]);
    log.close();
  });
});

test("writes the same bytes at 1, 2 and 8 threads", async () => {
  await withFiles({}, async (dir) => {
    const hashes = [];
    for (const threads of [1, 2, 8]) {
      const log = await openTiny({ threads });
      await writeParquet((await split(log)).connection, join(dir, String(threads)));
      log.close();
      hashes.push(
        await Promise.all(names.map((name) => hashFile(join(dir, String(threads), name)))),
      );
    }
    expect(hashes[1]).toEqual(hashes[0]);
    expect(hashes[2]).toEqual(hashes[0]);
  });
});

test("says what a folder without the files lacks", async () => {
  await withFiles({}, async (dir) => {
    expect(await errorOf(loadCatalog(dir))).toMatchObject({
      exitCode: 3,
      code: "dataset-file-missing",
    });
    expect((await errorOf(loadInteractions(dir))).message).toContain("items.parquet");
  });
});
