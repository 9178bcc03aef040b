// `rectune recommend` as one call: reads the dataset, grounds the history, opens the model, and reports what came out.

import { join } from "node:path";
import { RefusedError, UsageError } from "../../base/errors.ts";
import { pathKind } from "../../base/files.ts";
import type { Context } from "../../base/logger.ts";
import { readManifest, type DatasetManifest } from "../../dataset/manifest.ts";
import type { Lang, Show } from "../../dataset/task/types.ts";
import { makeGrounder } from "../../log/catalog/ground.ts";
import type { Catalog } from "../../log/catalog/catalog.ts";
import type { Interactions } from "../../log/split/load-interactions.ts";
import { modelOfJob, readJobReference } from "../suite/job-reference.ts";
import { makeBudget } from "../model/budget.ts";
import { requestSettings, type Price } from "../model/settings.ts";
import { findModelSource, hostedKinds } from "../model/index.ts";
import type { ModelSource } from "../model/types.ts";
import { groundSafe } from "./answer.ts";
import { readHistory, readUser, type Past } from "./history.ts";
import { loadRecommendWording, loadWords } from "./prompt.ts";
import { checkRetriever, makeRetriever } from "./retriever.ts";
import { answerTokens, recommendFrom, type Recommendations, type Used } from "./recommend.ts";
import { recommendByChoice } from "./choice.ts";
import { chooseShots, mostShots, type RecommendShots } from "./shots.ts";
import { findJobById } from "../suite/tuned-job.ts";

export type RecommendOptions = {
  /** `openai:NAME`, `micro:DIR`, `job:ID`, … */
  model: string;
  /** A built dataset. */
  data: string;
  who: { user: string } | { history: string };
  taste?: string;
  /** Items wanted; default 5. */
  n?: number;
  /** Candidates drawn by the retriever; default: none, and the whole catalog counts. */
  candidates?: number;
  /** Default: item-knn, or popularity where the dataset came without interactions. */
  retriever?: string;
  permutations?: number;
  /** Other people of train that the prompt shows; default 0. */
  shots?: number;
  /** The name of a wording; default: the first that is not held out. */
  wording?: string;
  /** Dollars that answers may cost; needs `price` where a server answers. */
  maxUsd?: number;
  price?: Price;
  /** Default: the dataset's first language. */
  lang?: Lang;
  /** A folder of packs laid over the built-in ones. */
  templates?: string;
  seed?: number;
};

export type RecommendReport = {
  kind: "recommendation";
  model: string;
  lang: Lang;
  wording: string;
  n: number;
  history: { given: string; id: string | null; title: string | null; rating: number | null }[];
  /** Titles of the history that stand in the prompt as text. */
  ungrounded: Past["ungrounded"];
  items: {
    rank: number;
    id: string;
    title: string;
    score: number | null;
    reason: string | null;
    from: "model" | "retriever";
    written: string | null;
    spread: { best: number; worst: number; named: number } | null;
  }[];
  dropped: Recommendations["dropped"];
  /** Items that the retriever filled in. */
  filled: number;
  retriever: string;
  candidates: number | null;
  permutations: number;
  /** Ids of the train examples that the prompt showed. */
  shots: string[];
  used: Used;
  notes: string[];
};

const longestTaste = 2000;
const langs: Lang[] = ["en", "ko"];

