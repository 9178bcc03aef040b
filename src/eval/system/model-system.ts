// Models as systems: the dataset's own prompts; candidates and ratings are chosen by the log-probability of each as the
// whole answer, the rest is written and read back. A model that gives no log-probabilities writes everything.

import type { Example, Lang } from "../../dataset/task/types.ts";
import type { Ablated } from "./ablation.ts";
import { askExample, taskOf, type Naming, type Question } from "./ask-example.ts";
import { schemaOfAnswer } from "./json-shape.ts";
import type { Choice, Completion, Model, ModelSource } from "../model/types.ts";
import { langOf } from "../score/score.ts";
import type { ShotPrompts } from "./shot-prompts.ts";
import { rankIds, type Answer, type Reading, type System } from "./system.ts";
import type { SystemKind } from "../score/types.ts";

/** A model as a system of the given name; it answers every task. */
export function makeModelSystem(
  name: string,
  source: ModelSource,
  options: {
    kind: SystemKind;
    tasks: readonly string[];
    naming: () => Promise<Naming>;
    threads: number;
    /** Absent: questions stand alone. */
    shots?: ShotPrompts;
    /** Absent: questions are those of the dataset. */
    ablated?: Pick<Ablated, "about" | "change" | "texts">;
  },
): System {
  const { naming, threads, shots, ablated } = options;
  const ask = async (given: Example): Promise<Asked> => {
    const example = ablated ? await ablated.change(given) : given;
    if (!shots) return { example, question: askExample(example, await naming()), shots: null };
    const prompt = await shots(example);
    const question = askExample(example, await naming(), prompt.messages);
    return { example, question, shots: prompt.shots };
  };
  return {
    name,
    kind: options.kind,
    about: ablated ? `${source.about}; ${ablated.about}` : source.about,
    model: source.name,
    identity: source.identity,
    ...(ablated?.texts !== undefined && { texts: ablated.texts }),
    tasks: options.tasks,
    question: async (example) => (await ask(example)).question,
    async read(given, text) {
      const { example, question } = await ask(given);
      return readWhole(example, question, text, await naming());
    },
    async open() {
      const model = await source.open({ threads });
      return {
        batch: model.caps.batch,
        ...(model.caps.calls === undefined ? {} : { calls: model.caps.calls }),
        answer: async (examples) =>
          answerAll(model, await Promise.all(examples.map(ask)), await naming()),
        halted: () => model.halted?.() ?? null,
        close: () => model.close(),
      };
    },
  };
}

/** A question with the ids of its shots; null: the system gives none. */
type Asked = { example: Example; question: Question; shots: string[] | null };

// Wordings of one task may differ in whether their answers can be chosen.
async function answerAll(model: Model, asked: readonly Asked[], naming: Naming): Promise<Answer[]> {
  const isChosen = ({ question }: Asked): boolean =>
    model.choose !== undefined && question.choices !== null;
  const [chosen, written] = await Promise.all([
    chooseAll(model, asked.filter(isChosen), naming),
    writeAll(
      model,
      asked.filter((one) => !isChosen(one)),
      naming,
    ),
  ]);
  let [c, w] = [0, 0];
  return asked.map((one) => {
    const answer = isChosen(one) ? chosen[c++]! : written[w++]!;
    return one.shots === null ? answer : { ...answer, shots: one.shots };
  });
}

async function chooseAll(model: Model, asked: readonly Asked[], naming: Naming): Promise<Answer[]> {
  if (asked.length === 0) return [];
  const prompts = asked.map(({ question: { messages, choices } }) => {
    return { messages, choices: choices!.map(({ text }) => text) };
  });
  const chosen = await model.choose!(prompts, { maxTokens: mostTokens(asked) });
  return asked.map(({ example, question }, i) => readChoice(example, question, chosen[i]!, naming));
}

async function writeAll(model: Model, asked: readonly Asked[], naming: Naming): Promise<Answer[]> {
  if (asked.length === 0) return [];
  const prompts = asked.map(({ question }) => question.messages);
  // One call, one schema: models on a server are asked one prompt a call.
  const [only] = asked;
  const answer = only!.example.completion.map(({ content }) => content).join("\n");
  const schema = asked.length === 1 ? schemaOfAnswer(answer) : null;
  const options = { maxTokens: mostTokens(asked), ...(schema === null ? {} : { schema }) };
  const written = await model.complete(prompts, options);
  return asked.map(({ example, question }, i) => readText(example, question, written[i]!, naming));
}

function mostTokens(asked: readonly Asked[]): number {
  return Math.max(...asked.map(({ question }) => question.maxTokens));
}

function readChoice(
  example: Example,
  question: Question,
  { logprobs, written, ...took }: Choice,
  naming: Naming,
): Answer {
  const { choices } = question;
  // What has no number ranks below all that do; JSON could not carry it either.
  const usable = choices!.flatMap(({ means }, i) =>
    Number.isFinite(logprobs[i]) ? [{ means, logprob: logprobs[i]! }] : [],
  );
  if (usable.length === 0 && written) return readText(example, question, written, naming);
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
  question: Question,
  { text, finish, ...took }: Completion,
  naming: Naming,
): Answer {
  const answer = { raw: text, choices: null, ...took };
  const none = { ...answer, items: [], value: null };
  if (finish === "failed") return { ...none, raw: null, outcome: "error" };
  if (finish === "refused") return { ...none, outcome: "refused" };
  const read = readWhole(example, question, text, naming);
  // A cut explanation still says something; a title or a number that was read counts as read.
  const isCut = finish === "length" && example.task === "explanation" && read.outcome === "ok";
  return { ...answer, ...read, ...(isCut ? { outcome: "truncated" } : {}) };
}

/** What a text says where nothing cut it short. */
function readWhole(
  example: Example,
  { choices }: Question,
  text: string,
  { catalog, show, scale, answers }: Naming,
): Reading {
  const lang = langOf(example) as Lang;
  // What reads as one of the whole answers is that one, however a pack writes them.
  const whole = choices?.filter((choice) => choice.text === text.trim()) ?? [];
  if (whole.length === 1 && example.candidates !== null)
    return { outcome: "ok", items: [whole[0]!.means], value: null };
  const form = answers?.formOf(example);
  const place = { catalog, lang, scale, candidates: example.candidates, show };
  const context = form === undefined ? place : { ...place, form };
  const read = taskOf(example).parse(text, context);
  return read.outcome === "malformed"
    ? { outcome: "malformed", items: [], value: null }
    : { outcome: "ok", items: read.items, value: read.value };
}
