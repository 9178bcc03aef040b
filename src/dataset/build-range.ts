// The per-user part of a build: examples of a batch of whole users, as JSONL bytes by split. Runs inside a worker
// thread; what it returns depends on the batch and the setting alone, never on the thread or on what it saw before.

import { exampleId } from "../base/ids.ts";
import { rngFor } from "../base/rng.ts";
import { makeCatalog, type CatalogData } from "../log/catalog/catalog.ts";
import {
  splits,
  timelinesOf,
  type Split,
  type Timeline,
  type TimelineBatch,
} from "../log/split/timeline.ts";
import { startAudit } from "./audit/run-audit.ts";
import { makeLineBuffer } from "./line-buffer.ts";
import { tasks } from "./task/index.ts";
import { targetsOf, type TargetOptions } from "./targets.ts";
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
import { renderAnswer, renderPrompt } from "./template/render.ts";
import type { Wording } from "./template/wording.ts";

/** What all batches of a build share; plain data, sent once to every worker. */
export type RangeSetting = TargetOptions & {
  catalog: CatalogData;
  /** Those of `tasks` × `langs`; wordings held out are never drawn. */
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

/** Prepares a setting once; the function it returns makes the examples of one batch. */
export function makeRangeBuilder(setting: RangeSetting): (batch: TimelineBatch) => RangeResult {
  const catalog = makeCatalog(setting.catalog);
  const recipes = setting.tasks.map((options) => ({
    task: tasks[options.type as keyof typeof tasks] as Task,
    options,
    langs: setting.langs.map((lang) => ({
      lang,
      // The variant tells the languages of one target apart; with one language ids stay short.
      variant: setting.langs.length > 1 ? lang : undefined,
      wordings: setting.wordings.filter(
        (w) => w.task === options.type && w.lang === lang && !w.heldOut,
      ),
      context: {
        catalog,
        lang,
        words: setting.words[lang]!,
        scale: setting.scale,
        show: setting.show,
        likedFrom: setting.likedFrom,
        candidateData: setting.candidateData,
      } satisfies TaskContext,
    })),
  }));

  return (batch) => {
    const audit = startAudit({ repeats: setting.repeats });
    const hasTime = batch.time.length > 0 && !Number.isNaN(batch.time[0]!);
    const lines = { train: makeLineBuffer(), validation: makeLineBuffer(), test: makeLineBuffer() };
    const examples: RangeResult["examples"] = { train: {}, validation: {}, test: {} };
    const skipped: RangeResult["skipped"] = {};
    const samples: RangeResult["samples"] = {};
    const skip = (task: string, reason: string): void => {
      const reasons = (skipped[task] ??= {});
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    };

    for (const timeline of timelinesOf(batch)) {
      const targets = targetsOf(timeline, setting);
      for (const { task, options, langs } of recipes) {
        for (const { lang, variant, wordings, context } of langs) {
          const streams = streamsOf(setting.seed, task.name, lang, timeline.user);
          for (const { target, history } of targets) {
            if (history === null) {
              skip(task.name, "no history");
              continue;
            }
            const draft = task.make({ timeline, target, history }, context, options, streams);
            if ("skip" in draft) {
              skip(task.name, draft.skip);
              continue;
            }
            const wording = wordings[streams.wording.int(wordings.length)]!;
            const time = batch.time[target]!;
            const rating = batch.rating[target]!;
            const { ids } = catalog.data;
            const example: Example = {
              id: exampleId(task.name, timeline.user, batch.row[target]!, variant),
              task: task.name,
              wording: wording.id,
              prompt: renderPrompt(wording, draft.variables),
              completion: [{ role: "assistant", content: renderAnswer(wording, draft.variables) }],
              user: timeline.user,
              item: ids[batch.item[target]!]!,
              row: batch.row[target]!,
              time: Number.isNaN(time) ? null : time,
              rating: Number.isNaN(rating) ? null : rating,
              history: history.map((row) => ids[batch.item[row]!]!),
              candidates:
                draft.candidates === null
                  ? null
                  : Array.from(draft.candidates, (index) => ids[index]!),
              negatives:
                draft.negatives === undefined
                  ? null
                  : Array.from(draft.negatives, (index) => ids[index]!),
              label: draft.label,
              source: draft.source,
              warmth: warmthOf(timeline, catalog.data.trainCount[batch.item[target]!]! > 0),
            };
            const split = splits[batch.split[target]!]!;
            lines[split].add(JSON.stringify(example));
            examples[split][task.name] = (examples[split][task.name] ?? 0) + 1;
            audit.see({
              example,
              split,
              ...(hasTime ? { historyTimes: history.map((row) => batch.time[row]!) } : {}),
            });
            const held = (samples[task.name] ??= []);
            if (held.length < samplesPerTask) held.push(example);
          }
        }
      }
    }
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

/** Warm: the user and the target's item both occur in train. */
function warmthOf({ batch, start, end }: Timeline, isItemWarm: boolean): Warmth {
  const isUserWarm = batch.split.subarray(start, end).includes(0);
  if (isUserWarm) return isItemWarm ? "warm" : "cold-item";
  return isItemWarm ? "cold-user" : "cold";
}

function streamsOf(
  seed: number,
  task: string,
  lang: Lang,
  user: string,
): TaskStreams & { wording: Rng } {
  return {
    // Negatives and order leave the language out: a target has the same candidates in each.
    negatives: rngFor(seed, "negatives", task, user),
    order: rngFor(seed, "order", task, user),
    wording: rngFor(seed, "wording", task, lang, user),
  };
}
