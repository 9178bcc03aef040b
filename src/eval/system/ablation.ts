// Ablations: the questions of a suite with one thing taken away. What a system loses says what it used: the order of the
// history (Hou et al., ECIR 2024, arXiv:2305.08845, put it in random order), what it knows of titles, or the phrase.

import { UsageError } from "../../base/errors.ts";
import { hashOf } from "../../base/ids.ts";
import { rngFor } from "../../base/rng.ts";
import { makeAnswers } from "../../dataset/format/answers.ts";
import type { Change } from "../../dataset/rerender.ts";
import type { DomainWords, Example } from "../../dataset/task/types.ts";
import type { Wording } from "../../dataset/template/wording.ts";
import { makeCatalog, type Catalog } from "../../log/catalog/catalog.ts";
import { langOf } from "../score/score.ts";
import type { Ablation } from "../suite/ablation-key.ts";
import { once, type EvalData } from "../suite/eval-data.ts";
import type { Naming } from "./ask-example.ts";
import { makeSuiteRerender, type TemplatesDir } from "./rerender.ts";

/** How a system's questions differ from those of the dataset. */
export type Ablated = {
  about: string;
  /** Hash of the wordings that questions are put in where those of the dataset are not; else absent. */
  texts?: string;
  /** Tasks that it makes sense for. */
  tasks: readonly string[];
  change: (example: Example) => Promise<Example>;
  naming: () => Promise<Naming>;
};

const abouts: Record<Ablation, string> = {
  "shuffled-history": "history out of order",
  "anonymised-titles": "numbers for titles",
  "held-out-wording": "in wordings held out of training",
};

/**
 * The questions of a dataset under an ablation. Explanations name films: without titles they are not asked.
 * @throws UsageError where the dataset has nothing to take away; DataError, when asked, for a question that cannot be
 * made again as it is.
 */
export async function makeAblation(
  ablation: Ablation,
  data: EvalData,
  options: {
    seed: number;
    tasks: readonly string[];
    naming: () => Promise<Naming>;
    templatesDir: TemplatesDir;
  },
): Promise<Ablated> {
  const { seed, templatesDir } = options;
  const isAnonymous = ablation === "anonymised-titles";
  if (isAnonymous && data.show === "ids") throw noTitles();
  const tasks = isAnonymous
    ? options.tasks.filter((task) => task !== "explanation")
    : options.tasks;
  const { words, answers: texts } = data.manifest;
  const { langs, wordings, rerender } = makeSuiteRerender(data, { tasks, templatesDir });
  const titles = once(async () => anonymise(await data.catalog(), words, seed));
  const changeOf = async (example: Example): Promise<Change> => {
    const rng = rngFor(seed, "ablation", ablation, example.user, example.row);
    if (isAnonymous) return { catalog: await titles() };
    if (ablation === "shuffled-history")
      return { historyOrder: rng.shuffle(example.history.map((_, i) => i)) };
    const heldOut = heldOutOf(example.task, langOf(example), await wordings());
    return { wording: heldOut[rng.int(heldOut.length)]! };
  };
  // Found before anything is asked, which may cost money.
  const heldOut: Wording[] = [];
  if (ablation === "held-out-wording")
    for (const task of tasks)
      for (const lang of langs) heldOut.push(...heldOutOf(task, lang, await wordings()));
  return {
    ...(heldOut.length > 0 && { texts: hashTexts(heldOut) }),
    about:
      abouts[ablation] + (tasks.length < options.tasks.length ? " (explanations not asked)" : ""),
    tasks,
    change: async (example) => rerender(example, await changeOf(example)),
    async naming() {
      const [naming, held] = [await options.naming(), await wordings()];
      const catalog = isAnonymous ? await titles() : naming.catalog;
      const blocks = held.map(({ id, blocks: { answer } }) => [id, answer.text]);
      const answers = { ...(Object.fromEntries(blocks) as Record<string, string>), ...texts };
      const { show } = naming;
      return {
        ...naming,
        catalog,
        answers: makeAnswers({ answers, words, tasks: [], show, catalog }),
      };
    },
  };
}

/** "Film 17" for every title, without year; the numbers follow no order of the catalog. */
function anonymise(
  { data, size }: Catalog,
  words: Partial<Record<string, DomainWords>>,
  seed: number,
): Catalog {
  const order = rngFor(seed, "anonymous").shuffle(Array.from({ length: size }, (_, i) => i + 1));
  const nameIn = (lang: string) => {
    const noun = String(words[lang]?.["item"] ?? "item");
    return order.map((number) => `${noun[0]!.toUpperCase()}${noun.slice(1)} ${number}`);
  };
  const langs = Object.keys(words);
  return makeCatalog({
    ...data,
    title: nameIn(langs[0] ?? "en"),
    titles: Object.fromEntries(langs.map((lang) => [lang, nameIn(lang)])),
    year: new Int32Array(size),
  });
}

function heldOutOf(task: string, lang: string, wordings: readonly Wording[]): Wording[] {
  const found = wordings.filter((w) => w.task === task && w.lang === lang && w.heldOut);
  if (found.length > 0) return found;
  throw new UsageError(`no wording of task ${task} in language ${lang} is held out`, {
    code: "pack-none-held-out",
    where: "systems, ablation: held-out-wording",
    next: "Set heldOut: true for one of them in the dataset's templates, or leave this system out.",
  });
}

/** The dataset's own hash does not hold them. */
function hashTexts(wordings: readonly Wording[]): string {
  return hashOf(
    wordings.map(({ id, join, blocks }) => {
      return [id, join, Object.entries(blocks).map(([name, { text }]) => [name, text])];
    }),
  );
}

function noTitles(): UsageError {
  return new UsageError("the dataset names items by id; there are no titles to take away", {
    code: "ablation-no-titles",
    where: "systems, ablation: anonymised-titles",
    next: "Set history.show of the dataset to one with titles, or leave this system out.",
  });
}
