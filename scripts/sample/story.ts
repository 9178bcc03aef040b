// The story behind the bundled sample log: every constant of the simulation in one place, so that a reader can see what
// was put in and what a model can hope to find. datasets/sample/README.md tells the same story in words.

/** Genres a film of the sample may carry, with the word a review uses for each. */
export const genreWords = {
  Action: { en: "action", ko: "액션" },
  Adventure: { en: "adventure", ko: "모험" },
  Animation: { en: "animation", ko: "애니메이션" },
  Comedy: { en: "comedy", ko: "코미디" },
  Crime: { en: "crime", ko: "범죄" },
  Drama: { en: "drama", ko: "드라마" },
  Family: { en: "family", ko: "가족" },
  Fantasy: { en: "fantasy", ko: "판타지" },
  History: { en: "history", ko: "역사" },
  Horror: { en: "horror", ko: "공포" },
  Music: { en: "music", ko: "음악" },
  Mystery: { en: "mystery", ko: "미스터리" },
  Romance: { en: "romance", ko: "로맨스" },
  "Sci-Fi": { en: "sci-fi", ko: "SF" },
  Superhero: { en: "superhero", ko: "히어로" },
  Thriller: { en: "thriller", ko: "스릴러" },
  War: { en: "war", ko: "전쟁" },
} as const;

export type Genre = keyof typeof genreWords;

/** The hidden tastes; a film and a user are each a point over these nine. */
export const tasteNames = [
  "dark heroes",
  "mind-bending sci-fi",
  "romance and tears",
  "family animation",
  "crime thriller",
  "horror",
  "comedy",
  "war and history",
  "music and art drama",
] as const;

/** Pull of each genre on the nine tastes, in the order of `tasteNames`. */
export const genrePulls: Record<Genre, readonly number[]> = {
  //          dark mind love anim crime horr come war  music
  Action: [1.0, 0.0, 0.0, 0.0, 0.3, 0.0, 0.0, 0.2, 0.0],
  Adventure: [0.1, 0.2, 0.0, 0.4, 0.0, 0.0, 0.0, 0.2, 0.0],
  Animation: [0.0, 0.0, 0.0, 2.5, 0.0, 0.0, 0.0, 0.0, 0.0],
  Comedy: [0.0, 0.0, 0.1, 0.1, 0.0, 0.0, 1.8, 0.0, 0.0],
  Crime: [0.3, 0.0, 0.0, 0.0, 1.6, 0.0, 0.0, 0.0, 0.0],
  Drama: [0.0, 0.0, 0.4, 0.0, 0.1, 0.0, 0.0, 0.1, 0.3],
  Family: [0.0, 0.0, 0.0, 1.6, 0.0, 0.0, 0.1, 0.0, 0.0],
  Fantasy: [0.1, 0.2, 0.1, 0.5, 0.0, 0.1, 0.0, 0.0, 0.0],
  History: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.7, 0.0],
  Horror: [0.0, 0.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0],
  Music: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0],
  Mystery: [0.0, 0.4, 0.0, 0.0, 0.9, 0.1, 0.0, 0.0, 0.0],
  Romance: [0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
  "Sci-Fi": [0.1, 2.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
  Superhero: [4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
  Thriller: [0.3, 0.1, 0.0, 0.0, 1.1, 0.2, 0.0, 0.0, 0.0],
  War: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.2, 0.0],
};

export const story = {
  seed: 20190101,
  film: {
    /** The first genre of a film counts this many times. */
    firstGenreFactor: 1.6,
    /** Standard deviation of the log-normal noise on a film's taste weights. */
    tasteNoise: 0.35,
    /** Power that sharpens the weights before they are made to sum to 1. */
    sharpening: 2,
    /** Standard deviation of a film's quality, in stars. */
    qualitySpread: 0.3,
    /** Popularity = (rank + offset)^−exponent over a shuffled rank from 1 (Zipf–Mandelbrot; the offset flattens the head). */
    popularityExponent: 0.8,
    popularityOffset: 15,
    /** Films whose rank is drawn from the front part (this factor) of the list, so that familiar titles have company. */
    wellKnownFactor: 0.3,
    wellKnown: (
      "dark-knight joker the-batman watchmen v-for-vendetta avengers endgame matrix inception tenet interstellar star-wars " +
      "jurassic-park titanic notting-hill about-time toy-story spirited-away lion-king frozen oldboy parasite godfather seven " +
      "shawshank shining train-to-busan exhuma get-out barbie extreme-job forrest-gump oppenheimer dunkirk gladiator " +
      "the-admiral whiplash la-la-land bohemian-rhapsody fellowship-of-the-ring"
    ).split(" "),
  },
  user: {
    count: 640,
    /** Ratings a user leaves: log-normal around the middle, clamped to the range. */
    ratings: { middle: 36, spread: 0.42, least: 14, most: 80 },
    /** Share of users with a second main taste, and its weight beside the first (1). */
    secondTasteShare: 0.5,
    secondTasteWeight: 0.7,
    /** Every other taste of a user has a weight drawn from [0, this). */
    backgroundWeight: 0.12,
    /** Share of users whose first taste moves to another one, and over how many films it moves. */
    driftShare: 1 / 3,
    driftFilms: 8,
    /** The move starts somewhere in this part of the user's films. */
    driftFrom: 0.25,
    driftTo: 0.75,
  },
  choice: {
    /** Films a user comes across before each choice, drawn uniformly; the seen ones among them are passed over. */
    shelf: 90,
    /** P(film of the shelf) ∝ popularity^a · exp(b·affinity + streak·similarity to the film before). */
    a: 4,
    b: 10,
    streak: 0.8,
  },
  rating: {
    /** Stars = round(clamp(user mean + c·(affinity − centre) + quality + noise, 1, 5)). */
    mean: 3.42,
    meanSpread: 0.35,
    c: 1.9,
    centre: 0.55,
    noise: 0.55,
  },
  time: {
    /** First and last day on which anything happens, UTC. */
    firstDay: "2019-01-01",
    lastDay: "2024-12-31",
    /** Days between a user's sittings: exponential with a mean drawn per user from this range. */
    gapDays: { least: 4, most: 40 },
    /** Probability of 1, 2, 3 films in a sitting. */
    sitting: [0.6, 0.27, 0.13],
    /** Probability that a further film of a sitting is rated in the same second as the one before. */
    tie: 0.17,
  },
  review: {
    /** Share of ratings with a review; of those, the share that names two genres. */
    share: 0.25,
    twoGenresShare: 0.35,
  },
} as const;
