import { readFileSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plainContext } from "../../../src/base/logger.ts";
import type { Example } from "../../../src/dataset/task/types.ts";
import { openPredictions, readPredictions } from "../../../src/eval/suite/prediction-file.ts";
import { orderCandidates } from "../../../src/eval/score/candidate-order.ts";
import { predictSystem, type PredictResult } from "../../../src/eval/predict.ts";
import { noCost, scoredAnswer, type System } from "../../../src/eval/system/system.ts";
import type { Prediction } from "../../../src/eval/score/types.ts";
import { errorOf } from "../log/open-texts.ts";
import { makeExample } from "./fixture.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "rectune-predict-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));
const file = (): string => join(dir, "predictions", "fake.jsonl");

const examples = Array.from({ length: 10 }, (_, i) =>
  makeExample({ id: `ranking/u${i}/${i}`, user: `u${i}` }),
);

/** A system that remembers what it was asked, in batches of 3. */
function fakeSystem(overrides: Partial<System> & { failAfter?: number } = {}): System & {
  asked: string[][];
} {
  const asked: string[][] = [];
  const { failAfter = Infinity, ...rest } = overrides;
  return {
    asked,
    name: "fake",
    kind: "model",
    about: "",
    model: "fake:1",
    identity: "weights-1",
    tasks: ["ranking", "rating"],
    question: async ({ prompt, candidates }) => ({ prompt, candidates }),
    open: async () => ({
      batch: 3,
      answer: async (batch) => {
        if (asked.flat().length + batch.length > failAfter) throw new Error("killed");
        asked.push(batch.map(({ id }) => id));
        return batch.map((example) => {
          const ids = example.candidates ?? [];
          return scoredAnswer(
            ids,
            Float64Array.from(ids, (_, i) => 9 - i),
          );
        });
      },
      close: async () => {},
    }),
    ...rest,
  };
}

const ask = (system: System, of: Example[] = examples, context = {}): Promise<PredictResult> =>
  predictSystem(system, of, file(), plainContext({ now: () => 5000, ...context }));

