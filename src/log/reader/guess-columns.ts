// Columns of a log by the names that published logs give them. A guess is said, never silent; names are compared in
// small letters and without separators, and the first name of a list wins.

import type { LogColumns } from "./recipe.ts";

export type TableHead = { name: string; columns: string[] };

const users =
  "user user_id uid reviewer_id customer_id member_id visitor_id account_id profile_id user_name session_id";
const items =
  "item item_id iid parent_asin asin movie_id movie film_id film book_id book isbn game_id game app_id product_id product sku article_id track_id track song_id song artist_id business_id restaurant_id recipe_id anime_id video_id news_id content_id goods_id";
const names = {
  user: users,
  item: items,
  rating: "rating score stars overall user_rating book_rating review_score",
  time: "timestamp time unix_review_time ts date datetime created_at rated_at event_time review_time",
  event: "event event_type action behavior behaviour interaction_type",
  title:
    "title movie_title film_title book_title product_title item_title item_name product_name name track_name game_name",
  year: "year release_year publication_year year_of_publication",
  genres: "genres genre categories category",
  text: "description plot overview summary synopsis text",
  review: "review review_text text comment content body",
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
const lists = Object.fromEntries(
  Object.entries(names).map(([key, list]) => [key, list.split(" ").map(plain)]),
) as Record<keyof typeof names, string[]>;

/** Names that are found without a recipe, as messages list them. */
export const recognised = { user: users, item: items };

/** The columns of a log, or null where no file has a user and an item. */
export function guessColumns(heads: readonly TableHead[]): LogColumns | null {
  const seen = heads.map((head) => ({
    ...head,
    user: find(head, lists.user),
    item: find(head, lists.item),
    rating: find(head, lists.rating),
    time: find(head, lists.time),
    event: find(head, lists.event),
    review: findTexts(head, lists.review),
    title: findTexts(head, lists.title),
  }));
  const pairs = seen.filter((t) => t.user !== undefined && t.item !== undefined);
  const signals = (t: (typeof seen)[number]): number =>
    [t.rating, t.time, t.event].filter((c) => c !== undefined).length;
  const main = pairs.toSorted((a, b) => signals(b) - signals(a))[0];
  if (!main) return null;
  const twins = seen.filter((t) => t.columns.join("\0") === main.columns.join("\0"));
  const file = patternOf(
    twins.map((t) => t.name),
    heads.map((h) => h.name),
  );
  const { rating, time, event } = main;
  const columns: LogColumns = {
    interactions: {
      file,
      user: main.user!,
      item: main.item!,
      ...(rating === undefined ? {} : { rating }),
      ...(time === undefined ? {} : { time }),
      ...(event === undefined || rating !== undefined ? {} : { event }),
    },
  };
  const about = seen.find((t) => t.user === undefined && t.title !== undefined);
  const id = about && (about.item ?? find(about, ["id"]));
  if (about && id !== undefined) {
    const [year, genres, text] = [
      find(about, lists.year),
      find(about, lists.genres),
      find(about, lists.text),
    ];
    columns.items = {
      file: about.name,
      id,
      title: about.title!,
      genreSeparator: "|",
      ...(year === undefined ? {} : { year }),
      ...(genres === undefined ? {} : { genres }),
      ...(text === undefined ? {} : { text }),
    };
  }
  const told = pairs.find((t) => t.review !== undefined && !twins.includes(t)) ?? main;
  if (told.review !== undefined) {
    const { user, item, review } = told;
    columns.reviews = {
      file: told === main ? file : told.name,
      user: user!,
      item: item!,
      text: review,
    };
  }
  return columns;
}

function find(head: TableHead, list: string[]): string | undefined {
  for (const name of list) {
    const found = head.columns.find((column) => plain(column) === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A text column; with twins that end in a language, a map of languages, where the plain one is taken for English. */
function findTexts(head: TableHead, list: string[]): string | Record<string, string> | undefined {
  for (const lang of ["", "en", "ko"]) {
    const first = find(
      head,
      list.map((name) => name + lang),
    );
    if (first === undefined) continue;
    const stem = plain(first).slice(0, plain(first).length - lang.length);
    const other = (code: string) => find(head, [stem + code]);
    const [en, ko] = [other("en") ?? (lang === "" ? first : undefined), other("ko")];
    return ko === undefined ? first : { ...(en === undefined ? {} : { en }), ko };
  }
  return undefined;
}

/** One pattern for files of the same columns: all of them, and no other; else the first alone. */
function patternOf(twins: string[], all: string[]): string {
  const [first, ...rest] = twins as [string, ...string[]];
  if (rest.length === 0) return first;
  const same = (at: (name: string, i: number) => string | undefined): number => {
    let i = 0;
    while (i < first.length && rest.every((name) => at(name, i) === at(first, i))) i++;
    return i;
  };
  const start = same((name, i) => name[i]);
  const shortest = Math.min(...twins.map((name) => name.length));
  const end = Math.min(
    same((name, i) => name.at(-1 - i)),
    shortest - start,
  );
  const [head, tail] = [first.slice(0, start), end === 0 ? "" : first.slice(-end)];
  const held = all.filter((name) => name.startsWith(head) && name.endsWith(tail));
  return held.length === twins.length ? `${head}*${tail}` : first;
}
