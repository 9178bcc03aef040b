// rectune doctor: what this machine has, and what is missing for what.

import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { exitCodes } from "../base/errors.ts";
import { findStateDir, pathKind } from "../base/files.ts";
import { toolVersion } from "../base/version.ts";
import { openDuckDB, readRows } from "../log/reader/open-duckdb.ts";
import { formatTable, type Call, type CliCommand } from "./command.ts";

type Check = { name: string; state: "ok" | "missing" | "absent"; detail: string };

export const command: CliCommand = {
  configure() {},
  async run(call) {
    const checks = [
      { name: "rectune", state: "ok", detail: toolVersion },
      { name: "node", state: "ok", detail: process.version },
      {
        name: "machine",
        state: "ok",
        detail: `${process.platform}-${process.arch}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
      },
      await checkDuckDB(),
      await checkState(call),
      await checkPython(),
    ] satisfies Check[];
    if (call.flags.json) call.output.json({ checks });
    else
      call.output.data(formatTable(checks.map(({ name, state, detail }) => [state, name, detail])));
    return checks.some((check) => check.state === "missing") ? exitCodes.failure : exitCodes.ok;
  },
};

async function checkDuckDB(): Promise<Check> {
  try {
    const duckdb = await openDuckDB({ threads: 1 });
    const [row] = await readRows(duckdb.connection, "SELECT version()");
    duckdb.close();
    return { name: "duckdb", state: "ok", detail: String(row?.[0]) };
  } catch (error) {
    return { name: "duckdb", state: "missing", detail: (error as Error).message.split("\n")[0]! };
  }
}

async function checkState({ context }: Call): Promise<Check> {
  const dir = resolve(context.cwd, context.stateDir ?? findStateDir(context.cwd));
  const held = (await pathKind(dir)) === "folder" ? dir : dirname(dir);
  try {
    await access(held, constants.W_OK);
    return { name: "state folder", state: "ok", detail: dir };
  } catch {
    return {
      name: "state folder",
      state: "missing",
      detail: `${held} is not writable; use --state-dir`,
    };
  }
}

async function checkPython(): Promise<Check> {
  try {
    const { stdout } = await promisify(execFile)("python3", ["--version"]);
    return { name: "python", state: "ok", detail: stdout.trim() };
  } catch {
    return { name: "python", state: "absent", detail: "only local training needs it" };
  }
}
