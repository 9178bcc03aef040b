// Writes datasets/sample/ratings.csv and reviews.csv from films.csv and the story in sample/story.ts; the same bytes each
// time. `node scripts/make-sample-log.ts [--check]`: with --check it compares, and exits 1 on a difference.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../src/base/files.ts";
import { hideTastes, readFilms } from "./sample/films.ts";
import { simulatePeople } from "./sample/people.ts";
import { writeReviews } from "./sample/reviews.ts";
import { measureSample } from "./sample/sanity.ts";

export type Sample = {
  /** File name → content. */
  files: { "ratings.csv": string; "reviews.csv": string };
  /** Named figures of the simulated log, for the reader of stderr. */
  measure(): Record<string, number>;
};

/** Simulates the sample log from the text of films.csv; pure, the same text gives the same bytes. */
export function makeSample(filmsText: string): Sample {
  const films = hideTastes(readFilms(filmsText));
  const people = simulatePeople(films);
  const reviews = people.flatMap(writeReviews);
  const ratingRows = people.flatMap(({ id, watched }) =>
    watched.map(({ film, rating, time }) => [id, film.id, rating, time].join(",")),
  );
  const reviewRows = reviews.map(({ user, film, review, reviewKo }) =>
    [user, film.id, quoteField(review), quoteField(reviewKo)].join(","),
  );
  return {
    files: {
      "ratings.csv": joinLines("user,film,rating,time", ratingRows),
      "reviews.csv": joinLines("user,film,review,review_ko", reviewRows),
    },
    measure: () => measureSample(films, people, reviews),
  };
}

function joinLines(header: string, rows: string[]): string {
  return `${[header, ...rows].join("\n")}\n`;
}

function quoteField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function main(args: string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== "--check");
  if (unknown !== undefined) {
    process.stderr.write(
      `unknown argument ${unknown}; usage: node scripts/make-sample-log.ts [--check]\n`,
    );
    return 2;
  }
  const folder = join(import.meta.dirname, "../datasets/sample");
  const sample = makeSample(await readFile(join(folder, "films.csv"), "utf8"));
  let status = 0;
  for (const [name, content] of Object.entries(sample.files)) {
    const path = join(folder, name);
    if (!args.includes("--check")) await writeFileAtomic(path, content);
    else if ((await readFile(path, "utf8").catch(() => null)) !== content) {
      process.stderr.write(
        `${path} differs from what its story gives; run node scripts/make-sample-log.ts\n`,
      );
      status = 1;
    }
  }
  for (const [name, value] of Object.entries(sample.measure())) {
    process.stderr.write(`${name}: ${Number.isInteger(value) ? value : value.toFixed(3)}\n`);
  }
  return status;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
