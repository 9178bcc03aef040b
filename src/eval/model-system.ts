// Models as systems: the dataset's own prompts; candidates and ratings are chosen by the log-probability of each as the
// whole answer, the rest is written and read back. A model that gives no log-probabilities writes everything.

import { tasks } from "../dataset/task/index.ts";
import { yesNo } from "../dataset/task/preference.ts";
import { nameItem } from "../dataset/task/shown.ts";
import type { Example, Lang, Message, Show, Task } from "../dataset/task/types.ts";
import type { Catalog } from "../log/catalog/catalog.ts";
import type { Choice, Completion, Model, ModelSource } from "./model/types.ts";
import { langOf } from "./score.ts";
import { rankIds, type Answer, type System } from "./system.ts";
import type { SystemKind } from "./types.ts";

/** How the dataset names things; see its manifest. */
export type Naming = { catalog: Catalog; show: Show; scale: number[] };

/** Tokens a written answer may take. */
export const maxAnswerTokens = 64;

type Question = {
  messages: Message[];
  /** Texts to choose among with what each stands for (an item id, a rating); null: the answer is written. */
  choices: { text: string; means: string }[] | null;
  maxTokens: number;
};

/** A model as a system of the given name; it answers every task. */
export function makeModelSystem(
  name: string,
  source: ModelSource,
  options: {
    kind: SystemKind;
    tasks: readonly string[];
    naming: () => Promise<Naming>;
    threads: number;
  },
): System {
  const { naming, threads } = options;
  return {
    name,
    kind: options.kind,
    about: source.about,
    model: source.name,
    identity: source.identity,
    tasks: options.tasks,
    question: async (example) => ask(example, await naming()),
    async open() {
      const model = await source.open({ threads });
      return {
        batch: model.caps.batch,
        ...(model.caps.calls === undefined ? {} : { calls: model.caps.calls }),
        answer: async (examples) => answerAll(model, examples, await naming()),
        halted: () => model.halted?.() ?? null,
        close: () => model.close(),
      };
    },
  };
}

function taskOf(example: Example): Task {
  return tasks[example.task as Task["name"]];
}

function ask(example: Example, { catalog, show, scale }: Naming): Question {
  const lang = langOf(example) as Lang;
  const base = { messages: example.prompt, maxTokens: maxAnswerTokens };
  const { ask: how } = taskOf(example);
  if (how === "choose-candidate" && example.candidates !== null) {
    const name = (id: string): string => nameItem(catalog, catalog.indexOf(id), lang, show);
    return { ...base, choices: example.candidates.map((id) => ({ text: name(id), means: id })) };
  }
  if (how === "choose-rating") {
    return { ...base, choices: scale.map(String).map((text) => ({ text, means: text })) };
  }
  if (how === "choose-yes-no") {
    const words = yesNo[lang];
    return {
      ...base,
      choices: [
        { text: words.yes[0]!, means: "yes" },
        { text: words.no[0]!, means: "no" },
      ],
    };
  }
  return { ...base, choices: null };
}

async function answerAll(
  model: Model,
  examples: readonly Example[],
  naming: Naming,
): Promise<Answer[]> {
  const questions = examples.map((example) => ask(example, naming));
  const first = questions[0];
  if (model.choose && first?.choices) {
    const chosen = await model.choose(
      questions.map(({ messages, choices }) => ({
        messages,
        choices: choices!.map(({ text }) => text),
      })),
      { maxTokens: first.maxTokens },
    );
    return examples.map((example, i) => readChoice(example, questions[i]!, chosen[i]!, naming));
  }
  const written = await model.complete(
    questions.map(({ messages }) => messages),
    { maxTokens: first?.maxTokens ?? maxAnswerTokens },
  );
  return examples.map((example, i) => readText(example, written[i]!, naming));
}

function readChoice(
  example: Example,
  { choices }: Question,
  { logprobs, written, ...took }: Choice,
  naming: Naming,
): Answer {
  // What has no number ranks below all that do; JSON could not carry it either.
  const usable = choices!.flatMap(({ means }, i) =>
    Number.isFinite(logprobs[i]) ? [{ means, logprob: logprobs[i]! }] : [],
  );
  if (usable.length === 0 && written) return readText(example, written, naming);
  const used = { raw: written?.text ?? null, ...took, tokensOut: written?.tokensOut ?? 0 };
  if (usable.length === 0) {
    return { ...used, outcome: "error", items: [], choices: null, value: null };
  }
  const held = Object.fromEntries(usable.map(({ means, logprob }) => [means, logprob]));
  const best = rankIds(
    usable.map(({ means }) => means),
    Float64Array.from(usable, ({ logprob }) => logprob),
  );
  if (example.task === "preference")
    return { ...used, outcome: "ok", items: [], choices: held, value: Number(best[0] === "yes") };
  return example.task === "rating"
    ? { ...used, outcome: "ok", items: [], choices: held, value: Number(best[0]) }
    : { ...used, outcome: "ok", items: best, choices: held, value: null };
}

function readText(
  example: Example,
  { text, finish, ...took }: Completion,
  { catalog, show, scale }: Naming,
): Answer {
  const answer = { raw: text, choices: null, ...took };
  const none = { ...answer, items: [], value: null };
  if (finish === "failed") return { ...none, raw: null, outcome: "error" };
  if (finish === "refused") return { ...none, outcome: "refused" };
  const lang = langOf(example) as Lang;
  const context = { catalog, lang, scale, candidates: example.candidates, show };
  const read = taskOf(example).parse(text, context);
  if (read.outcome === "malformed") return { ...none, outcome: "malformed" };
  // A cut explanation still says something; a title or a number that was read counts as read.
  const isCut = finish === "length" && example.task === "explanation";
  return { ...answer, outcome: isCut ? "truncated" : "ok", items: read.items, value: read.value };
}
