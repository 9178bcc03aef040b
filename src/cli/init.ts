// rectune init [DIR]: a workspace of the shape of the repository, with the bundled log and one recipe of each kind.

import { cp, mkdir, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packageRoot } from "../base/package-root.ts";
import type { CliCommand } from "./command.ts";

/** Copied where the tool has them. */
const copied = [
  "datasets/sample.yaml",
  "datasets/sample",
  "jobs/sample.yaml",
  "eval/sample.yaml",
  "schemas",
];

const texts: Record<string, string> = {
  ".gitignore": ".rectune/\nruns/\n",
  "README.md": `# A rectune workspace

\`\`\`sh
rectune run eval/sample.yaml            # builds, tunes and evaluates; about two minutes
rectune build datasets/sample.yaml      # only the dataset, in .rectune/datasets/
\`\`\`

- \`datasets/\` recipes that say which log becomes which examples; \`datasets/sample/\` is a log to try them with
- \`jobs/\` fine-tune jobs, \`eval/\` suites that compare systems
- \`.rectune/\` what was built and the record of all jobs; \`runs/\` results

Copy a recipe, point \`log.path\` to your own log, and build it. \`rectune inspect PATH\` tells what a log is.
`,
};

export const command: CliCommand = {
  configure(command) {
    command.argument("[dir]", "folder to start in", ".");
  },
  async run({ args, flags, context, output }) {
    const dir = resolve(context.cwd, args[0] ?? ".");
    const replaces = flags.ifExists === "replace";
    const made: string[] = [];
    const kept: string[] = [];
    const take = async (name: string, make: (to: string) => Promise<unknown>): Promise<void> => {
      const to = join(dir, name);
      if (existsSync(to) && !replaces) return void kept.push(name);
      await mkdir(dirname(to), { recursive: true });
      await make(to);
      made.push(name);
    };
    for (const name of copied) {
      const from = join(packageRoot, name);
      if (existsSync(from)) await take(name, (to) => cp(from, to, { recursive: true }));
    }
    for (const [name, text] of Object.entries(texts)) await take(name, (to) => writeFile(to, text));
    // State is looked for upward: without a folder of its own a workspace would use that of one around it.
    await mkdir(join(dir, ".rectune"), { recursive: true });
    if (flags.json) output.json({ dir, made, kept });
    else output.data(dir);
    for (const name of kept)
      output.note(`kept ${name}, which was there; --if-exists replace takes it anew`);
    output.note(
      `next: ${args[0] === undefined || args[0] === "." ? "" : `cd ${args[0]} && `}rectune run eval/sample.yaml`,
    );
  },
};