describe("predictSystem", () => {
  test("writes one whole line an example", async () => {
    const { predictions, asked, kept } = await ask(fakeSystem());
    expect([asked, kept]).toEqual([10, 0]);
    expect(await readPredictions(file())).toEqual(predictions);
    expect(Object.keys(predictions[0]!).join(" ")).toBe(
      "example system perm request outcome raw items choices value tokensIn tokensOut latencyMs costUsd model at attempt",
    );
    expect(predictions[0]).toMatchObject({
      example: "ranking/u0/0",
      system: "fake",
      items: ["i03", "i09", "i10", "i11"],
      request: expect.stringMatching(/^[0-9a-f]{64}$/),
      model: "fake:1",
      at: 5000,
      attempt: 1,
    });
  });

  test("asks nothing again, and does not even load what answers", async () => {
    await ask(fakeSystem());
    const before = await readFile(file(), "utf8");
    const open = (): never => {
      throw new Error("opened");
    };
    const again = await ask(fakeSystem({ open }));
    expect([again.asked, again.kept]).toEqual([0, 10]);
    expect(await readFile(file(), "utf8")).toBe(before);
  });

  test("after a crash it asks only for what is missing", async () => {
    expect((await errorOf(ask(fakeSystem({ failAfter: 7 })))).message).toBe("killed");
    expect(await readPredictions(file())).toHaveLength(6);
    const system = fakeSystem();
    const { predictions, kept } = await ask(system);
    expect(kept).toBe(6);
    expect(system.asked.flat()).toEqual(examples.slice(6).map(({ id }) => id));
    expect(predictions.map(({ example }) => example)).toEqual(examples.map(({ id }) => id));
  });

  test("a line cut short by a crash is taken off and asked again", async () => {
    await ask(fakeSystem());
    const whole = await readFile(file(), "utf8");
    await writeFile(file(), whole.slice(0, -40));
    const system = fakeSystem();
    await ask(system);
    expect(system.asked).toEqual([["ranking/u9/9"]]);
    expect(await readFile(file(), "utf8")).toBe(whole);
  });

  test("another model or another prompt is asked anew, and its answer is the one that counts", async () => {
    await ask(fakeSystem());
    const other = await ask(fakeSystem({ identity: "weights-2" }));
    expect(other.asked).toBe(10);
    const changed = examples.map((e, i) =>
      i === 4 ? { ...e, prompt: [{ role: "user" as const, content: "Other words" }] } : e,
    );
    const system = fakeSystem({ identity: "weights-2" });
    const { predictions } = await ask(system, changed);
    expect(system.asked).toEqual([["ranking/u4/4"]]);
    const lines = await readPredictions(file());
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toEqual(predictions[4]);
  });

  test("an answer that failed is asked again, as the next attempt", async () => {
    const broken: System = fakeSystem({
      open: async () => ({
        batch: 10,
        answer: async (batch) =>
          batch.map(() => ({ ...scoredAnswer([], new Float64Array()), outcome: "error" as const })),
        close: async () => {},
      }),
    });
    await ask(broken);
    const { predictions } = await ask(fakeSystem());
    expect(predictions.map(({ attempt }) => attempt)).toEqual(examples.map(() => 2));
  });

  test("asks only tasks that the system answers, each batch of one task", async () => {
    const mixed = examples.map((e, i) => {
      const task = ["rating", "ranking", "explanation"][i % 3]!;
      return { ...e, id: `${task}/${e.user}`, task };
    });
    const system = fakeSystem();
    const { predictions } = await ask(system, mixed);
    expect(predictions).toHaveLength(7);
    for (const batch of system.asked) {
      expect(new Set(batch.map((id) => id.split("/")[0])).size).toBe(1);
    }
  });

  test("stops between batches when asked to, keeping what is there", async () => {
    const controller = new AbortController();
    const onPoint = (): void => controller.abort();
    const error = await errorOf(
      ask(fakeSystem(), examples, { signal: controller.signal, onPoint }),
    );
    expect(error).toMatchObject({ code: "interrupted", exitCode: 130 });
    expect(await readPredictions(file())).toHaveLength(3);
  });

  test("latency is the batch's, shared among its examples", async () => {
    let clock = 0;
    const { predictions } = await ask(fakeSystem(), examples.slice(0, 3), {
      now: () => (clock += 30),
    });
    expect(predictions.map(({ latencyMs }) => latencyMs)).toEqual([10, 10, 10]);
  });
});

describe("kept answers that were written", () => {
  const writing = (text: string, outcome: Prediction["outcome"] = "ok"): Partial<System> => ({
    open: async () => ({
      batch: 10,
      answer: async (batch) =>
        batch.map(() => {
          return { ...noCost, outcome, raw: text, items: ["i09"], choices: null, value: null };
        }),
      close: async () => {},
    }),
  });
  const never = async (): Promise<never> => {
    throw new Error("opened");
  };
  const readingAs = (items: string[]): Partial<System> & { asked: string[] } => {
    const asked: string[] = [];
    const read: System["read"] = async (_, text) => {
      asked.push(text);
      return { value: null, outcome: items.length > 0 ? "ok" : "malformed", items };
    };
    return { asked, open: never, read };
  };

  test("are read again without being asked, and written down where they say something else", async () => {
    const { predictions } = await ask(fakeSystem(writing("Film 9")));
    const before = await readFile(file(), "utf8");
    const same = readingAs(["i09"]);
    expect(await ask(fakeSystem(same))).toMatchObject({ asked: 0, kept: 10, reread: 0 });
    expect(same.asked).toEqual(examples.map(() => "Film 9"));
    expect(await readFile(file(), "utf8")).toBe(before);

    const again = await ask(fakeSystem(readingAs([])));
    expect(again).toMatchObject({ asked: 0, kept: 10, reread: 10, costUsd: 0 });
    expect(again.predictions).toEqual(
      predictions.map((one) => ({ ...one, outcome: "malformed", items: [] })),
    );
    expect(await readPredictions(file())).toEqual([...predictions, ...again.predictions]);
    expect(await ask(fakeSystem(readingAs(["i09"])))).toMatchObject({ asked: 0, reread: 10 });
  });

  test("are left as they are where they were refused or cut, or chosen and not read", async () => {
    for (const outcome of ["refused", "truncated"] as const) {
      const identity: string = outcome;
      await ask(fakeSystem({ identity, ...writing("No", outcome) }));
      const read = readingAs([]);
      expect(await ask(fakeSystem({ identity, ...read }))).toMatchObject({ kept: 10, reread: 0 });
      expect(read.asked).toEqual([]);
    }
    await ask(fakeSystem());
    expect(await ask(fakeSystem(readingAs([])))).toMatchObject({ kept: 10, reread: 0 });
  });
});

