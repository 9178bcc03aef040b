// Format `axolotl`: chat rows with the YAML stanza to paste into an Axolotl config (docs.axolotl.ai, dataset formats,
// chat_template): loss on the answers alone, validation as test_datasets.

import { stringify } from "yaml";
import { llamaFactory } from "./llama-factory.ts";
import { writeChat } from "./messages.ts";
import type { ExportFile, Format } from "./types.ts";

export const axolotl: Format = {
  name: "axolotl",
  container: "jsonl",
  limits: llamaFactory.limits,
  write: writeChat,
  check: llamaFactory.check.bind(llamaFactory),
  sideFiles(dataset, files) {
    const stanza = {
      datasets: files.filter(({ split }) => split === "train").map(entryOf),
      test_datasets: files.filter(({ split }) => split === "validation").map(entryOf),
    };
    const head = `# ${dataset}: paste into the Axolotl config; paths are relative to where axolotl is started.\n`;
    return { "axolotl.yaml": head + stringify(stanza, { aliasDuplicateObjects: false }) };
  },
};

function entryOf({ path }: ExportFile): Record<string, unknown> {
  return {
    path,
    ds_type: "json",
    // A local file has one split of this name, whatever it holds.
    split: "train",
    type: "chat_template",
    field_messages: "messages",
    message_property_mappings: { role: "role", content: "content" },
    roles_to_train: ["assistant"],
  };
}
