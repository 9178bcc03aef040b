// `npm run test:crash`: the matrix, the interleavings and the real kills, then one table and the counts; exit 1 where a job
// was made twice, lost, or paid above its limit. With --mutants: three changes of our own code, each of which must be seen.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { formatTable } from "../../src/cli/format-table.ts";
import { playScenarios } from "./interleave.ts";
import { allKills, playKills } from "./kills.ts";
import { allCells, classes, playCell } from "./matrix.ts";
import { mutants } from "./mutate.ts";
import type { Verdict } from "./play.ts";
import { ops } from "./world.ts";

/** What a part counted; `rows` are for the table: part, class, runs, kills, duplicates, lost, over budget. */
type Part = {
  runs: number;
  duplicates: number;
  lost: number;
  overBudget: number;
  rows: (string | number)[][];
  failures: string[];
  /** It ended without a verdict. */
  isBroken: boolean;
};

const { values } = parseArgs({
  options: {
    mutants: { type: "boolean", default: false },
    part: { type: "string" },
    /** First seed of the interleavings. */
    seed: { type: "string", default: "1" },
    interleavings: { type: "string", default: "10000" },
  },
});
const seed = Number(values.seed);
const interleavings = Number(values.interleavings);
// The ledger waits for the disk at every step; in memory that wait costs nothing.
const home = mkdtempSync(
  join(process.platform === "linux" ? "/dev/shm" : tmpdir(), "rectune-crash-"),
);
process.on("exit", () => rmSync(home, { recursive: true, force: true }));

const parts: Readonly<Record<string, () => Promise<Part>>> = {
  matrix: runMatrix,
  interleavings: () => runInterleavings(interleavings),
  kills: () => runKills(() => true),
  // Enough to see a mutant by.
  "few-kills": () => runKills(({ dedupe, point }) => dedupe === "B" && point === "job:unanswered"),
  "few-interleavings": () => runInterleavings(300),
};

if (values.part !== undefined) {
  const part = await parts[values.part]!();
  process.stdout.write(`${JSON.stringify(part)}\n`);
} else if (values.mutants) process.exitCode = await runMutants();
else process.exitCode = await runAll();

async function runAll(): Promise<number> {
  const half = String(Math.ceil(interleavings / 2));
  const inMemory = async (): Promise<Part[]> => [
    await spawnPart("matrix", []),
    await spawnPart("interleavings", ["--interleavings", half]),
    await spawnPart("interleavings", ["--interleavings", half, "--seed", String(seed + 1)]),
  ];
  // Two cores: one for what runs in memory, one for the program itself.
  const [memory, kills] = await Promise.all([inMemory(), spawnPart("kills", [])]);
  return report([...memory, kills]);
}

function report(all: Part[]): number {
  const head = ["part", "class", "runs", "killed", "duplicates", "lost", "over budget"];
  console.log(formatTable([head, ...all.flatMap(({ rows }) => rows)]));
  for (const failure of all.flatMap(({ failures }) => failures).slice(0, 20)) console.log(failure);
  const sum = (key: "runs" | "duplicates" | "lost" | "overBudget"): number =>
    all.reduce((total, part) => total + part[key], 0);
  console.log(`runs: ${sum("runs")}`);
  console.log(`duplicates: ${sum("duplicates")}`);
  console.log(`lost: ${sum("lost")}`);
  console.log(`over budget: ${sum("overBudget")}`);
  return isRed(all) ? 1 : 0;
}

function isRed(all: Part[]): boolean {
  return all.some(
    ({ duplicates, lost, overBudget, failures }) =>
      duplicates + lost + overBudget + failures.length > 0,
  );
}

/** Each mutant must make one of the parts red; the parts that are quick come first. */
async function runMutants(): Promise<number> {
  const rows: string[][] = [["mutant", "seen by", "as"]];
  for (const name of Object.keys(mutants)) {
    let seen: Part | null = null;
    let by = "nobody";
    for (const part of ["few-interleavings", "few-kills", "matrix"]) {
      const result = await spawnPart(part, [], name);
      // A part that breaks under a mutant has seen nothing.
      if (result.isBroken) console.log(result.failures[0]);
      if (result.duplicates + result.lost + result.overBudget === 0) continue;
      seen = result;
      by = part;
      break;
    }
    const counts = seen
      ? `duplicates: ${seen.duplicates}, lost: ${seen.lost}, over budget: ${seen.overBudget}`
      : "";
    rows.push([name, by, counts]);
  }
  console.log(formatTable(rows));
  const missed = rows.filter(([, by]) => by === "nobody").length;
  console.log(`mutants: ${rows.length - 1}, seen: ${rows.length - 1 - missed}`);
  return missed === 0 ? 0 : 1;
}

