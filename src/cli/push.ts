// rectune push DIR --repo NAME: a dataset or an export to the Hugging Face Hub, private unless told otherwise. The token
// comes from HF_TOKEN or from the file that Python's tools keep it in.

import { homedir } from "node:os";
import { UsageError } from "../base/errors.ts";
import { findHfToken, hfTokenPath } from "../base/hf-token.ts";
import type { Context } from "../base/logger.ts";
import { pushDataset } from "../dataset/push.ts";
import { textOption, type CliCommand } from "./command.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<dir>", "dataset or export folder")
      .requiredOption("--repo <name>", "repository: namespace/name, or a name of your own")
      .option("--public", "make the repository public (default: private)")
      .option("--accept-licence", "push although the log's licence forbids redistribution")
      .option("--with-interactions", "also interactions.parquet, users.parquet and rejects.jsonl");
  },
  async run(call) {
    const { args, options, flags, context, output } = call;
    const hubUrl = context.env["HF_ENDPOINT"]?.replace(/\/+$/, "");
    const pushed = await pushDataset(args[0]!, context, {
      repo: textOption(call, "repo")!,
      token: await readToken(context.env),
      isPublic: options["public"] === true,
      acceptLicence: options["acceptLicence"] === true,
      withInteractions: options["withInteractions"] === true,
      ...(hubUrl ? { hubUrl } : {}),
    });
    if (flags.json) output.json(pushed);
    else output.data(`${pushed.url} ${pushed.revision}`);
    output.note(`${pushed.files.length} files pushed, ${pushed.left.length} stayed behind`);
  },
};

async function readToken(env: Context["env"]): Promise<string> {
  const located = { HOME: homedir(), ...env };
  const token = await findHfToken(located);
  if (token !== null) return token;
  throw new UsageError("there is no Hugging Face token", {
    code: "hub-no-token",
    where: "HF_TOKEN",
    next: `Set HF_TOKEN, or keep the token in ${hfTokenPath(located)} (hf auth login writes it).`,
  });
}
