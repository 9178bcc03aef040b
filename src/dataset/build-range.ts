// The per-user part of a build: examples of a batch of whole users, as JSONL bytes by split. Runs inside a worker
// thread; what it returns depends on the batch and the setting alone, never on the thread or on what it saw before.

import { rngFor } from "../base/rng.ts";
import { makeCatalog, type CatalogData } from "../log/catalog/catalog.ts";
import { splits, timelinesOf, type Split, type TimelineBatch } from "../log/split/timeline.ts";
import { startAudit } from "./audit/run-audit.ts";
import { makeLineMaker, type LineSource } from "./example-line.ts";
import { LineBuffer } from "./template/line-buffer.ts";
import { NumberedRecord } from "./template/record-number.ts";
import { tasks } from "./task/index.ts";
import { targetRows, type TargetOptions } from "./targets.ts";
import { selectHistory } from "./task/select-history.ts";
import type {
  CandidateData,
  Example,
  Lang,
  Show,
  Task,
  TaskContext,
  TaskOptions,
  TaskStreams,
  Warmth,
} from "./task/types.ts";
import type { Rng } from "../base/rng.ts";
import type { DomainWords } from "./template/load-domains.ts";
import type { Wording } from "./template/wording.ts";

/** What all batches of a build share; plain data, sent once to every worker. */
export type RangeSetting = TargetOptions & {
  catalog: CatalogData;
  /** Those of `tasks` × `langs`; held-out ones, where there are any, are what test is asked in as well. */
  wordings: Wording[];
  tasks: TaskOptions[];
  langs: Lang[];
  words: Partial<Record<Lang, DomainWords>>;
  scale: number[];
  likedFrom: number;
  show: Show;
  candidateData?: CandidateData | undefined;
};

/** Examples of one batch. */
export type RangeResult = {
  /** JSONL bytes by split. */
  bytes: Record<Split, Uint8Array>;
  /** Examples by split and task. */
  examples: Record<Split, Record<string, number>>;
  /** Targets that made no example, by task and reason. */
  skipped: Record<string, Record<string, number>>;
  /** State of `startAudit`. */
  audit: Record<string, unknown>;
  /** The first examples of each task, for the report. */
  samples: Record<string, Example[]>;
};

/** Examples of each task that reports show. */
export const samplesPerTask = 2;

/** Makes the examples of a batch; `spares` is memory to write into, given up by the caller. */
export type RangeBuilder = (batch: TimelineBatch, spares?: readonly ArrayBuffer[]) => RangeResult;

/** Prepares a setting once. */
export function makeRangeBuilder(setting: RangeSetting): RangeBuilder {
  const catalog = makeCatalog(setting.catalog);
  const recipes = setting.tasks.map((options) => ({
    task: tasks[options.type as keyof typeof tasks] as Task,
    options,
    langs: setting.langs.map((lang) => ({
      lang,
      // The variant tells the languages of one target apart; with one language ids stay short.
      variant: setting.langs.length > 1 ? lang : undefined,
      ...wordingsOf(setting, options.type, lang),
      context: {
        catalog,
        lang,
        words: Object.assign(new NumberedRecord(), setting.words[lang]!),
        scale: setting.scale,
        show: setting.show,
        likedFrom: setting.likedFrom,
        candidateData: setting.candidateData,
      } satisfies TaskContext,
    })),
  }));

  const maker = makeLineMaker(catalog.data.ids);
  const { trainCount } = catalog.data;
  const sizes = { train: 1 << 16, validation: 1 << 12, test: 1 << 12 };

  return (batch, spares = []) => {
    const audit = startAudit({ repeats: setting.repeats });
    const lines = {
      train: new LineBuffer(sizes.train, spares[0]),
      validation: new LineBuffer(sizes.validation, spares[1]),
      test: new LineBuffer(sizes.test, spares[2]),
    };
    const examples: RangeResult["examples"] = { train: {}, validation: {}, test: {} };
    const skipped: RangeResult["skipped"] = {};
    const samples: RangeResult["samples"] = {};
    const skip = (task: string, reason: string): void => {
      const reasons = (skipped[task] ??= {});
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    };

    const write = (source: LineSource): void => {
      const { split } = source;
      const { name } = source.task;
      audit.see(maker.write(source, lines[split]));
      examples[split][name] = (examples[split][name] ?? 0) + 1;
      const held = (samples[name] ??= []);
      if (held.length < samplesPerTask) held.push(maker.read());
    };

    for (const timeline of timelinesOf(batch)) {
      const rows = targetRows(timeline, setting);
      const isUserWarm = batch.split.subarray(timeline.start, timeline.end).includes(0);
      for (const { task, options, langs } of recipes) {
        for (const { lang, variant, trained, heldOut, context } of langs) {
          const streams = streamsOf(setting.seed, task.name, lang, timeline.user);
          for (const target of rows) {
            const history = selectHistory(timeline, target, setting);
            if (history === null) {
              skip(task.name, "no history");
              continue;
            }
            const draft = task.make({ timeline, target, history }, context, options, streams);
            if ("skip" in draft) {
              skip(task.name, draft.skip);
              continue;
            }
            const split = splits[batch.split[target]!]!;
            const warmth = warmthOf(isUserWarm, trainCount[batch.item[target]!]! > 0);
            const source = { task, timeline, target, history, draft, split, warmth };
            const wording = trained[streams.wording.int(trained.length)]!;
            write({ ...source, wording, variant });
            if (split !== "test" || heldOut.length === 0) continue;
            const asked = heldOut[streams.heldOut.int(heldOut.length)]!;
            const held = variant === undefined ? "held-out" : `${variant}.held-out`;
            write({ ...source, wording: asked, variant: held });
          }
        }
      }
    }
    // Batches are much alike: the next one seldom outgrows the room that this one took.
    for (const split of splits) sizes[split] = Math.ceil(lines[split].size * 1.1) + 4096;
    return {
      bytes: {
        train: lines.train.bytes(),
        validation: lines.validation.bytes(),
        test: lines.test.bytes(),
      },
      examples,
      skipped,
      audit: audit.state(),
      samples,
    };
  };
}

function wordingsOf(
  { wordings }: RangeSetting,
  task: string,
  lang: Lang,
): { trained: Wording[]; heldOut: Wording[] } {
  const own = wordings.filter((w) => w.task === task && w.lang === lang);
  return { trained: own.filter((w) => !w.heldOut), heldOut: own.filter((w) => w.heldOut) };
}

/** Warm: the user and the target's item both occur in train. */
function warmthOf(isUserWarm: boolean, isItemWarm: boolean): Warmth {
  if (isUserWarm) return isItemWarm ? "warm" : "cold-item";
  return isItemWarm ? "cold-user" : "cold";
}

function streamsOf(
  seed: number,
  task: string,
  lang: Lang,
  user: string,
): TaskStreams & { wording: Rng; heldOut: Rng } {
  return {
    // Negatives and order leave the language out: a target has the same candidates in each.
    negatives: rngFor(seed, "negatives", task, user),
    order: rngFor(seed, "order", task, user),
    wording: rngFor(seed, "wording", task, lang, user),
    heldOut: rngFor(seed, "held-out", task, lang, user),
  };
}
