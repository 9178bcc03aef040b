// An instance made ahead is like one made when it is asked for, and is taken once.

import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import {
  openDuckDB,
  openDuckDBAhead,
  readRows,
  type OpenDuckDB,
} from "../../../../src/log/reader/open-duckdb.ts";

const names = [
  "threads",
  "memory_limit",
  "temp_directory",
  "autoinstall_known_extensions",
  "preserve_insertion_order",
];

async function settingsOf({ connection }: OpenDuckDB): Promise<unknown[]> {
  const asked = names.map((name) => `current_setting('${name}')`).join(", ");
  return (await readRows(connection, `SELECT ${asked}`))[0]!;
}

test("an instance made ahead takes the settings of who opens it", async () => {
  const options = { threads: 1, memoryLimitMb: 300, tempDir: tmpdir() };
  openDuckDBAhead();
  openDuckDBAhead();
  const taken = await openDuckDB(options);
  const made = await openDuckDB(options);
  try {
    const settings = await settingsOf(taken);
    expect(settings.slice(0, 3)).toEqual([1n, "286.1 MiB", tmpdir()]);
    expect(await settingsOf(made)).toEqual(settings);
    await taken.connection.run("CREATE TABLE a (b INTEGER)");
    await expect(made.connection.run("FROM a")).rejects.toThrow("does not exist");
  } finally {
    taken.close();
    made.close();
  }
});
