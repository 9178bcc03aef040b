import { expect, it } from "vitest";
import { parse } from "yaml";
import { renderExportCard } from "../../../src/dataset/export-card.ts";
import { formats } from "../../../src/dataset/format/index.ts";
import { manifestOf } from "./manifests.ts";

const files = [{ split: "train", path: "data/train-00000-of-00001.parquet", rows: 3 }];

type Front = {
  configs: { data_files: object[] }[];
  license?: string;
  dataset_info?: { features: { name: string }[]; splits: object[] };
};

function frontOf(card: string): Front {
  return parse(/^---\n([\s\S]*?)---\n/.exec(card)![1]!) as Front;
}

it("leads to the files, and declares the columns where there are any", () => {
  const front = frontOf(renderExportCard(manifestOf(), formats.parquet, files));
  expect(front.configs[0]!.data_files).toEqual([
    { split: "train", path: "data/train-00000-of-00001.parquet" },
  ]);
  expect(front.dataset_info!.features.map(({ name }) => name)).toContain("negatives");
  expect(front.dataset_info!.splits).toEqual([{ name: "train", num_examples: 3 }]);
  expect(frontOf(renderExportCard(manifestOf(), formats.sharegpt, files)).dataset_info).toBe(
    undefined,
  );
});

it("carries the licence, as text that is no markup", () => {
  const card = renderExportCard(
    manifestOf({ license: "Research\n<b>only</b>" }),
    formats.sharegpt,
    files,
  );
  expect(frontOf(card).license).toBe("other");
  expect(card).toContain("Research \\<b\\>only\\</b\\>.");
  expect(renderExportCard(manifestOf(), formats.sharegpt, files)).toContain(
    "The log names no licence",
  );
});
