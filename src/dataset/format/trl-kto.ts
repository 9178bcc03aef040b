// Format `trl-kto`: {"prompt", "completion", "label"}, the unpaired preference type of TRL's KTOTrainer
// (huggingface.co/docs/trl/dataset_formats; Ethayarajh et al. 2024, arXiv:2402.01306). A like is a label by itself: the
// completion says yes, and the label whether that was so.

import { checkKeys, checkMessages } from "./check-shape.ts";
import { answerMessages, plainMessages } from "./messages.ts";
import { noLimits, type Format } from "./types.ts";

export const trlKto: Format = {
  name: "trl-kto",
  container: "jsonl",
  limits: noLimits,
  needsAnswers: true,
  write(example, { answers, pairs }) {
    const rowOf = (answer: string, label: boolean) => ({
      prompt: plainMessages(example.prompt),
      completion: answerMessages(answer),
      label,
    });
    if (example.task === "preference")
      return { rows: [rowOf(answers.yesOf(example), example.label === "yes")] };
    const others = answers.othersOf(example, pairs);
    if ("skip" in others) return others;
    const chosen = { ...rowOf("", true), completion: plainMessages(example.completion) };
    return { rows: [chosen, ...others.texts.map((text) => rowOf(text, false))] };
  },
  check(row, report) {
    if (!checkKeys(row, ["prompt", "completion", "label"], report)) return;
    checkMessages(row["prompt"], "prompt", "prompt", report);
    checkMessages(row["completion"], "completion", "completion", report);
    if (typeof row["label"] !== "boolean")
      report("label-not-boolean", "label is neither true nor false");
  },
};