describe("other orders of the candidates", () => {
  const orders = [1, 2].flatMap((perm) =>
    examples.map((example) => {
      const candidates = orderCandidates(example, { seed: 1, perm });
      return { example: { ...example, candidates }, perm };
    }),
  );
  const askAll = (system: System): Promise<PredictResult> =>
    predictSystem(system, examples, file(), plainContext({ now: () => 5000 }), orders);
  const keysOf = (predictions: readonly Prediction[]): string[] =>
    predictions.map(({ example, perm }) => `${example} ${perm}`);

  test("are asked after the stored one, a line each, and not again", async () => {
    const { predictions, asked } = await askAll(fakeSystem());
    expect(asked).toBe(30);
    expect(predictions.map(({ perm }) => perm)).toEqual(
      [0, 1, 2].flatMap((perm) => examples.map(() => perm)),
    );
    expect(new Set(keysOf(await readPredictions(file()))).size).toBe(30);
    expect(predictions[10]!.items).toEqual(orders[0]!.example.candidates);
    const again = await askAll(fakeSystem());
    expect([again.asked, again.kept]).toEqual([0, 30]);
    expect(again.predictions).toEqual(predictions);
  });

  test("do not stand in for the stored one, and go on after a crash where they were", async () => {
    await askAll(fakeSystem());
    const [first, ...others] = (await readFile(file(), "utf8")).trimEnd().split("\n");
    await writeFile(file(), `${others.join("\n")}\n`);
    const system = fakeSystem();
    const { predictions } = await askAll(system);
    expect(system.asked).toEqual([["ranking/u0/0"]]);
    expect(JSON.stringify(predictions[0])).toBe(first);
    expect((await errorOf(askAll(fakeSystem({ identity: "2", failAfter: 13 })))).message).toBe(
      "killed",
    );
    expect((await askAll(fakeSystem({ identity: "2" }))).asked).toBe(18);
  });

  test("fewer of them leave the lines of the others unread", async () => {
    await askAll(fakeSystem());
    const { predictions, asked } = await ask(fakeSystem());
    expect(asked).toBe(0);
    expect(predictions.map(({ perm }) => perm)).toEqual(examples.map(() => 0));
  });
});

