// rectune validate FILE --format F: what a trainer would refuse, by line; exit 3 when there is anything.

import { resolve } from "node:path";
import { exitCodes, UsageError } from "../base/errors.ts";
import { pathKind } from "../base/files.ts";
import { formats } from "../dataset/format/index.ts";
import { validateFile, type ValidateOptions } from "../dataset/format/validate-file.ts";
import { type Call, type CliCommand } from "./command.ts";
import { formatTable } from "./format-table.ts";
import { integerFlag } from "./context.ts";
import { formatList, formatOf, profileHelp, profileOf } from "./format-flag.ts";
import { tokenLimitOf } from "./token-flags.ts";

export const command: CliCommand = {
  configure(command) {
    command
      .argument("<file>", "training file")
      .requiredOption("--format <name>", `one of: ${formatList}`)
      .option("--profile <name>", profileHelp)
      .option("--max-tokens <n>", "longest row, in tokens", integerFlag("--max-tokens", 1))
      .option("--tokenizer <file>", "the model's tokenizer.json (default: 4 bytes a token)");
  },
  async run(call) {
    const { args, flags, context, output } = call;
    const format = formatOf(call);
    const path = resolve(context.cwd, args[0]!);
    if ((await pathKind(path)) !== "file") {
      throw new UsageError("there is no such file", { code: "file-missing", where: path });
    }
    const check = await validateFile(path, formats[format], await optionsOf(call));
    if (flags.json) output.json({ file: path, format, ...check });
    else if (check.findings.length > 0) {
      const rows = check.findings.map(({ line, severity, code, message }) => [
        severity,
        line > 0 ? `${args[0]}:${line}` : args[0]!,
        code,
        message,
      ]);
      output.data(formatTable(rows));
    }
    output.note(`${check.rows} rows, ${check.errors} errors, ${check.notes} notes`);
    return check.errors > 0 ? exitCodes.data : exitCodes.ok;
  },
};

async function optionsOf(call: Call): Promise<ValidateOptions> {
  const { flags } = call;
  const tokens = await tokenLimitOf(call);
  const limits = profileOf(call, formatOf(call));
  return {
    ...(flags.limit === undefined ? {} : { maxFindings: flags.limit }),
    ...(limits ? { limits } : {}),
    ...(tokens ? { tokens } : {}),
  };
}