/** Runs a part in a process of its own; a part that breaks is a failure. */
function spawnPart(name: string, args: string[], mutant?: string): Promise<Part> {
  const hook = fileURLToPath(new URL("./mutate.ts", import.meta.url));
  const preload = mutant === undefined ? [] : ["--import", hook];
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [...preload, fileURLToPath(import.meta.url), "--part", name, ...args],
      {
        env: mutant === undefined ? process.env : { ...process.env, RECTUNE_MUTANT: mutant },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("close", (code) => {
      try {
        resolve(JSON.parse(stdout.trim().split("\n").at(-1)!) as Part);
      } catch {
        resolve({
          ...noPart(),
          failures: [`${name} broke (exit ${code}): ${stderr.trim()}`],
          isBroken: true,
        });
      }
    });
  });
}

async function runMatrix(): Promise<Part> {
  const part = noPart();
  const counts = new Map<string, { runs: number; killed: number; verdict: Verdict }>();
  for (const [n, cell] of allCells().entries()) {
    const result = await playCell(cell, join(home, `m${n}`));
    take(part, result, JSON.stringify(cell));
    count(counts, `${cell.op} ${cell.dedupe}`, result, result.isReached);
  }
  for (const dedupe of classes)
    for (const op of ops)
      part.rows.push(rowOf(`matrix, ${op}`, dedupe, counts.get(`${op} ${dedupe}`)!));
  return part;
}

async function runInterleavings(runs: number): Promise<Part> {
  const part = noPart();
  const played = await playScenarios(runs, seed, home);
  part.runs = played.runs;
  part.rows.push([`interleavings, seed ${seed}`, "A B C", played.runs, "", 0, 0, 0]);
  if (played.failure === null) return part;
  part.failures.push(`interleaving: ${played.failure}`);
  for (const kind of ["duplicates", "lost"] as const)
    if (
      played.failure.includes(`${kind}:`) ||
      (kind === "lost" && !played.failure.includes("duplicates:"))
    )
      part[kind]++;
  if (played.failure.includes("overBudget:")) part.overBudget++;
  part.rows[0]!.splice(4, 3, part.duplicates, part.lost, part.overBudget);
  return part;
}

async function runKills(
  isWanted: (kill: ReturnType<typeof allKills>[number]) => boolean,
): Promise<Part> {
  const part = noPart();
  const counts = new Map<string, { runs: number; killed: number; verdict: Verdict }>();
  await playKills(allKills().filter(isWanted), (result) => {
    take(part, result, JSON.stringify(result.kill));
    count(counts, result.kill.dedupe, result, result.isKilled);
    // A kill that did not happen is no proof.
    if (!result.isKilled) part.failures.push(`not killed: ${JSON.stringify(result.kill)}`);
  });
  for (const dedupe of classes) {
    const counted = counts.get(dedupe);
    if (counted) part.rows.push(rowOf("SIGKILL of the program", dedupe, counted));
  }
  return part;
}

function noPart(): Part {
  return {
    runs: 0,
    duplicates: 0,
    lost: 0,
    overBudget: 0,
    rows: [],
    failures: [],
    isBroken: false,
  };
}

function take(part: Part, verdict: Verdict, what: string): void {
  part.runs++;
  part.duplicates += verdict.duplicates;
  part.lost += verdict.lost;
  part.overBudget += verdict.overBudget;
  if (verdict.why.length > 0) part.failures.push(`${verdict.why.join("; ")}\n  ${what}`);
}

function count(
  counts: Map<string, { runs: number; killed: number; verdict: Verdict }>,
  key: string,
  { duplicates, lost, overBudget }: Verdict,
  isKilled: boolean,
): void {
  const before = counts.get(key) ?? {
    runs: 0,
    killed: 0,
    verdict: { duplicates: 0, lost: 0, overBudget: 0, why: [] },
  };
  counts.set(key, {
    runs: before.runs + 1,
    killed: before.killed + (isKilled ? 1 : 0),
    verdict: {
      duplicates: before.verdict.duplicates + duplicates,
      lost: before.verdict.lost + lost,
      overBudget: before.verdict.overBudget + overBudget,
      why: [],
    },
  });
}

function rowOf(
  name: string,
  dedupe: string,
  { runs, killed, verdict }: { runs: number; killed: number; verdict: Verdict },
): (string | number)[] {
  return [name, dedupe, runs, killed, verdict.duplicates, verdict.lost, verdict.overBudget];
}
