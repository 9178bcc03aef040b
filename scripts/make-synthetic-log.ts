// Writes a log of any size for benchmarks: ratings.csv, films.csv and a dataset recipe, streamed, the same bytes for the
// same rows and seed. Activity is log-normal and popularity a power law, about as MovieLens has them; no user rates a
// film twice. `node scripts/make-synthetic-log.ts FOLDER --rows 1000000 [--seed 1]`

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";
import { rngFor, type Rng } from "../src/base/rng.ts";

export type SyntheticSize = { rows: number; users: number; films: number };

const rowsPerUser = 97;
const firstTime = 946_684_800;
const words = {
  adjective:
    "Silent Broken Golden Hidden Last Burning Distant Pale Wild Hollow Crimson Restless Quiet Forgotten Electric Frozen Bitter Gentle Iron Lonely Midnight Painted Savage Secret Sleeping Stolen Velvet Wandering".split(
      " ",
    ),
  noun: "River Winter Harbour Machine Garden Letter Mountain Daughter Orchard Signal Station Lantern Sparrow Kingdom Circus Detective Engine Island Mirror Ocean Piano Promise Shadow Soldier Summer Teacher Tiger Voyage Window Witness".split(
    " ",
  ),
  place: "Busan Lisbon Naples Ålesund Montréal Kraków Odessa Lagos Havana Kyoto Perth Quito".split(
    " ",
  ),
  genre: ["Drama", "Comedy", "Thriller", "Sci-Fi", "Romance", "Action", "Horror", "Children's"],
};

/** Users and films of a log of so many rows; films grow as the square root, as catalogs do. */
export function sizeOf(rows: number): SyntheticSize {
  return {
    rows,
    users: Math.max(1, Math.round(rows / rowsPerUser)),
    films: Math.max(4 * rowsPerUser, Math.round(4 * Math.sqrt(rows))),
  };
}

/** Lines of films.csv. */
export function* filmLines({ films }: SyntheticSize, seed: number): Generator<string> {
  const rng = rngFor(seed, "films");
  yield "film,title,year,genres";
  for (let film = 1; film <= films; film++) {
    const genres = rng.shuffle([...words.genre]).slice(0, 1 + rng.int(3));
    yield `${film},${quote(titleOf(rng))},${1930 + rng.int(90)},${genres.join("|")}`;
  }
}

/** Lines of ratings.csv: exactly `rows` of them after the header, users one after another, each in the order of time. */
export function* ratingLines(size: SyntheticSize, seed: number): Generator<string> {
  yield "user,film,rating,time";
  let left = size.rows;
  for (let user = 1; user <= size.users; user++) {
    const rng = rngFor(seed, "user", user);
    const others = size.users - user;
    // Nobody rates more than half of the films; what is left over is spread, so that the last row is the asked one.
    const most = size.films >> 1;
    const mean = left / (others + 1);
    const drawn = Math.round(mean * (0.2 + 0.8 * Math.exp(rng.normal() - 0.5)));
    const least = Math.max(others === 0 ? left : 0, left - others * most);
    const count = Math.max(least, Math.min(drawn, most, left));
    left -= count;
    yield* userLines(user, count, size.films, rng);
  }
}

function* userLines(user: number, count: number, films: number, rng: Rng): Generator<string> {
  const seen = new Set<number>();
  let time = firstTime + rng.int(600_000_000);
  const taste = rng.next();
  for (let n = 0; n < count; n++) {
    let film = 1 + Math.floor(films * rng.next() ** 2.2);
    while (seen.has(film)) film = (film % films) + 1;
    seen.add(film);
    // Every third rating or so falls in the second of the one before it, as in logs of people clicking through lists.
    if (rng.next() > 0.3) time += rng.int(rng.next() < 0.02 ? 9_000_000 : 90);
    const rating = Math.min(5, Math.max(1, Math.round(3 + 1.2 * taste + rng.normal())));
    yield `${user},${film},${rating},${time}`;
  }
}

function titleOf(rng: Rng): string {
  const pick = (list: readonly string[]): string => list[rng.int(list.length)]!;
  const [adjective, noun, other, place] = [
    words.adjective,
    words.noun,
    words.noun,
    words.place,
  ].map(pick);
  const shapes = [
    `The ${adjective} ${noun}`,
    `${noun} of ${place}`,
    `${adjective} ${noun}, ${adjective} ${other}`,
    `The ${noun}'s ${other}`,
    `${adjective} ${place}`,
    `${noun} & ${other}`,
    `Goodbye, "${noun}"`,
    `${place} ${1 + rng.int(12)}: The ${adjective} ${noun}`,
  ];
  return pick(shapes);
}

function quote(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const recipe = `version: 1
name: synthetic
log:
  format: csv
  path: .
  columns:
    interactions: {file: ratings.csv, user: user, item: film, rating: rating, time: time}
    items: {file: films.csv, id: film, title: title, year: year, genres: genres}
tasks:
  - {type: next-item}
`;

/** Writes the log and its recipe.yaml into a folder. */
export async function writeSyntheticLog(dir: string, rows: number, seed: number): Promise<void> {
  const size = sizeOf(rows);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "recipe.yaml"), recipe);
  await writeLines(join(dir, "films.csv"), filmLines(size, seed));
  await writeLines(join(dir, "ratings.csv"), ratingLines(size, seed));
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const stream = createWriteStream(path);
  const done = finished(stream);
  let text = "";
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < 1 << 18) continue;
    if (!stream.write(text)) await once(stream, "drain");
    text = "";
  }
  stream.end(text);
  await done;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: "string", default: "1000000" },
      seed: { type: "string", default: "1" },
    },
  });
  const [dir] = positionals;
  const [rows, seed] = [Number(values.rows), Number(values.seed)];
  if (!dir || !Number.isInteger(rows) || rows < 1 || !Number.isInteger(seed)) {
    process.stderr.write(
      "usage: node scripts/make-synthetic-log.ts FOLDER --rows 1000000 [--seed 1]\n",
    );
    process.exitCode = 2;
  } else await writeSyntheticLog(dir, rows, seed);
}
