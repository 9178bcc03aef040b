// What a run's few-shot prompts may not do, judged from the ids that its predictions keep and the dataset they name: each
// shot is a train example of another user, no later than the question it stands before.

import type { AuditReport } from "../dataset/audit/run-audit.ts";

/** What is judged of an example; `time` is UTC seconds, null where the log has none. */
export type ExampleFacts = { id: string; user: string; time: number | null; split: string };

/** A question that was asked with shots. `target` and shots are null where the dataset does not hold their ids. */
export type AskedWithShots = {
  system: string;
  example: string;
  target: ExampleFacts | null;
  shots: { id: string; facts: ExampleFacts | null }[];
  /** Whether the request that was kept is that of the question with these shots; null: it cannot be made again. */
  isProven: boolean | null;
};

type Question = AskedWithShots & { target: ExampleFacts };
type Fault = { about: string; ok: string; bad: string; isBad: ShotTest };
type ShotTest = (shot: ExampleFacts | null, question: Question) => boolean;

const faults = {
  "shots-later": {
    about: "a shot happened later than the question that it stands before",
    ok: "no shot is later than its question",
    bad: "shots are later than their questions",
    isBad: (shot, { target }) =>
      shot !== null && shot.time !== null && target.time !== null && shot.time > target.time,
  },
  "shots-own-user": {
    about: "a shot is of the user who is asked about",
    ok: "every shot is of another user",
    bad: "shots are of the user who is asked about",
    isBad: (shot, { target }) => shot !== null && shot.user === target.user,
  },
  "shots-not-train": {
    about: "a shot is no example of train",
    ok: "every shot is an example of train",
    bad: "shots are no examples of train",
    isBad: (shot) => shot?.split !== "train",
  },
} satisfies Record<string, Fault>;

const mostIds = 5;

/**
 * Findings in the shape of a dataset's audit; `count` counts shots, `examples` name `system: question ← shot`. `missing`:
 * what few-shot systems were to be asked, and no prediction says with which shots.
 */
export function auditShots(
  asked: readonly AskedWithShots[],
  missing: readonly { system: string; example: string }[],
): AuditReport {
  const known = asked.filter((one): one is Question => one.target !== null);
  const lost = asked.filter(({ target }) => target === null);
  const shots = known.reduce((sum, one) => sum + one.shots.length, 0);
  const none = asked.length === 0 ? "no question was asked with shots" : null;
  const report: AuditReport = {};
  for (const [name, { about, ok, bad, isBad }] of Object.entries<Fault>(faults)) {
    const found = known.flatMap((one) =>
      one.shots
        .filter(({ facts }) => isBad(facts, one))
        .map(({ id }) => `${one.system}: ${one.example} ← ${id}`),
    );
    const blind = name === "shots-later" ? countTimeless(known) : 0;
    const unseen = blind > 0 ? `; ${blind} of ${shots} have no time to judge by` : "";
    report[name] = finding(
      about,
      found,
      none ?? `${ok} (${shots} shots)${unseen}`,
      `${bad} (of ${shots})${unseen}`,
    );
  }
  const unproven = known.filter(({ isProven }) => isProven === null).length;
  const unasked = unproven > 0 ? `; ${unproven} of ${known.length} could not be asked again` : "";
  report["shots-not-sent"] = finding(
    "what was sent is not the question with the shots that the prediction names",
    known.filter(({ isProven }) => isProven === false).map(nameQuestion),
    none ?? `every request is that of its question and shots (${known.length} questions)${unasked}`,
    `requests are not those of their questions and shots (of ${known.length})${unasked}`,
  );
  report["shots-unrecorded"] = finding(
    "a question to a few-shot system has no prediction that names its shots",
    missing.map(nameQuestion),
    none ?? "every question to a few-shot system has its shots on record",
    "questions to few-shot systems have no shots on record",
  );
  const left = finding(
    "a prediction with shots is of a question that the dataset's test does not hold",
    lost.map(nameQuestion),
    none ?? "every question is in the dataset's test",
    "questions are not in the dataset's test: reports leave them out, their shots cannot be judged",
  );
  // An eval that went on after its dataset was built anew leaves such lines behind.
  report["shots-question-unknown"] = { ...left, severity: left.severity && "note" };
  return report;
}

function nameQuestion({ system, example }: { system: string; example: string }): string {
  return `${system}: ${example}`;
}

function countTimeless(asked: readonly Question[]): number {
  let count = 0;
  for (const { target, shots } of asked)
    for (const { facts } of shots)
      if (facts !== null && (target.time === null || facts.time === null)) count++;
  return count;
}

function finding(
  about: string,
  found: readonly string[],
  ok: string,
  bad: string,
): AuditReport[string] {
  return {
    about,
    severity: found.length === 0 ? null : "error",
    count: found.length,
    examples: found.toSorted().slice(0, mostIds),
    value: null,
    message: found.length === 0 ? ok : `${found.length} ${bad}`,
  };
}
