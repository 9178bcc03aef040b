import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { isProcessAlive, processName } from "../../../../src/job/provider/process-id.ts";

describe("isProcessAlive", () => {
  test("knows this process, and not one that took over its pid", () => {
    expect(isProcessAlive(processName())).toBe(true);
    const [pid, start] = processName().split("@");
    if (start !== "") expect(isProcessAlive(`${pid}@${Number(start) + 1}`)).toBe(false);
  });

  test("knows that a child has ended", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    const name = processName(child.pid);
    expect(isProcessAlive(name)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isProcessAlive(name)).toBe(false);
  });

  test("takes a name that is none for dead", () => {
    expect(["", "x@1", "-1@1", "0@"].map(isProcessAlive)).toEqual([false, false, false, false]);
  });
});