describe("a system that takes several calls at a time", () => {
  /** Answers out of order: the later of each pair first. */
  function slowSystem(overrides: { failOn?: string; haltAfter?: number } = {}): System & {
    most: () => number;
    asked: string[];
  } {
    const asked: string[] = [];
    let underWay = 0;
    let most = 0;
    const { failOn, haltAfter = Infinity } = overrides;
    return {
      ...fakeSystem(),
      asked,
      most: () => most,
      open: async () => ({
        batch: 1,
        calls: 4,
        answer: async ([example]) => {
          most = Math.max(most, ++underWay);
          asked.push(example!.id);
          await new Promise((resolve) => setTimeout(resolve, asked.length % 2 === 0 ? 1 : 6));
          underWay--;
          if (example!.id === failOn) throw new Error("refused");
          const note = "after HTTP 500";
          return [{ ...scoredAnswer(["a"], Float64Array.of(1)), latencyMs: 7, attempts: 2, note }];
        },
        halted: () => (asked.length >= haltAfter ? new Error("halted") : null),
        close: async () => {},
      }),
    };
  }

  test("is kept busy, each answer written as it comes, the result in the order of the examples", async () => {
    const system = slowSystem();
    const { predictions, asked } = await ask(system);
    expect(system.most()).toBe(4);
    expect(asked).toBe(10);
    expect(predictions.map(({ example }) => example)).toEqual(examples.map(({ id }) => id));
    const lines = await readPredictions(file());
    expect(new Set(lines.map(({ example }) => example)).size).toBe(10);
    expect(lines[0]!.example).not.toBe(examples[0]!.id);
  });

  test("says of each answer what it took", async () => {
    const { predictions } = await ask(slowSystem());
    expect(predictions[3]).toMatchObject({ latencyMs: 7, attempt: 2, note: "after HTTP 500" });
    expect(Object.keys(predictions[3]!).at(-1)).toBe("note");
  });

  test("one error ends it, once those under way are written", async () => {
    const system = slowSystem({ failOn: "ranking/u2/2" });
    expect((await errorOf(ask(system))).message).toBe("refused");
    expect(system.asked.length).toBeLessThan(10);
    const lines = await readPredictions(file());
    expect(lines.map(({ example }) => example).sort()).toEqual(
      system.asked.filter((id) => id !== "ranking/u2/2").sort(),
    );
  });

  test("what halts the model ends it too, after what it answered is written", async () => {
    const system = slowSystem({ haltAfter: 5 });
    expect((await errorOf(ask(system))).message).toBe("halted");
    expect(await readPredictions(file())).toHaveLength(system.asked.length);
    expect(system.asked.length).toBeLessThan(10);
  });
});

describe("openPredictions", () => {
  test("a line is in the file before the call returns, whatever the disk does", async () => {
    const opened = await openPredictions(file());
    const { predictions } = await ask(fakeSystem(), examples.slice(0, 1), {});
    const pending = Array.from({ length: 50 }, () => opened.append(predictions));
    // No await in between: a process that is killed here has written all of them.
    expect(readFileSync(file(), "utf8").trimEnd().split("\n")).toHaveLength(51);
    await Promise.all(pending);
    await opened.close();
  });

  const line = (example: string): string =>
    JSON.stringify({
      example,
      request: "r",
      outcome: "ok",
      items: [],
    } satisfies Partial<Prediction>);

  test.each([
    ["half a line", '{"example":"b","requ'],
    ["a line of zeros", "\0\0\0\0\n"],
    ["a line that is no prediction", "{}\n"],
  ])("cuts off %s at the end", async (_, tail) => {
    await ask(fakeSystem(), []);
    await writeFile(file(), `${line("a")}\n${tail}`);
    const opened = await openPredictions(file());
    await opened.close();
    expect(opened.held.map(({ example }) => example)).toEqual(["a"]);
    expect(await readFile(file(), "utf8")).toBe(`${line("a")}\n`);
  });

  test("a broken line that others follow is an error with its place", async () => {
    await ask(fakeSystem(), []);
    await writeFile(file(), `${line("a")}\n`);
    await appendFile(file(), `oops\n${line("b")}\n`);
    const error = await errorOf(openPredictions(file()));
    expect(error).toMatchObject({ code: "prediction-broken", exitCode: 3 });
    expect(error.message).toContain("fake.jsonl:2: ");
  });

  test("a file that does not exist holds nothing", async () => {
    expect(await readPredictions(join(dir, "none.jsonl"))).toEqual([]);
  });
});
