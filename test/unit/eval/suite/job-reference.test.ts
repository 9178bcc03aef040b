// What `job…` means as a model.

import { describe, expect, test } from "vitest";
import { modelOfJob, readJobReference } from "../../../../src/eval/suite/job-reference.ts";
import { RectuneError } from "../../../../src/base/errors.ts";

const job = {
  id: "ab12cd",
  model: "micro:/j/model",
  base: "micro:/j/base",
  checkpoints: [
    { step: 50, model: "micro:/j/50" },
    { step: 100, model: "micro:/j/100" },
  ],
  about: "local:m, tuned",
  baseAbout: "local:m",
  note: null,
};

function thrownBy(run: () => unknown): RectuneError {
  try {
    run();
  } catch (error) {
    if (error instanceof RectuneError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("readJobReference", () => {
  test.each([
    ["job", { id: null, part: "result" }],
    ["job:base", { id: null, part: "base" }],
    ["job/base", { id: null, part: "base" }],
    ["job@50", { id: null, part: { step: 50 } }],
    ["job@last", { id: null, part: { step: "last" } }],
    ["job:ab12", { id: "ab12", part: "result" }],
    ["job:ab12/base", { id: "ab12", part: "base" }],
    ["job:ab12:base", { id: "ab12", part: "base" }],
    ["job:ab12@100", { id: "ab12", part: { step: 100 } }],
    ["micro:job", null],
    ["jobs:x", null],
  ])("reads %s", (reference, expected) => {
    expect(readJobReference(reference)).toEqual(expected);
  });

  test.each(["job@", "job:ab@first", "job:ab/base@50", "job:", "job@-1"])("refuses %s", (text) => {
    expect(thrownBy(() => readJobReference(text))).toMatchObject({
      code: "model-unknown",
      exitCode: 2,
    });
  });
});

describe("modelOfJob", () => {
  test("gives the result, the base and the states between by name", () => {
    expect(modelOfJob(job, "result")).toEqual({
      model: "micro:/j/model",
      names: { name: "job:ab12cd", about: "local:m, tuned" },
    });
    expect(modelOfJob(job, "base").names.name).toBe("job:ab12cd/base");
    expect(modelOfJob(job, { step: 50 })).toEqual({
      model: "micro:/j/50",
      names: { name: "job:ab12cd@50", about: "local:m, tuned, at step 50" },
    });
    expect(modelOfJob(job, { step: "last" }).model).toBe("micro:/j/100");
  });

  test("says which states there are", () => {
    const error = thrownBy(() => modelOfJob(job, { step: 70 }));
    expect(error).toMatchObject({ code: "job-checkpoint", exitCode: 2 });
    expect(error.message).toContain("It has steps 50, 100.");
    const none = thrownBy(() => modelOfJob({ ...job, checkpoints: [] }, { step: "last" }));
    expect(none.message).toContain("kept no checkpoints");
  });
});
