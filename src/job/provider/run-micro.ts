// Between a dataset folder and the embedded trainer, which knows texts only: titles become its extra tokens, tasks its
// groups.

import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { InterruptedError } from "../../base/errors.ts";
import type { Example } from "../../dataset/task/types.ts";
import { loadCatalog } from "../../log/catalog/load-catalog.ts";
import type { ShapeName } from "../micro/shape.ts";
import { trainModel, type Text, type TrainRequest } from "../micro/train-model.ts";
import type { RunMicro } from "./micro.ts";

/** Trains on a dataset folder; see `RunMicro`. */
export const runMicro: RunMicro = async ({
  datasetDir,
  langs,
  model,
  hyperparameters,
  ...rest
}) => {
  const catalog = await loadCatalog(datasetDir);
  const extraTokens = langs.flatMap((lang) =>
    catalog.data.ids.map((_, i) => catalog.label(i, lang)),
  );
  const texts = await readTexts(join(datasetDir, "train.jsonl"), rest.signal);
  return trainModel({
    ...rest,
    ...hyperparameters,
    texts,
    extraTokens,
    model: model as ShapeName,
  } satisfies TrainRequest);
};

async function readTexts(path: string, signal: AbortSignal): Promise<Text[]> {
  const texts: Text[] = [];
  for await (const line of createInterface({
    input: createReadStream(path),
    crlfDelay: Infinity,
  })) {
    if (signal.aborted)
      throw new InterruptedError("stopped while reading the examples", { code: "interrupted" });
    const { task, prompt, completion } = JSON.parse(line) as Example;
    texts.push({
      group: task,
      prompt,
      answer: completion[0]!.content,
      learnPrompt: task === "next-item",
    });
  }
  return texts;
}
