// One-sentence reviews of the sample: an aspect of one or two genres the film really has, and the reviewer's opinion,
// said in English and in Korean (해요체) with the particle the last syllable asks for.

import { rngFor } from "../../src/base/rng.ts";
import type { Film } from "./films.ts";
import type { Person } from "./people.ts";
import { aspects, opinions } from "./phrases.ts";
import type { Phrase } from "./phrases.ts";
import { story } from "./story.ts";

export type Review = { user: string; film: Film; review: string; reviewKo: string };

/** The reviews of one user, in the order of the ratings. */
export function writeReviews(person: Person): Review[] {
  const rng = rngFor(story.seed, "review", person.id);
  const pick = <T>(options: readonly T[]): T => options[rng.int(options.length)]!;
  const reviews: Review[] = [];
  for (const { film, rating } of person.watched) {
    if (rng.next() >= story.review.share) continue;
    const genres = rng.shuffle([...film.genres]);
    const named = genres
      .slice(0, rng.next() < story.review.twoGenresShare ? 2 : 1)
      .map((genre) => pick(aspects[genre]));
    const { openers, closings, joint } = opinions[rating - 1]!;
    const opener = pick(openers);
    const closing = pick(closings);
    reviews.push({
      user: person.id,
      film,
      review: `${opener.en.replace("{a}", joinEnglish(named))}${joint}${closing.en}.`,
      reviewKo: `${fillKorean(opener.ko, joinKorean(named))} ${closing.ko}.`,
    });
  }
  return reviews;
}

function joinEnglish(named: Phrase[]): string {
  return named.map((aspect) => aspect.en).join(" and ");
}

function joinKorean(named: Phrase[]): string {
  return named
    .map((aspect) => aspect.ko)
    .reduce((first, second) => `${addParticle(first, "과/와")} ${second}`);
}

function fillKorean(opener: string, noun: string): string {
  return opener.replace(/\{a:([^}]+)\}/, (_, particle: string) => addParticle(noun, particle));
}

/**
 * Adds a Korean particle to a noun that ends in a Hangul syllable.
 * @param particle `이/가`: the form after a final consonant, then the one after a vowel; or a single form such as `에`.
 */
export function addParticle(noun: string, particle: string): string {
  const [afterConsonant, afterVowel] = particle.split("/");
  const hasFinal = (noun.charCodeAt(noun.length - 1) - 0xac00) % 28 !== 0;
  return noun + (hasFinal ? afterConsonant! : (afterVowel ?? afterConsonant!));
}
