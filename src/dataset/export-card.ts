// README.md of an export: a dataset card whose `configs` lead load_dataset to the splits, and to nothing else.

import { toolVersion } from "../base/version.ts";
import { licenceText, renderFront } from "./card.ts";
import { exampleFeatures } from "./format/columns.ts";
import type { ExportFile, Format } from "./format/types.ts";
import type { DatasetManifest } from "./manifest.ts";

/** The card of `files`, which a format made of a dataset. */
export function renderExportCard(
  dataset: DatasetManifest,
  format: Format,
  files: readonly ExportFile[],
): string {
  const { lang } = dataset.recipe as { lang?: string[] };
  const hasColumns = format.container === "parquet" || format.container === "arrow";
  const front = {
    pretty_name: `${dataset.name} (${format.name})`,
    ...(lang ? { language: lang } : {}),
    ...(dataset.license === null ? {} : { license: "other", license_name: "see-below" }),
    task_categories: ["text-generation"],
    tags: ["recommendation", "instruction-tuning", "rectune"],
    configs: [
      {
        config_name: "default",
        data_files: files.map(({ split, path }) => ({ split, path })),
      },
    ],
    ...(hasColumns
      ? {
          dataset_info: {
            config_name: "default",
            features: exampleFeatures,
            splits: files.map(({ split, rows }) => ({ name: split, num_examples: rows })),
          },
        }
      : {}),
  };
  const counts = files.map(({ split, path, rows }) => `| ${split} | \`${path}\` | ${rows} |`);
  return `${renderFront(front)}
# ${dataset.name}

Instruction-tuning data for recommendation in the format \`${format.name}\`, exported by rectune ${toolVersion} from the dataset with the
hash \`${dataset.hash}\`.

| split | file | rows |
| --- | --- | --- |
${counts.join("\n")}

## Licence

${licenceText(dataset.license)}
`;
}
