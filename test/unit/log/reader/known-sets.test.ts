import { expect, test } from "vitest";
import { judgeFiles, knownSets } from "../../../../src/log/reader/known-sets.ts";

const raw = knownSets.find((set) => set.name === "MovieLens 100K")!;
const data = raw.files["u.data"]!;

test("a true file is intact, whatever it is called now", () => {
  expect(judgeFiles([{ file: "copy.txt", ...data }])).toMatchObject([
    { state: "intact", set: "MovieLens 100K", trueLines: 100_000 },
  ]);
});

test("a file of the same name and about the same length is an altered copy", () => {
  expect(judgeFiles([{ file: "x/u.data", sha256: "0", lines: 99_999 }])).toMatchObject([
    { state: "altered", set: "MovieLens 100K", lines: 99_999, trueLines: 100_000 },
  ]);
});

test("a file of another length is some other file, unless its neighbours are intact", () => {
  const small = { file: "u.data", sha256: "0", lines: 10 };
  expect(judgeFiles([small])).toMatchObject([{ state: "unknown", set: null }]);
  const beside = { file: "u.item", ...raw.files["u.item"]! };
  expect(judgeFiles([small, beside]).map((v) => v.state)).toEqual(["altered", "intact"]);
});
