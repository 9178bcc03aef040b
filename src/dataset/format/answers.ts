// What an example's model could have answered instead: the wording's own answer block, rendered for another item or for
// the other verdict, so that particles and punctuation fit. Preference pairs come from real signals alone: a rating's
// verdict, the candidates passed over, or the negatives the recipe drew (DPO, Rafailov et al. 2023, arXiv:2305.18290;
// several per positive: S-DPO, Chen et al. 2024, arXiv:2406.09215).

import type { Catalog } from "../../log/catalog/catalog.ts";
import { formOf, type AnswerForm } from "../task/read-answer.ts";
import { showItem } from "../task/shown.ts";
import type { DomainWords, Example, Lang, Show, TaskContext } from "../task/types.ts";
import { compileBlock, type Render } from "../template/compile.ts";
import { letters } from "../template/letters.ts";
import { cut } from "../template/render.ts";
import { namesIn, parseBlock } from "../template/syntax.ts";
import { answerText } from "./messages.ts";

/** Other answers to one example's prompt, best known first; or why there are none. */
export type Others = { texts: string[] } | { skip: string; next?: string };

export type Answers = {
  /** At most `count` answers that the example's own answer is preferred over. */
  othersOf(example: Example, count: number): Others;
  /** The answer that affirms, for a yes-or-no example. */
  yesOf(example: Example): string;
  /** How an example's answer names what it chose. */
  formOf(example: Example): AnswerForm;
  /** Whether the dataset keeps the wording of an example. */
  holds(example: Example): boolean;
  /**
   * The whole answer that would name an item, a rating or a verdict, as the example's wording writes it; null where it also gives a
   * reason, which is known of the truth alone, and where the dataset does not keep the wording.
   */
  answerWith(example: Example, named: NamedAnswer): string | null;
};

/** What an answer may name. */
export type NamedAnswer = { item: string } | { rating: number } | { likes: boolean };

/** What a dataset keeps of its texts for this. */
export type AnswerTexts = {
  /** Source of the answer block by wording id. */
  answers: Record<string, string>;
  words: Partial<Record<Lang, DomainWords>>;
  /** The recipe's tasks, in its order. */
  tasks: readonly { type: string; negatives?: unknown }[];
  show: Show;
  catalog: Catalog;
};

/** Answers of a dataset's examples. Blocks are compiled when they are first needed. */
export function makeAnswers(texts: AnswerTexts): Answers {
  const compiled = new Map<string, Render>();
  const render = (example: Example, own: Record<string, unknown>): string => {
    let block = compiled.get(example.wording);
    if (!block) {
      const source = texts.answers[example.wording] ?? "";
      block = compileBlock(source, () => `${example.wording}, answer`);
      compiled.set(example.wording, block);
    }
    return cut(block(own));
  };
  const contextOf = (example: Example): TaskContext => {
    const lang = example.wording.split("/")[1] as Lang;
    const words = texts.words[lang] ?? {};
    const { catalog, show } = texts;
    return { catalog, lang, words, scale: [], show, likedFrom: 0 };
  };
  const verdict = (example: Example, likes: boolean): string =>
    render(example, { words: contextOf(example).words, likes, letter: likes ? "A" : "B" });
  const forms = new Map<string, AnswerForm>();
  const reasons = new Map<string, boolean>();
  const givesReason = ({ wording }: Example): boolean => {
    let held = reasons.get(wording);
    if (held === undefined) {
      held = namesIn(parseBlock(texts.answers[wording] ?? "", () => wording)).has("reason");
      reasons.set(wording, held);
    }
    return held;
  };
  const forItem = (example: Example, id: string): string => {
    const context = contextOf(example);
    const shown = (itemId: string) => showItem(texts.catalog.indexOf(itemId), context);
    const place = example.candidates?.indexOf(id) ?? -1;
    return render(example, {
      words: context.words,
      target: shown(id),
      ...(place < 0 ? {} : { index: place + 1, letter: letters[place] }),
      position: example.history.length + 1,
      ...(example.candidates === null ? {} : { candidates: example.candidates.map(shown) }),
    });
  };

  return {
    yesOf: (example) => verdict(example, true),
    holds: ({ wording }) => Object.hasOwn(texts.answers, wording),
    formOf({ wording }) {
      let form = forms.get(wording);
      if (form === undefined) forms.set(wording, (form = formOf(texts.answers[wording] ?? "")));
      return form;
    },
    answerWith(example, named) {
      if (!Object.hasOwn(texts.answers, example.wording) || givesReason(example)) return null;
      if ("item" in named) return forItem(example, named.item);
      if ("likes" in named) return verdict(example, named.likes);
      return render(example, { words: contextOf(example).words, rating: named.rating });
    },
    othersOf(example, count) {
      const own = answerText(example);
      if (example.task === "preference")
        return keep(own, [verdict(example, example.label === "no")]);
      if (example.task !== "ranking" && example.task !== "next-item")
        return { skip: `the task ${example.task} says nothing of what was passed over` };
      if (givesReason(example))
        return { skip: "the wording gives a reason, which nothing passed over has" };
      const ids = (example.negatives ?? example.candidates)?.filter((id) => id !== example.item);
      if (ids === undefined) {
        const at = texts.tasks.findIndex(({ type }) => type === example.task);
        if ((texts.tasks[at]?.negatives ?? null) !== null)
          return { skip: "the target had nothing to draw negatives from" };
        return {
          skip: "no negatives were drawn",
          next: `Give the recipe's tasks.${at}.negatives and build again; ranking and preference make pairs without.`,
        };
      }
      const known = ids.filter((id) => texts.catalog.indexOf(id) >= 0);
      return keep(
        own,
        known.slice(0, count).map((id) => forItem(example, id)),
      );
    },
  };
}

// Two items may share a title: an answer is not preferred over itself.
function keep(own: string, others: readonly string[]): Others {
  const texts = [...new Set(others)].filter((text) => text !== own);
  return texts.length > 0 ? { texts } : { skip: "the other answers read like the right one" };
}
