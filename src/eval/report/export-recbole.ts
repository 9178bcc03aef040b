// RecBole's atomic files (recbole.io, "Atomic Files"): tab-separated, each column with its type in the head. Rows stand in
// total order, so that RecBole's own leave-one-out (LS, TO; a stable sort by time) takes the same test items as ours.

import type { ExportFiles, FinishedRun } from "./export-run.ts";

/** `<name>/<name>.inter` and `<name>/<name>.item`, and a config that names the columns. */
export async function exportRecbole(run: FinishedRun): Promise<ExportFiles> {
  const data = await run.data();
  const { users, user, item, rating, time, row } = await data.interactions();
  const { ids, title, genres, year } = (await data.catalog()).data;
  const isRated = rating.some((value) => !Number.isNaN(value));
  const isTimed = time.some((value) => !Number.isNaN(value));
  const { name } = run.state.dataset;
  const head = [
    "user_id:token",
    "item_id:token",
    ...(isRated ? ["rating:float"] : []),
    "timestamp:float",
  ];
  const number = (value: number): string => (Number.isNaN(value) ? "" : String(value));
  const rows = Array.from(user, (u, r) => [
    cell(users[u]!),
    cell(ids[item[r]!]!),
    ...(isRated ? [number(rating[r]!)] : []),
    // Without times the order of the input is the order.
    number(isTimed ? time[r]! : row[r]!),
  ]);
  const items = ids.map((id, i) => [
    cell(id),
    cell(title[i]!),
    year[i] === 0 ? "" : String(year[i]),
    // A sequence of tokens is divided by spaces.
    (genres[i] ?? []).map((genre) => cell(genre).replace(/\s+/g, "-")).join(" "),
  ]);
  const itemHead = ["item_id:token", "title:token_seq", "release_year:token", "genre:token_seq"];
  return {
    [`${name}/${name}.inter`]: tableOf([head, ...rows]),
    [`${name}/${name}.item`]: tableOf([itemHead, ...items]),
    "recbole.yaml": configOf(name, isRated),
  };
}

/** A value that keeps to its column: tabs, line ends and other control characters are percent-encoded. */
export function cell(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, encodeURIComponent);
}

function tableOf(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.join("\t")}\n`).join("");
}

function configOf(name: string, isRated: boolean): string {
  const columns = ["user_id", "item_id", ...(isRated ? ["rating"] : []), "timestamp"];
  return [
    "# run_recbole(model='EASE', config_file_list=['recbole.yaml']) beside this file",
    `dataset: ${JSON.stringify(name)}`,
    "data_path: .",
    `load_col: {inter: [${columns.join(", ")}]}`,
    "eval_args: {split: {LS: valid_and_test}, group_by: user, order: TO, mode: full}",
    "",
  ].join("\n");
}
