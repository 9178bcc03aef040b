import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { startPool, startThreadAhead } from "../../../src/dataset/range-pool.ts";

test("a pool takes the thread that was started ahead, and the next pool starts its own", async () => {
  startThreadAhead();
  startThreadAhead();
  const first = startPool(2);
  const second = startPool(2);
  expect(first.slots).toHaveLength(1);
  expect(first.slots[0]!.worker).not.toBe(second.slots[0]!.worker);
  first.growFor(100_000);
  expect(first.slots).toHaveLength(2);
  await Promise.all([first.close(), second.close()]);
  // Threads that were stopped can take no more work, and say so.
  for (const { failure } of [...first.slots, ...second.slots])
    expect(failure).toMatchObject({ kind: "fault" });
});

test("a thread that was started ahead and never taken holds no process up", () => {
  const file = new URL("../../../src/dataset/range-pool.ts", import.meta.url).href;
  const script = `(await import(${JSON.stringify(file)})).startThreadAhead()`;
  const args = ["--input-type=module", "-e", script];
  const { status, stderr } = spawnSync(process.execPath, args, { timeout: 20_000 });
  expect([status, String(stderr)]).toEqual([0, ""]);
});
