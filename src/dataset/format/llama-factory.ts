// Format `llama-factory`: chat rows with the dataset_info.json that LLaMA-Factory finds them by
// (github.com/hiyouga/LLaMA-Factory, data/README.md): copy the folder, name it as --dataset_dir.

import { prettyJson } from "../../base/json.ts";
import { checkKeys, checkMessages } from "./check-shape.ts";
import { writeChat } from "./messages.ts";
import { noLimits, type Format } from "./types.ts";

export const llamaFactory: Format = {
  name: "llama-factory",
  container: "jsonl",
  limits: noLimits,
  write: writeChat,
  check(row, report) {
    if (!checkKeys(row, ["messages"], report)) return;
    checkMessages(row["messages"], "messages", "conversation", report);
  },
  sideFiles: (dataset, files) => ({
    "dataset_info.json": prettyJson(
      Object.fromEntries(
        files.map(({ split, path }) => [
          `${dataset}-${split}`,
          {
            file_name: path,
            formatting: "sharegpt",
            columns: { messages: "messages" },
            tags: {
              role_tag: "role",
              content_tag: "content",
              user_tag: "user",
              assistant_tag: "assistant",
              system_tag: "system",
            },
          },
        ]),
      ),
    ),
  }),
};
