// How fast `rectune build` is on a synthetic log, task next-item, against the raw fsynced write of the same bytes and
// against DuckDB's own COPY of such text. `node bench/next-item.ts [ROWS] [ROUNDS]`, default 1000000 and 3; all three
// are measured in every round.

import { DuckDBInstance } from "@duckdb/node-api";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSyntheticLog } from "../scripts/make-synthetic-log.ts";
import { runBuild } from "./run-build.ts";
import { seconds, timed } from "./timed.ts";
import { syncFile, writeRaw } from "./write-raw.ts";

const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
const folder = mkdtempSync(join(tmpdir(), "rectune-bench-"));
try {
  await writeSyntheticLog(join(folder, "log"), rows, 1);
  for (let round = 1; round <= rounds; round++) console.log(`round ${round}: ${await measure()}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<string> {
  const out = join(folder, "out");
  const built = await runBuild(join(folder, "log/recipe.yaml"), ["-o", out]);
  const files = readdirSync(out).map((name) => join(out, name));
  const contents = files.map((file) => readFileSync(file));
  const bytes = contents.reduce((sum, { length }) => sum + length, 0);
  const examples = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")).counts.examples;
  const lines = Object.values(examples as Record<string, Record<string, number>>)
    .flatMap((byTask) => Object.values(byTask))
    .reduce((sum, n) => sum + n, 0);
  rmSync(out, { recursive: true });

  const rawMs = await timed(() => contents.forEach((content, i) => writeRaw(rawFile(i), content)));
  contents.forEach((_, i) => rmSync(rawFile(i)));
  contents.length = 0;

  const copied = join(folder, "copy.jsonl");
  const copyMs = await timed(() => copyByDuckDB(copied));
  const copiedBytes = statSync(copied).size;
  rmSync(copied);
  const perByte = built.ms / bytes / (copyMs / copiedBytes);
  return (
    `${lines} examples, ${(bytes / 1e6).toFixed(0)} MB in ${seconds(built.ms)}, ` +
    `${Math.round(lines / (built.ms / 1000))} examples/s, peak ${(built.peakBytes / 2 ** 20).toFixed(0)} MiB; ` +
    `raw write ${seconds(rawMs)}, ${(built.ms / rawMs).toFixed(2)} ×; ` +
    `COPY ${(copiedBytes / 1e6).toFixed(0)} MB in ${seconds(copyMs)}, ${(built.ms / copyMs).toFixed(2)} × (${perByte.toFixed(2)} × a byte)`
  );
}

function rawFile(i: number): string {
  return join(folder, `raw-${i}`);
}

// Reading, titles, total order, history windows and one fixed wording, as one query; without split, hashes and audit.
async function copyByDuckDB(to: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const json = (sql: string): string => `replace(replace(${sql}, '\\', '\\\\'), '"', '\\"')`;
  await connection.run(`
    COPY (
      SELECT '{"id":"next-item/' || "user" || '/' || "row" || '","task":"next-item","wording":"next-item/en/lines@1",' ||
        '"prompt":[{"role":"system","content":"Name the film this viewer will watch next. Answer with its title only."},' ||
        '{"role":"user","content":"The viewer has watched and rated, oldest first:\\n' || array_to_string(lines, '\\n') ||
        '\\nNext:"}],"completion":[{"role":"assistant","content":"' || title || '"}],"user":"' || "user" || '","item":"' || film ||
        '","row":' || "row" || ',"time":' || "time" || ',"rating":' || rating || ',"history":["' || array_to_string(ids, '","') ||
        '"],"candidates":null,"negatives":null,"label":"' || film || '","source":"log","warmth":"warm"}'
      FROM (
        SELECT *, list(line) OVER w AS lines, list(film) OVER w AS ids, count(*) OVER w AS shown
        FROM (
          SELECT r.*, f.title, f.title || ' ' || r.rating AS line
          FROM (SELECT *, row_number() OVER () - 1 AS "row" FROM read_csv('${folder}/log/ratings.csv',
                 types = {'user': 'VARCHAR', 'film': 'VARCHAR'})) r
          JOIN (SELECT film, ${json("title || ' (' || year || ')'")} AS title FROM read_csv('${folder}/log/films.csv',
                 types = {'film': 'VARCHAR'})) f USING (film)
        )
        WINDOW w AS (PARTITION BY "user" ORDER BY "time", "row" ROWS BETWEEN 10 PRECEDING AND 1 PRECEDING)
      )
      WHERE shown >= 3
    ) TO '${to}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')`);
  connection.closeSync();
  instance.closeSync();
  syncFile(to);
}