/** @throws UsageError for options that do not fit together, RemoteError where no answer came. */
export async function recommend(
  options: RecommendOptions,
  context: Context,
): Promise<RecommendReport> {
  const { n = 5, permutations = 1, seed = 1, templates = null, shots: shotCount = 0 } = options;
  refuseUnfit(options);
  const manifest = await readManifest(options.data);
  const { loadCatalog } = await import("../../log/catalog/load-catalog.ts");
  const catalog = await loadCatalog(options.data);
  const builtLangs = manifest.recipe["lang"] as Lang[];
  const lang = options.lang ?? builtLangs[0] ?? "en";
  const needsInteractions = "user" in options.who || options.retriever !== undefined;
  const interactions = await findInteractions(
    options.data,
    needsInteractions && options.retriever !== "popularity",
  );
  const retrieverName = options.retriever ?? (interactions === null ? "popularity" : "item-knn");
  const grounder = makeGrounder(catalog, langs, { reach: "wide" });
  const past =
    "user" in options.who
      ? readUser(options.who.user, interactions!, { catalog, window: windowOf(manifest) })
      : readHistory(options.who.history, { grounder, catalog, scale: manifest.scale });
  const liked = likedOf(past, manifest.likedFrom);
  const retriever = makeRetriever(retrieverName, { catalog, interactions, liked }, { seed });
  const { source, isMicro } = await findSource(options, n, context);
  const poolSize = options.candidates ?? (isMicro ? Math.max(20, n) : null);
  const candidates = poolSize === null ? null : retriever(poolSize, past.seen);
  const base = {
    catalog,
    lang,
    show: (manifest.recipe["history"] as { show?: Show } | undefined)?.show ?? "title+rating",
    words: await loadWords(manifest, lang, templates),
    past: past.items,
    n,
    candidates,
    permutations,
    seed,
  };
  const model = await source.open({ threads: context.threads });
  try {
    let result: Recommendations;
    let wordingId: string;
    let shots: RecommendShots | null = null;
    if (isMicro) {
      refuseForMicro(options);
      const chosen = await recommendByChoice(model, base, {
        manifest,
        retriever,
        seen: past.seen,
        taste: options.taste ?? null,
        templates,
      });
      ({ result, wordingId } = chosen);
    } else {
      const wording = await loadRecommendWording(lang, templates, options.wording ?? null);
      wordingId = wording.id;
      const answers = {
        catalog,
        lookUp: groundSafe(grounder, catalog, langs),
        seen: past.seen,
        candidates: candidates === null ? null : new Set(candidates),
      };
      if (shotCount > 0) {
        const user = "user" in options.who ? options.who.user : null;
        const history = past.items.flatMap(({ index }) =>
          index === null ? [] : [catalog.data.ids[index]!],
        );
        const { likedFrom } = manifest;
        shots = await chooseShots(
          options.data,
          { user, history, time: past.time },
          { k: shotCount, seed },
          { catalog, interactions, likedFrom, lang, show: base.show },
        );
      }
      const setting = { ...base, wording, answers, shots, taste: options.taste ?? null };
      result = await recommendFrom(model, setting, retriever, context);
    }
    const report = reportOf(result, {
      model: source.name,
      lang,
      wording: wordingId,
      n,
      catalog,
      past,
      retriever: retrieverName,
      candidates: candidates?.length ?? null,
      permutations,
      shots: shots?.ids ?? [],
    });
    if (shots !== null && shots.ids.length < shotCount)
      report.notes.push(`${shots.ids.length} shots of ${shotCount}: train has no more people`);
    return report;
  } finally {
    await model.close();
  }
}

function refuseUnfit({
  n = 5,
  taste,
  candidates,
  retriever,
  permutations,
  shots = 0,
}: RecommendOptions): void {
  const refuse = (what: string, where: string, next: string): UsageError =>
    new UsageError(what, { code: "recommend-options", where, next });
  if (retriever !== undefined) checkRetriever(retriever);
  if (taste !== undefined && taste.length > longestTaste)
    throw refuse(
      `the taste has ${taste.length} characters, at most ${longestTaste} are read`,
      "--taste",
      "Say it in fewer words.",
    );
  if (candidates !== undefined && candidates < n)
    throw refuse(
      `${candidates} candidates are fewer than the ${n} items asked for`,
      "--candidates",
      "Raise --candidates or lower -n.",
    );
  if (shots > mostShots)
    throw refuse(`${shots} shots are more than ${mostShots}`, "--shots", "Lower it.");
  if (permutations !== undefined && permutations > 1 && candidates === undefined)
    throw refuse(
      "there is nothing to permute without candidates",
      "--permutations",
      "Add --candidates 20, for example.",
    );
}

/** What a net of the embedded trainer cannot use changes nothing silently. */
function refuseForMicro({ shots = 0, wording }: RecommendOptions): void {
  if (shots === 0 && wording === undefined) return;
  throw new UsageError(
    "models of the embedded trainer know the prompts they were trained on alone",
    {
      code: "recommend-options",
      where: shots > 0 ? "--shots" : "--wording",
      next: "Leave it out, or ask another model.",
    },
  );
}

