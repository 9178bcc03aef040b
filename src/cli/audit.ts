// rectune audit DIR|FILE: what the audits find; exit 3 when one of them is an error.

import { resolve } from "node:path";
import { exitCodes } from "../base/errors.ts";
import { auditFiles } from "../dataset/audit-files.ts";
import { formatTable, type CliCommand } from "./command.ts";

export const command: CliCommand = {
  configure(command) {
    command.argument("<path>", "dataset folder, or a JSONL file of examples");
  },
  async run({ args, flags, context, output }) {
    const { examples, report } = await auditFiles(resolve(context.cwd, args[0]!));
    if (flags.json) output.json({ examples, findings: report });
    else {
      const rows = Object.entries(report).map(([name, finding]) => [
        finding.severity ?? "ok",
        name,
        finding.message,
      ]);
      output.data(formatTable(rows));
      for (const [name, { examples: ids }] of Object.entries(report))
        if (ids.length > 0) output.note(`${name}: e.g. ${ids.join(", ")}`);
    }
    const failed = Object.values(report).some((finding) => finding.severity === "error");
    return failed ? exitCodes.data : exitCodes.ok;
  },
};
