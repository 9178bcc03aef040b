// The simulated people of the sample: who they are, what they watch in which order, when, and how they rate it. Choice
// follows a multinomial logit over affinity (McFadden 1974) with Zipf popularity; all constants stand in story.ts.

import { rngFor } from "../../src/base/rng.ts";
import type { Rng } from "../../src/base/rng.ts";
import { dotTastes } from "./films.ts";
import type { HiddenFilm } from "./films.ts";
import { story, tasteNames } from "./story.ts";

export type Watched = {
  film: HiddenFilm;
  /** Weights of the user's tastes at that moment · the film's, in [0, 1]. */
  affinity: number;
  /** Stars expected before noise and rounding, in [1, 5]. */
  expected: number;
  rating: number;
  /** UTC seconds. */
  time: number;
};

export type Person = {
  id: string;
  watched: Watched[];
  /** Taste weights after the last film. */
  taste: Float64Array;
};

const secondsPerDay = 86_400;

/** Simulates all users, in id order; each draws from streams of its own. */
export function simulatePeople(films: HiddenFilm[]): Person[] {
  const streaks = films.map((film) =>
    Float64Array.from(films, (other) => Math.exp(story.choice.streak * similarity(film, other))),
  );
  return Array.from({ length: story.user.count }, (_, index) => {
    const id = `u${String(index + 1).padStart(3, "0")}`;
    return simulatePerson(id, films, streaks);
  });
}

function simulatePerson(id: string, films: HiddenFilm[], streaks: Float64Array[]): Person {
  const rng = rngFor(story.seed, "user", id);
  const { middle, spread, least, most } = story.user.ratings;
  const count = clamp(Math.round(middle * Math.exp(spread * rng.normal())), least, most);
  const tastes = drawTastes(rng, count);
  const picks = pickFilms(rngFor(story.seed, "watch", id), films, streaks, tastes);
  const times = drawTimes(rngFor(story.seed, "time", id), count);
  const stars = rngFor(story.seed, "rating", id);
  const mean = story.rating.mean + story.rating.meanSpread * stars.normal();
  const watched = picks.map(({ film, affinity }, at) => {
    const raw = mean + story.rating.c * (affinity - story.rating.centre) + film.quality;
    const rating = Math.round(clamp(raw + story.rating.noise * stars.normal(), 1, 5));
    return { film, affinity, expected: clamp(raw, 1, 5), rating, time: times[at]! };
  });
  return { id, watched, taste: tastes.at(-1)! };
}

/** The user's taste weights before each of `count` films: constant, or moving from one main taste to another. */
function drawTastes(rng: Rng, count: number): Float64Array[] {
  const before = Float64Array.from(tasteNames, () => story.user.backgroundWeight * rng.next());
  const [first, second, later] = rng.shuffle(tasteNames.map((_, taste) => taste));
  if (rng.next() < story.user.secondTasteShare) before[second!] = story.user.secondTasteWeight;
  const after = before.slice();
  after[later!] = 1;
  before[first!] = 1;
  const { driftShare, driftFrom, driftTo, driftFilms } = story.user;
  const drifts = rng.next() < driftShare;
  const start = count * (driftFrom + (driftTo - driftFrom) * rng.next());
  return Array.from({ length: count }, (_, at) => {
    const moved = drifts ? clamp((at - start) / driftFilms, 0, 1) : 0;
    return before.map((weight, taste) => weight * (1 - moved) + after[taste]! * moved);
  });
}

function pickFilms(
  rng: Rng,
  films: HiddenFilm[],
  streaks: Float64Array[],
  tastes: Float64Array[],
): { film: HiddenFilm; affinity: number }[] {
  const seen = new Set<number>();
  let last: number | null = null;
  return tastes.map((taste) => {
    const shelf = drawShelf(rng, films.length, seen);
    const weights = shelf.map(
      (index) => scoreFilm(films[index]!, taste) * (last === null ? 1 : streaks[last]![index]!),
    );
    last = shelf[pickIndex(rng, weights)]!;
    seen.add(last);
    const film = films[last]!;
    return { film, affinity: dotTastes(taste, film.taste) };
  });
}

/** Indices of the unseen films a user comes across before one choice: at least one, none twice. */
function drawShelf(rng: Rng, filmCount: number, seen: Set<number>): number[] {
  const shelf = new Set<number>();
  for (let drawn = 0; drawn < story.choice.shelf || shelf.size === 0; drawn++) {
    const index = rng.int(filmCount);
    if (!seen.has(index)) shelf.add(index);
  }
  return [...shelf];
}

/** The weight of a film in a user's choice, without the streak: popularity^a · exp(b·affinity). */
export function scoreFilm(film: HiddenFilm, taste: Float64Array): number {
  return (
    film.popularity ** story.choice.a * Math.exp(story.choice.b * dotTastes(taste, film.taste))
  );
}

function pickIndex(rng: Rng, weights: number[]): number {
  let mark = rng.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (mark -= weight) < 0);
  return index === -1 ? weights.length - 1 : index;
}

/** Rating times in UTC seconds, never falling: sittings of 1–3 films in an evening, then a gap of some days. */
function drawTimes(rng: Rng, count: number): number[] {
  const firstDay = Date.parse(`${story.time.firstDay}T00:00:00Z`) / 1000 / secondsPerDay;
  const days = Date.parse(`${story.time.lastDay}T00:00:00Z`) / 1000 / secondsPerDay - firstDay + 1;
  const { least, most } = story.time.gapDays;
  const sittings: number[][] = [];
  const gaps: number[] = [];
  for (let films = 0; films < count; films += sittings.at(-1)!.length) {
    sittings.push(drawSitting(rng).slice(0, count - films));
    gaps.push(sittings.length === 1 ? 0 : -Math.log(1 - rng.next()));
  }
  // A day is added to every gap, so that no two sittings share one; a slow user is sped up to end in time.
  const gapSum = gaps.reduce((sum, gap) => sum + gap, 0);
  const meanGap = Math.min(
    least + (most - least) * rng.next() ** 2,
    (days - sittings.length) / gapSum,
  );
  const start = firstDay + rng.int(days - sittings.length - Math.floor(meanGap * gapSum) + 1);
  let waited = 0;
  return sittings.flatMap((seconds, index) => {
    waited += gaps[index]!;
    const day = start + index + Math.floor(meanGap * waited);
    return seconds.map((second) => day * secondsPerDay + second);
  });
}

/** Seconds of the day at which the films of one sitting are rated. */
function drawSitting(rng: Rng): number[] {
  const mark = rng.next();
  let sum = 0;
  const films =
    1 +
    Math.max(
      0,
      story.time.sitting.findIndex((share) => mark < (sum += share)),
    );
  let second = 18 * 3600 + rng.int(3 * 3600);
  return Array.from({ length: films }, (_, film) => {
    if (film > 0 && rng.next() >= story.time.tie) second += 20 + rng.int(70 * 60);
    return second;
  });
}

function similarity(a: HiddenFilm, b: HiddenFilm): number {
  return (
    dotTastes(a.taste, b.taste) /
    Math.sqrt(dotTastes(a.taste, a.taste) * dotTastes(b.taste, b.taste))
  );
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