async function findInteractions(dir: string, isNeeded: boolean): Promise<Interactions | null> {
  const { loadInteractions } = await import("../../log/split/load-interactions.ts");
  const isThere = (await pathKind(join(dir, "interactions.parquet"))) === "file";
  return isThere || isNeeded ? loadInteractions(dir) : null;
}

/** The model; whether it is one of the embedded trainer, which ranks candidates and cannot follow an instruction. */
async function findSource(
  { model: reference, maxUsd, price }: RecommendOptions,
  n: number,
  context: Context,
): Promise<{ source: ModelSource; isMicro: boolean }> {
  const budget = maxUsd === undefined ? null : makeBudget(maxUsd, "nothing");
  const place = { dir: context.cwd, context, budget, lanes: new Map(), where: "--model" };
  const request = { ...requestSettings({}), maxTokens: answerTokens(n) };
  const settings = { request, ...(price === undefined ? {} : { price }) };
  const wanted = readJobReference(reference, place.where);
  if (wanted === null) {
    refuseUnpriced(reference, maxUsd, price);
    const isMicro = reference.startsWith("micro:");
    return { source: await findModelSource(reference, { ...place, settings }), isMicro };
  }
  if (wanted.id === null) {
    throw new UsageError(`"${reference}" is the job of a suite, and there is none here`, {
      code: "model-unknown",
      where: "--model",
      next: "Name the job: job:ID. rectune jobs ls has the ids.",
    });
  }
  const { model, names } = modelOfJob(
    await findJobById(wanted.id, context),
    wanted.part,
    place.where,
  );
  refuseUnpriced(model, maxUsd, price);
  const source = await findModelSource(model, { ...place, settings, names });
  return { source, isMicro: model.startsWith("micro:") };
}

function refuseUnpriced(model: string, maxUsd: number | undefined, price: Price | undefined): void {
  if (maxUsd === undefined || price !== undefined) return;
  if (!hostedKinds.some((kind) => model.startsWith(`${kind}:`))) return;
  throw new RefusedError(`what ${model} costs is not known, so --max-usd cannot be kept`, {
    code: "budget-price",
    where: "--max-usd",
    next: "Add --price IN,OUT, dollars per million tokens read and written; 0,0 on your own machine.",
  });
}

function windowOf({ recipe }: DatasetManifest): number {
  return (recipe["history"] as { window?: number } | undefined)?.window ?? 10;
}

/** Catalog indices of what was liked, oldest first; all of the history where nothing was. */
function likedOf({ items }: Past, likedFrom: number): number[] {
  const known = items.filter(({ index }) => index !== null);
  const liked = known.filter(({ rating }) => rating === null || rating >= likedFrom);
  return (liked.length > 0 ? liked : known).map(({ index }) => index!);
}

function reportOf(
  { items, dropped, used, notes }: Recommendations,
  run: Pick<
    RecommendReport,
    "model" | "lang" | "wording" | "n" | "retriever" | "candidates" | "permutations" | "shots"
  > & { catalog: Catalog; past: Past },
): RecommendReport {
  const { catalog, past, model, lang, wording, n, retriever, candidates, permutations, shots } =
    run;
  const filled = items.filter(({ from }) => from === "retriever").length;
  const short = n - items.length;
  return {
    kind: "recommendation",
    model,
    lang,
    wording,
    n,
    history: past.items.map(({ given, index, rating }) => ({
      given,
      id: index === null ? null : catalog.data.ids[index]!,
      title: index === null ? null : catalog.label(index, lang),
      rating,
    })),
    ungrounded: past.ungrounded,
    items: items.map(({ index, score, reason, from, written, spread }, i) => ({
      rank: i + 1,
      id: catalog.data.ids[index]!,
      title: catalog.label(index, lang),
      score,
      reason,
      from,
      written,
      spread,
    })),
    dropped,
    filled,
    retriever,
    candidates,
    permutations,
    shots,
    used,
    notes: [
      ...notes,
      ...(filled === 0
        ? []
        : [`${filled} of ${items.length} filled in by ${retriever}: the model named too few`]),
      ...(short > 0 ? [`the catalog has no more: ${short} fewer than asked for`] : []),
    ],
  };
}
