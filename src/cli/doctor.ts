// rectune doctor [PATH]: what this machine has, and what is missing for what; of a log, whether its files are true
// copies of a published set.

import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { exitCodes } from "../base/errors.ts";
import { findStateDir, hashFile, pathKind } from "../base/files.ts";
import { toolVersion } from "../base/version.ts";
import { countLines, judgeFiles, knownSets, type FileVerdict } from "../log/reader/known-sets.ts";
import { locateLog } from "../log/reader/locate-log.ts";
import { openDuckDB, readRows } from "../log/reader/open-duckdb.ts";
import { type Call, type CliCommand } from "./command.ts";
import { formatTable } from "./format-table.ts";

type Check = { name: string; state: "ok" | "missing" | "absent"; detail: string };

export const command: CliCommand = {
  configure(command) {
    command.argument("[path]", "a log: are its files true copies of a published set?");
  },
  async run(call) {
    if (call.args[0] !== undefined) return checkLog(call, call.args[0]);
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

/** Says of each file whether it is a true copy. Gives the exit code of bad data for an altered one. */
async function checkLog({ flags, context, output }: Call, path: string): Promise<number> {
  const hashed = [];
  for (const { name, path: full } of await locateLog(path, context.cwd)) {
    const { sha256 } = await hashFile(full);
    hashed.push({ file: name, sha256, lines: await countLines(full) });
  }
  const files = judgeFiles(hashed);
  const sets = knownSets
    .filter(({ name }) => files.some((file) => file.set === name))
    .map(({ name, license, redistribution }) => ({ name, license, redistribution }));
  if (flags.json) output.json({ files, sets });
  else {
    output.data(formatTable(files.map((file) => [file.state, file.file, describeFile(file)])));
    for (const set of sets)
      output.data(`${set.name}: redistribution ${set.redistribution}. ${set.license}.`);
  }
  return files.some((file) => file.state === "altered") ? exitCodes.data : exitCodes.ok;
}

function describeFile({ state, set, lines, trueLines, sha256 }: FileVerdict): string {
  if (state === "unknown") return `not a known file, ${lines} lines, sha256 ${sha256}`;
  if (state === "intact") return `${set}, ${lines} lines`;
  return `altered copy of ${set}: ${lines} lines of ${trueLines}, sha256 ${sha256}`;
}

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
