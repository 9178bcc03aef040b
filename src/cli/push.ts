// rectune push DIR --repo NAME: a dataset or an export to the Hugging Face Hub, private unless told otherwise. The token
// comes from HF_TOKEN or from the file that Python's tools keep it in.

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../base/errors.ts";
import { pushDataset } from "../dataset/push.ts";
import { textOption, type CliCommand } from "./command.ts";

type Env = Readonly<Record<string, string | undefined>>;

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

/** HF_TOKEN, or the file at HF_TOKEN_PATH, $HF_HOME/token or ~/.cache/huggingface/token. */
async function readToken(env: Env): Promise<string> {
  const home =
    env["HF_HOME"] ?? join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "huggingface");
  const path = env["HF_TOKEN_PATH"] ?? join(home, "token");
  const token = (env["HF_TOKEN"] || (await readFile(path, "utf8").catch(() => ""))).trim();
  if (token !== "") return token;
  throw new UsageError("there is no Hugging Face token", {
    code: "hub-no-token",
    where: "HF_TOKEN",
    next: `Set HF_TOKEN, or keep the token in ${path} (hf auth login writes it).`,
  });
}
