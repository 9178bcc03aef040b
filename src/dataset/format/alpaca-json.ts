// Format `alpaca-json`: one array of {"instruction", "input", "output"} a file, as Stanford Alpaca published it and
// LLaMA-Factory, Axolotl and TALLRec's code read it. The system message is the instruction where there is one.

import { checkKeys, checkString, checkText } from "./check-shape.ts";
import { answerText, splitSystem } from "./messages.ts";
import { noLimits, type Format } from "./types.ts";

export const alpacaJson: Format = {
  name: "alpaca-json",
  container: "json-array",
  limits: noLimits,
  write(example) {
    const { system, user } = splitSystem(example);
    const output = answerText(example);
    const row =
      system === null
        ? { instruction: user, input: "", output }
        : { instruction: system, input: user, output };
    return { rows: [row] };
  },
  check(row, report) {
    if (!checkKeys(row, ["instruction", "output"], report, ["input", "system", "history"])) return;
    checkText(row["instruction"], "instruction", report);
    checkText(row["output"], "output", report);
    for (const key of ["input", "system"])
      if (Object.hasOwn(row, key)) checkString(row[key], key, report);
    const { history } = row;
    const isSound =
      history === undefined ||
      (Array.isArray(history) &&
        history.every(
          (turn: unknown) =>
            Array.isArray(turn) && turn.length === 2 && turn.every((t) => typeof t === "string"),
        ));
    if (!isSound) report("history-not-pairs", "history is no list of [question, answer]");
  },
};
