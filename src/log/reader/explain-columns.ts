// What to do where no file has a user and an item by a known name: the columns that were seen, the flag that names them, and
// the names that need none.

import { recognised, type TableHead } from "./guess-columns.ts";
import { listNames } from "./locate-log.ts";

/** Advice for the tables whose heads were read; with `--set` in the words of a shell. */
export function explainColumns(heads: readonly TableHead[], file: string): string {
  const head = heads.find(({ columns }) => columns.length > 1) ?? heads[0];
  const name = head?.name ?? file;
  const [user, item] = exampleOf(head?.columns ?? []);
  const columns = `{interactions: {file: ${yamlText(name)}, user: ${user}, item: ${item}}}`;
  const seen = head ? `${name} has: ${listNames(head.columns)}. ` : "";
  const flag = `--set 'log.columns=${columns.replaceAll("'", `'\\''`)}'`;
  const known = (names: string): string => names.replaceAll(" ", ", ");
  return `${seen}Name its own in the recipe, or add for example ${flag} (rating, time and event likewise). Known without it: a user as ${known(recognised.user)}; an item as ${known(recognised.item)}.`;
}

/** A user and an item that the file does have, known ones first, so that the example runs as it stands. */
function exampleOf(columns: readonly string[]): [string, string] {
  if (columns.length < 2) return ["…", "…"];
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const find = (names: string): string | undefined => {
    const known = names.split(" ").map(plain);
    return columns.find((name) => known.includes(plain(name)));
  };
  const item = find(recognised.item);
  const user = find(recognised.user) ?? columns.find((name) => name !== item)!;
  return [yamlText(user), yamlText(item ?? columns.find((name) => name !== user)!)];
}

/** A text as YAML takes it inside braces. */
function yamlText(text: string): string {
  return /^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(text) ? text : JSON.stringify(text);
}
