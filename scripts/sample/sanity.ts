// Figures that tell whether the simulated log is worth learning from: how much popularity explains and how much the
// hidden tastes do. For the maker of the sample; a model never sees the tastes.

import { rngFor } from "../../src/base/rng.ts";
import type { HiddenFilm } from "./films.ts";
import type { Person } from "./people.ts";
import { scoreFilm } from "./people.ts";
import type { Review } from "./reviews.ts";
import { story } from "./story.ts";

const otherCandidates = 19;
const cutoff = 10;

/** Named figures of a simulated log, in the order they are worth reading. */
export function measureSample(
  films: HiddenFilm[],
  people: Person[],
  reviews: Review[],
): Record<string, number> {
  const watched = people.flatMap((person) => person.watched);
  const counts = countBy(watched.map((event) => event.film.id));
  const ordered = films.map((film) => counts.get(film.id) ?? 0).sort((a, b) => b - a);
  const top = ordered.slice(0, Math.ceil(films.length / 10)).reduce((sum, count) => sum + count, 0);
  const stars = [1, 2, 3, 4, 5].map(
    (star) => watched.filter((event) => event.rating === star).length / watched.length,
  );
  return {
    films: films.length,
    "films never rated": ordered.filter((count) => count === 0).length,
    "ratings of the least rated film": ordered.at(-1)!,
    "ratings of the most rated film": ordered[0]!,
    users: people.length,
    ratings: watched.length,
    reviews: reviews.length,
    "distinct English reviews": new Set(reviews.map((review) => review.review)).size,
    "distinct Korean reviews": new Set(reviews.map((review) => review.reviewKo)).size,
    "ratings per user, mean": watched.length / people.length,
    "ratings per user, least": Math.min(...people.map((person) => person.watched.length)),
    "ratings per user, most": Math.max(...people.map((person) => person.watched.length)),
    "share of ratings on the top 10% films": top / watched.length,
    "users whose last two ratings are tied": meanOf(people, (person) => Number(hasTiedEnd(person))),
    "rating, mean": meanOf(watched, (event) => event.rating),
    ...Object.fromEntries(stars.map((share, index) => [`share of ${index + 1} stars`, share])),
    "MAE of always 4": meanOf(watched, (event) => Math.abs(event.rating - 4)),
    "MAE of the hidden expectation": meanOf(watched, (event) =>
      Math.abs(event.rating - event.expected),
    ),
    ...rankLast(films, people),
  };
}

/** Mean NDCG@10 of each user's last film among itself and 19 uniform films the user never watched. */
function rankLast(films: HiddenFilm[], people: Person[]): Record<string, number> {
  const trainCounts = countBy(
    people.flatMap((person) => person.watched.slice(0, -1).map((event) => event.film.id)),
  );
  const gains = people.map((person) => {
    const rng = rngFor(story.seed, "sanity", person.id);
    const seen = new Set(person.watched.map((event) => event.film.id));
    const unseen = rng
      .shuffle(films.filter((film) => !seen.has(film.id)))
      .slice(0, otherCandidates);
    const truth = person.watched.at(-1)!.film;
    return {
      popularity: gainOf(truth, unseen, (film) => trainCounts.get(film.id) ?? 0),
      oracle: gainOf(truth, unseen, (film) => scoreFilm(film, person.taste)),
    };
  });
  return {
    "NDCG@10 of popularity": meanOf(gains, (gain) => gain.popularity),
    "NDCG@10 of the hidden oracle": meanOf(gains, (gain) => gain.oracle),
  };
}

function gainOf(
  truth: HiddenFilm,
  others: HiddenFilm[],
  score: (film: HiddenFilm) => number,
): number {
  const own = score(truth);
  const rank = 1 + others.filter((film) => score(film) > own).length;
  return rank <= cutoff ? 1 / Math.log2(rank + 1) : 0;
}

function hasTiedEnd({ watched }: Person): boolean {
  return watched.at(-1)!.time === watched.at(-2)?.time;
}

function countBy(keys: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function meanOf<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}
