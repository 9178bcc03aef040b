// Recommendation by the embedded trainer's models: such a net answers the wordings that it was trained on and nothing
// else. It ranks candidates by the log-probability of their titles, and gives reasons where it learned explanations.

import { UsageError } from "../../base/errors.ts";
import type { DatasetManifest } from "../../dataset/manifest.ts";
import { tasks } from "../../dataset/task/index.ts";
import { renderPrompt } from "../../dataset/template/render.ts";
import type { Wording } from "../../dataset/template/wording.ts";
import type { Example } from "../../dataset/task/types.ts";
import { makeGrounder } from "../../log/catalog/ground.ts";
import { checkExplanation, makeGenreVocabulary } from "../score/explanation.ts";
import type { Model } from "../model/types.ts";
import { historyVariables, loadWording, shownItem, type PromptSetting } from "./prompt.ts";
import { countBorda } from "./rank.ts";
import type { Retriever } from "./retriever.ts";
import { shuffle, type Recommendations, type Recommended } from "./recommend.ts";

type ChoiceSetting = PromptSetting & {
  n: number;
  candidates: readonly number[] | null;
  permutations: number;
  seed: number;
};

/** Tokens of a reason. */
const reasonTokens = 64;

/** @throws UsageError `recommend-untrained` where the dataset has no task that such a model ranks by. */
export async function recommendByChoice(
  model: Model,
  setting: ChoiceSetting,
  data: {
    manifest: DatasetManifest;
    retriever: Retriever;
    seen: ReadonlySet<number>;
    taste: string | null;
    templates: string | null;
  },
): Promise<{ result: Recommendations; wordingId: string }> {
  const { manifest, templates } = data;
  const trained = (name: keyof typeof tasks): Promise<Wording | null> =>
    loadWording(tasks[name], setting.lang, templates, manifest.wordings);
  const wording = (await trained("ranking")) ?? (await trained("next-item"));
  if (wording === null) {
    throw new UsageError(
      `this dataset has no ranking or next-item prompts in language ${setting.lang}`,
      {
        code: "recommend-untrained",
        where: "--lang",
        next: `Models of the embedded trainer know the wordings they were trained on alone. The dataset has ${(manifest.recipe["lang"] as string[]).join(", ")}.`,
      },
    );
  }
  const result: Recommendations = {
    items: [],
    dropped: [],
    used: { requests: 0, tokensIn: 0, tokensOut: 0, costUsd: 0 },
    notes: [],
  };
  if (data.taste !== null)
    result.notes.push("the taste was not used: this model knows titles alone");
  await rank(model, setting, wording, result);
  const explained = await trained("explanation");
  if (explained) await explain(model, setting, explained, result);
  return { result, wordingId: wording.id };
}

async function rank(
  model: Model,
  setting: ChoiceSetting,
  wording: Wording,
  { items, used }: Recommendations,
): Promise<void> {
  const candidates = setting.candidates ?? [];
  const rankings: number[][] = [];
  const sums = new Map<number, number>();
  for (let p = 0; p < setting.permutations; p++) {
    const order = shuffle(candidates, setting.seed, p);
    const shown = order.map((index) => shownItem(index, setting));
    const past = historyVariables(setting);
    const position = setting.past.length + 1;
    const messages = renderPrompt(wording, { ...past, candidates: shown, position });
    const choices = shown.map(({ title }) => title);
    const [choice] = await model.choose!([{ messages, choices }], { maxTokens: reasonTokens });
    used.requests++;
    used.tokensIn += choice!.tokensIn;
    const scored = order.map((index, i) => ({ index, logprob: choice!.logprobs[i]! }));
    scored.sort((a, b) => b.logprob - a.logprob || a.index - b.index);
    rankings.push(scored.map(({ index }) => index));
    for (const { index, logprob } of scored) sums.set(index, (sums.get(index) ?? 0) + logprob);
  }
  const isPermuted = setting.permutations > 1;
  for (const item of countBorda(rankings, candidates.length).slice(0, setting.n)) {
    const { index, score, best, worst, named } = item;
    items.push({
      index,
      score: isPermuted ? score : sums.get(index)!,
      reason: null,
      from: "model",
      written: null,
      spread: isPermuted ? { best, worst, named } : null,
    });
  }
}

async function explain(
  model: Model,
  setting: ChoiceSetting,
  wording: Wording,
  { items, used, notes }: Recommendations,
): Promise<void> {
  const past = historyVariables(setting);
  const prompts = items.map(({ index }) =>
    renderPrompt(wording, { ...past, item: shownItem(index, setting) }),
  );
  if (prompts.length === 0) return;
  const isTrue = makeReasonCheck(setting);
  const written = await model.complete(prompts, { maxTokens: reasonTokens });
  items.forEach((item: Recommended, i) => {
    const { text, finish, tokensIn, tokensOut } = written[i]!;
    item.reason = finish === "stop" && isTrue(text, item.index) ? text.trim() : null;
    used.tokensIn += tokensIn;
    used.tokensOut += tokensOut;
  });
  used.requests += prompts.length;
  const left = items.filter(({ reason }) => reason === null).length;
  if (left > 0)
    notes.push(`${left} of ${items.length} reasons left out: the catalog does not bear them out`);
}

/**
 * Whether a reason names the item, nothing else outside the history, and a genre or liked title that the catalog bears
 * out. So small a net mixes titles and genres up, and a wrong reason is worse than none.
 */
function makeReasonCheck({
  catalog,
  lang,
  past,
}: PromptSetting): (text: string, index: number) => boolean {
  const finder = makeGrounder(catalog, [lang]);
  const facts = { catalog, finder, genres: makeGenreVocabulary(catalog), lang };
  const seen = new Set(past.flatMap(({ index }) => (index === null ? [] : [index])));
  const history = Array.from(seen, (index) => catalog.data.ids[index]!);
  return (text, index) => {
    const { labels } = finder.findMentions(text);
    if (!labels.includes(index)) return false;
    // Named twice, the item stands among what was liked, and nobody has seen it.
    if (text.split(catalog.label(index, lang)).length > 2) return false;
    if (labels.some((named) => named !== index && !seen.has(named))) return false;
    const example = { ...emptyExample, item: catalog.data.ids[index]!, history };
    const { trueReason, falseReason, offCatalog } = checkExplanation(text, example, facts);
    return trueReason && !falseReason && !offCatalog;
  };
}

const emptyExample: Example = {
  id: "",
  task: "explanation",
  wording: "",
  prompt: [],
  completion: [],
  user: "",
  item: "",
  row: 0,
  time: null,
  rating: null,
  history: [],
  candidates: null,
  negatives: null,
  label: null,
  source: "model",
  warmth: "warm",
};
