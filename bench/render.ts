// Rendering the ranking pack into UTF-8 bytes on one core, against @huggingface/jinja's interpreter on the same prompts in
// the same run: node bench/render.ts [ROUNDS]. Drafts are made beforehand; histories of ten, twenty candidates, every
// wording that is not held out in turn, users one after the other as in a build.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { rngFor } from "../src/base/rng.ts";
import { builtinTemplates } from "../src/dataset/recipe-texts.ts";
import { ranking, rankingOptions } from "../src/dataset/task/ranking.ts";
import type { TaskContext } from "../src/dataset/task/types.ts";
import { josa } from "../src/dataset/template/josa.ts";
import { letters } from "../src/dataset/template/letters.ts";
import { loadDomains, wordsOf } from "../src/dataset/template/load-domains.ts";
import { loadPacks } from "../src/dataset/template/load-packs.ts";
import { LineBuffer } from "../src/dataset/template/line-buffer.ts";
import { cut, makeSpans, writeMessages } from "../src/dataset/template/render.ts";
import { promptBlocks, type Lang, type Wording } from "../src/dataset/template/wording.ts";
import { makeCatalog } from "../src/log/catalog/catalog.ts";
import type { Timeline, TimelineBatch } from "../src/log/split/timeline.ts";

const sample = join(import.meta.dirname, "../datasets/sample");
const langs: Lang[] = ["en", "ko"];
const rounds = Number(process.argv[2] ?? 5);

async function readCsv(name: string): Promise<Record<string, string>[]> {
  const text = await readFile(join(sample, name), "utf8");
  const [head, ...rows] = text
    .trim()
    .split("\n")
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) =>
        quoted === undefined ? plain! : quoted.replaceAll('""', '"'),
      ),
    );
  return rows.map((row) => Object.fromEntries(head!.map((key, i) => [key, row[i] ?? ""])));
}

const films = (await readCsv("films.csv")).sort((a, b) => (a["id"]! < b["id"]! ? -1 : 1));
const catalog = makeCatalog({
  ids: films.map((film) => film["id"]!),
  title: films.map((film) => film["title"]!),
  titles: {
    en: films.map((film) => film["title"]!),
    ko: films.map((film) => film["title_ko"] || null),
  },
  year: Int32Array.from(films, (film) => Number(film["year"])),
  genres: films.map((film) => film["genres"]!.split("|")),
  text: films.map(() => null),
  trainCount: Int32Array.from(films, () => 1),
});
const ratings = await readCsv("ratings.csv");
const users = Map.groupBy(ratings, (row) => row["user"]!);
const timelines = Array.from(users, ([user, own]): Timeline => {
  const rows = own.toSorted((a, b) => Number(a["time"]) - Number(b["time"]));
  const batch: TimelineBatch = {
    users: [user],
    offsets: Int32Array.of(0, rows.length),
    item: Int32Array.from(rows, (row) => catalog.indexOf(row["film"]!)),
    time: Float64Array.from(rows, (row) => Number(row["time"])),
    rating: Float64Array.from(rows, (row) => Number(row["rating"])),
    row: Float64Array.from(rows, (_, i) => i),
    split: new Uint8Array(rows.length),
    review: null,
  };
  return { batch, user, start: 0, end: rows.length };
});

/** Processor time of this thread: on a machine that others use too, the clock measures them as well. */
function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}

type Job = { wording: Wording; variables: Record<string, unknown> };

async function makeJobs(lang: Lang): Promise<(timeline: Timeline) => Job[]> {
  const sources = { builtinDir: builtinTemplates, userDir: null, langs: [lang] };
  const loaded = await loadPacks({ ...sources, tasks: [ranking] });
  const wordings = loaded.filter(({ heldOut }) => !heldOut);
  const context: TaskContext = {
    catalog,
    lang,
    words: wordsOf(await loadDomains(sources), lang, "film"),
    scale: [1, 2, 3, 4, 5],
    show: "title+rating",
    likedFrom: 4,
  };
  const options = rankingOptions.parse({ type: "ranking" });
  let made = 0;
  return (timeline) => {
    const streams = {
      negatives: rngFor(1, "negatives", timeline.user),
      order: rngFor(1, "order", timeline.user),
    };
    const jobs: Job[] = [];
    for (let target = 3; target < timeline.end; target++) {
      const from = Math.max(0, target - 10);
      const history = Array.from({ length: target - from }, (_, i) => from + i);
      const draft = ranking.make({ timeline, target, history }, context, options, streams);
      if ("skip" in draft) continue;
      const wording = wordings[made++ % wordings.length]!;
      jobs.push({ wording, variables: draft.variables });
    }
    return jobs;
  };
}

const spans = makeSpans();

function renderAll(jobs: readonly Job[], buffer: LineBuffer): void {
  for (const { wording, variables } of jobs) writeMessages(wording, variables, buffer, spans);
}

const globals = new Environment();
for (const [name, value] of Object.entries({ true: true, false: false, none: null, josa, letters }))
  globals.set(name, value);

const parsed = new Map<Wording, Map<string, ReturnType<typeof parse>>>();

function parsedOf(wording: Wording): Map<string, ReturnType<typeof parse>> {
  let held = parsed.get(wording);
  if (held === undefined) {
    const blocks = Object.entries(wording.blocks);
    held = new Map(blocks.map(([name, { text }]) => [name, parse(tokenize(text))]));
    parsed.set(wording, held);
  }
  return held;
}

function interpretAll(jobs: readonly Job[], buffer: LineBuffer): void {
  for (const { wording, variables } of jobs) {
    const environment = new Environment(globals);
    for (const [name, value] of Object.entries(variables)) environment.set(name, value);
    const interpreter = new Interpreter(environment);
    const block = (name: string): string =>
      cut(String(interpreter.run(parsedOf(wording).get(name)!).value));
    const [system, ...parts] = promptBlocks.map(block);
    buffer.write(system!);
    buffer.write(parts.filter((part) => part !== "").join(wording.join));
    buffer.write(block("answer"));
  }
}

type Measured = { prompts: number; bytes: number; perSecond: number };

/** One pass over the users, drafts made user by user as in a build and left out of the time. */
function measure(
  users: readonly Timeline[],
  make: (timeline: Timeline) => Job[],
  run: (jobs: readonly Job[], buffer: LineBuffer) => void,
): Measured {
  let [prompts, bytes, seconds] = [0, 0, 0];
  let spare: ArrayBuffer | undefined;
  for (const timeline of users) {
    const jobs = make(timeline);
    const buffer = new LineBuffer(1 << 18, spare);
    const from = cpuSeconds();
    run(jobs, buffer);
    seconds += cpuSeconds() - from;
    prompts += jobs.length;
    bytes += buffer.size;
    spare = buffer.bytes().buffer;
  }
  return { prompts, bytes, perSecond: prompts / seconds };
}

for (const lang of langs) {
  const make = await makeJobs(lang);
  const few = timelines.filter((_, i) => i % 8 === 0);
  measure(timelines, make, renderAll);
  measure(few, make, interpretAll);
  for (let round = 0; round < rounds; round++) {
    const ours = measure(timelines, make, renderAll);
    const engine = measure(few, make, interpretAll);
    console.log(
      `${lang}: ${ours.prompts} prompts of ${Math.round(ours.bytes / ours.prompts)} bytes, ` +
        `${Math.round(ours.perSecond)}/s of processor time; interpreter ${Math.round(engine.perSecond)}/s ` +
        `on ${engine.prompts}; ratio ${(ours.perSecond / engine.perSecond).toFixed(1)}`,
    );
  }
}
