// rectune recommend: what a model recommends for a history or a user, grounded to the catalog, with what was dropped.

import { resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import type { Price } from "../eval/model/settings.ts";
import { retrieverNames } from "../eval/recommend/retriever.ts";
import { recommend, type RecommendOptions } from "../eval/recommend/run.ts";
import { textOption, type Call, type CliCommand } from "./command.ts";
import { integerFlag } from "./context.ts";
import { dollars } from "./eval.ts";
import { showRecommendations } from "./show-recommendations.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .requiredOption(
        "--model <name>",
        "openai:NAME, hf:ORG/NAME, micro:DIR, job:ID or job:ID@STEP",
      )
      .requiredOption("--data <dir>", "a built dataset")
      .option("--user <id>", "a user of the dataset")
      .option("--history <titles>", "a history: 'TITLE=5,TITLE=4', oldest first")
      .option("--taste <text>", "what the person likes, in their words")
      .option("-n, --count <n>", "items wanted (default: 5)", integerFlag("-n", 1))
      .option("--candidates <n>", "choose among n items only", integerFlag("--candidates", 1))
      .option(
        "--retriever <name>",
        `draws candidates and fills what is missing: ${retrieverNames.join(", ")}`,
      )
      .option(
        "--permutations <p>",
        "ask with p orders of the candidates",
        integerFlag("--permutations", 1),
      )
      .option(
        "--shots <k>",
        "show k other people of the dataset and what they took up next",
        integerFlag("--shots", 0),
      )
      .option("--wording <name>", "a wording of the pack (default: the first not held out)")
      .option("--max-usd <n>", "dollars that answers may cost (default: no limit)", dollars)
      .option("--price <in,out>", "dollars per million tokens read and written", readPrice)
      .option("--lang <lang>", "language of the prompt: en or ko (default: the dataset's first)")
      .option("--templates <dir>", "packs laid over the built-in ones");
  },
  async run(call) {
    const { flags, context, output } = call;
    const report = await recommend(readOptions(call), context);
    if (flags.json) output.json(report);
    else output.data(showRecommendations(report));
  },
};

function readOptions(call: Call): RecommendOptions {
  const { options, context, flags } = call;
  const [user, history, taste, retriever, templates, wording] = [
    "user",
    "history",
    "taste",
    "retriever",
    "templates",
    "wording",
  ].map((name) => textOption(call, name));
  const { count, candidates, permutations, shots, maxUsd } = options as Partial<
    Record<string, number>
  >;
  const { price } = options as { price?: Price };
  if ((user === undefined) === (history === undefined)) {
    throw new UsageError("say for whom: one of --user and --history", {
      code: "recommend-for-whom",
      where: user === undefined ? "--user, --history" : "both are given",
      next: "For example: --history 'The Dark Knight=5,Joker=4'",
    });
  }
  const lang = textOption(call, "lang");
  if (lang !== undefined && lang !== "en" && lang !== "ko") {
    throw new UsageError(`there are no prompts in language "${lang}"`, {
      code: "flag-value",
      where: "--lang",
      next: "Known: en, ko.",
    });
  }
  return {
    model: textOption(call, "model")!,
    data: resolve(context.cwd, textOption(call, "data")!),
    who: user === undefined ? { history: history! } : { user },
    ...(taste === undefined || taste.trim() === "" ? {} : { taste }),
    ...(count === undefined ? {} : { n: count }),
    ...(candidates === undefined ? {} : { candidates }),
    ...(retriever === undefined ? {} : { retriever }),
    ...(permutations === undefined ? {} : { permutations }),
    ...(shots === undefined ? {} : { shots }),
    ...(wording === undefined ? {} : { wording }),
    ...(maxUsd === undefined ? {} : { maxUsd }),
    ...(price === undefined ? {} : { price }),
    ...(lang === undefined ? {} : { lang }),
    ...(templates === undefined ? {} : { templates: resolve(context.cwd, templates) }),
    ...seedOf(flags.set),
  };
}

/** `IN,OUT` in dollars per million tokens. @throws UsageError. */
function readPrice(text: string): Price {
  const parts = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [inPerMTok, outPerMTok] = parts;
  if (parts.length === 2 && parts.every((part) => Number.isFinite(part) && part >= 0))
    return { inPerMTok: inPerMTok!, outPerMTok: outPerMTok! };
  throw new UsageError(`not two prices: ${text}`, {
    code: "flag-value",
    where: "--price",
    next: "For example: --price 0.4,1.6",
  });
}

/** `--seed`; nothing else of a recipe can be set here. */
function seedOf(set: readonly string[]): { seed?: number } {
  const other = set.find((text) => !text.startsWith("seed="));
  if (other !== undefined) {
    throw new UsageError("there is no recipe to override", {
      code: "flag-value",
      where: `--set ${other}`,
    });
  }
  const last = set.at(-1);
  if (last === undefined) return {};
  return { seed: integerFlag("--seed", 0)(last.slice("seed=".length)) };
}
