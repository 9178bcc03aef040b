// What a model is asked for one example: the dataset's own prompt, and the whole answers to choose among, as the
// example's wording writes them.

import type { Answers, NamedAnswer } from "../../dataset/format/answers.ts";
import { tasks } from "../../dataset/task/index.ts";
import { yesNo } from "../../dataset/task/preference.ts";
import { nameItem } from "../../dataset/task/shown.ts";
import type { Example, Lang, Message, Show, Task } from "../../dataset/task/types.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import { langOf } from "../score/score.ts";

/** How the dataset names things; see its manifest. `answers` are absent where it keeps none. */
export type Naming = { catalog: Catalog; show: Show; scale: number[]; answers?: Answers };

/** Tokens a written answer may take. */
export const maxAnswerTokens = 64;
/** The same where the wording asks for a reason besides. */
const maxReasonedTokens = 128;

export type Question = {
  messages: Message[];
  /** Texts to choose among with what each stands for (an item id, a rating); null: the answer is written. */
  choices: Choice[] | null;
  maxTokens: number;
};
type Choice = { text: string; means: string };

/** The task of an example. */
export function taskOf(example: Example): Task {
  return tasks[example.task as Task["name"]];
}

/** The question of an example, its prompt in `messages` where shots stand before it. */
export function askExample(
  example: Example,
  naming: Naming,
  messages: Message[] = example.prompt,
): Question {
  const base = { messages, maxTokens: maxAnswerTokens };
  const options = optionsOf(example, naming);
  if (options === null) return { ...base, choices: null };
  const choices: Choice[] = [];
  for (const { plain, means, named } of options) {
    const text = naming.answers?.holds(example) ? naming.answers.answerWith(example, named) : plain;
    // A reason is known of the truth alone: it cannot be a choice like the others.
    if (text === null) return { messages, choices: null, maxTokens: maxReasonedTokens };
    choices.push({ text, means });
  }
  return { ...base, choices };
}

type Option = { plain: string; means: string; named: NamedAnswer };

function optionsOf(example: Example, { catalog, show, scale }: Naming): Option[] | null {
  const lang = langOf(example) as Lang;
  const { ask: how } = taskOf(example);
  if (how === "choose-candidate" && example.candidates !== null) {
    const name = (id: string): string => nameItem(catalog, catalog.indexOf(id), lang, show);
    return example.candidates.map((id) => ({ plain: name(id), means: id, named: { item: id } }));
  }
  if (how === "choose-rating") {
    return scale.map((rating) => {
      return { plain: String(rating), means: String(rating), named: { rating } };
    });
  }
  if (how !== "choose-yes-no") return null;
  const words = yesNo[lang];
  return [
    { plain: words.yes[0]!, means: "yes", named: { likes: true } },
    { plain: words.no[0]!, means: "no", named: { likes: false } },
  ];
}
