import { expect, it } from "vitest";
import { parse } from "yaml";
import { renderCard } from "../../../src/dataset/card.ts";
import { manifestOf } from "./manifests.ts";

type Front = {
  language: string[];
  license?: string;
  size_categories: string[];
  configs: { data_files: { split: string; path: string }[] }[];
  dataset_info: { features: { name: string }[]; splits: Record<string, unknown>[] };
};

function frontOf(card: string): Front {
  const [, front] = /^---\n([\s\S]*?)---\n\n# /.exec(card)!;
  return parse(front!) as Front;
}

it("opens with what load_dataset reads; an empty split is left out", () => {
  const front = frontOf(renderCard(manifestOf()));
  expect(front.configs[0]!.data_files).toEqual([
    { split: "train", path: "train.jsonl" },
    { split: "test", path: "test.jsonl" },
  ]);
  expect(front.dataset_info.splits[0]).toEqual({
    name: "train",
    num_bytes: 99,
    num_examples: 3000,
  });
  expect(front.size_categories).toEqual(["1K<n<10K"]);
  expect(front.dataset_info.features.map((f) => f.name).join(" ")).toBe(
    "id task wording prompt completion user item row time rating history candidates negatives label source warmth",
  );
});

it("writes no YAML anchors, which some readers lack", () => {
  expect(renderCard(manifestOf())).not.toMatch(/[&*]a1/);
});

it("names the licence, or says that none is known", () => {
  const silent = renderCard(manifestOf());
  expect(silent).toContain("The log names no licence");
  expect(frontOf(silent)).not.toHaveProperty("license");
  const named = renderCard(manifestOf({ license: "Research *only*" }));
  expect(frontOf(named).license).toBe("other");
  expect(named).toContain("Research \\*only\\*.");
});

it("counts examples by task and tells of ties and notes", () => {
  const notes = [{ code: "x", count: 2, message: "a | b\n<script>" }];
  const card = renderCard(manifestOf({ notes }));
  expect(card).toContain("| rating | 2000 | 0 | 3 |");
  expect(card).toContain("25.0% of the users have a tied last pair");
  expect(card).toContain("- `x` (2): a \\| b \\<script\\>");
  expect(renderCard(manifestOf({ tieShare: null }))).not.toContain("tied last pair");
});

it("keeps file names of the log from leaving their cell", () => {
  const inputs = [{ file: "a`|b\n.csv", bytes: 1, sha256: "e" }];
  expect(renderCard(manifestOf({ inputs }))).toContain("| `a  b .csv` | 1 | `e` |");
});
