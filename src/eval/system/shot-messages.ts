// Shots as a model sees them: as earlier turns of the conversation (Brown et al. 2020, arXiv:2005.14165), or as one line
// each before the question.

import { nameItem } from "../../dataset/task/shown.ts";
import type { Example, Lang, Message, Show } from "../../dataset/task/types.ts";
import { josa } from "../../dataset/template/josa.ts";
import { letters } from "../../dataset/template/letters.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { HistoryLikes } from "../score/history-likes.ts";

/** How lines name things, and what a person liked. */
export type InlineNaming = {
  catalog: Catalog;
  show: Show;
  lang: Lang;
  likedOf: HistoryLikes;
};

/** The target's messages with the shots' questions and answers before its own question; its system message stays first. */
export function withTurns(prompt: readonly Message[], shots: readonly Example[]): Message[] {
  const systems = prompt.filter(({ role }) => role === "system");
  const turns = shots.flatMap((shot) => [
    ...shot.prompt.filter(({ role }) => role !== "system"),
    ...shot.completion,
  ]);
  return [...systems, ...turns, ...prompt.filter(({ role }) => role !== "system")];
}

/** The target's messages with one line a shot before its question: "User A liked X, Y → Z". */
export function withLines(
  prompt: readonly Message[],
  shots: readonly Example[],
  naming: InlineNaming,
): Message[] {
  if (shots.length === 0) return [...prompt];
  const head = naming.lang === "ko" ? "다른 사람들의 예:" : "Other people:";
  const lines = shots.map((shot, i) => lineOf(shot, letters[i]!, naming));
  const first = prompt.findIndex(({ role }) => role !== "system");
  return prompt.map((message, i) =>
    i === first
      ? { ...message, content: `${[head, ...lines].join("\n")}\n\n${message.content}` }
      : message,
  );
}

function lineOf(shot: Example, letter: string, naming: InlineNaming): string {
  const { catalog, lang, show, likedOf } = naming;
  const name = (id: string): string => nameItem(catalog, catalog.indexOf(id), lang, show);
  const isKnown = (id: string): boolean => catalog.indexOf(id) >= 0;
  const known = shot.history.filter(isKnown);
  const liked = likedOf(shot).filter(isKnown);
  const named = (liked.length > 0 ? liked : known).map(name);
  const past =
    lang === "ko"
      ? koreanPast(letter, named, liked.length > 0)
      : `User ${letter} ${liked.length > 0 ? "liked" : "did not like"} ${named.join(", ")}`;
  return `${past}${askedOf(shot, name)} → ${answerOf(shot, name)}`;
}

function koreanPast(letter: string, named: readonly string[], isLiked: boolean): string {
  const topic = `사용자 ${letter}${josa(letter, "은/는")}`;
  const object = `${named.join(", ")}${josa(named.at(-1) ?? "", "을/를")}`;
  return `${topic} ${object} ${isLiked ? "좋아함" : "좋아하지 않음"}`;
}

// Where the answer is about an item, the line names it.
function askedOf({ task, item }: Example, name: (id: string) => string): string {
  return task === "ranking" || task === "next-item" ? "" : `; ${name(item)}`;
}

// A letter or a number says nothing without the list it belongs to.
function answerOf(shot: Example, name: (id: string) => string): string {
  if (shot.task === "ranking" || shot.task === "next-item") return name(shot.item);
  return shot.completion.map(({ content }) => content.replace(/\s*\n\s*/g, " ")).join(" ");
}
