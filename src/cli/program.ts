// The command line: finds the command, loads it alone, hands it a context, turns errors into exit codes.

import { Command, CommanderError, Option } from "commander";
import { exitCodes, RectuneError } from "../base/errors.ts";
import { toolVersion } from "../base/version.ts";
import type { CliCommand } from "./command.ts";
import {
  integerFlag,
  makeContext,
  makeFlags,
  makeOutput,
  printError,
  type RawFlags,
} from "./context.ts";

/** The commands, in the order of --help. */
const commands: { name: string; about: string; load: () => Promise<{ command: CliCommand }> }[] = [
  { name: "init", about: "start a workspace with the sample log", load: () => import("./init.ts") },
  { name: "build", about: "make a dataset from a recipe", load: () => import("./build.ts") },
  { name: "inspect", about: "show a log or a dataset", load: () => import("./inspect.ts") },
  { name: "audit", about: "look for leaks and faults", load: () => import("./audit.ts") },
  { name: "export", about: "write a trainer's format", load: () => import("./export.ts") },
  { name: "validate", about: "check a training file", load: () => import("./validate.ts") },
  { name: "push", about: "send a dataset to the Hub", load: () => import("./push.ts") },
  { name: "eval", about: "ask systems and compare them", load: () => import("./eval.ts") },
  {
    name: "recommend",
    about: "recommend from a history or for a user",
    load: () => import("./recommend.ts"),
  },
  { name: "compare", about: "compare two evals", load: () => import("./compare.ts") },
  { name: "report", about: "make a report again", load: () => import("./report.ts") },
  { name: "run", about: "build, tune and eval what is stale", load: () => import("./run.ts") },
  { name: "tune", about: "run a fine-tune job", load: () => import("./tune.ts") },
  { name: "jobs", about: "list, watch and settle jobs", load: () => import("./jobs.ts") },
  { name: "schema", about: "print a recipe's JSON Schema", load: () => import("./schema.ts") },
  { name: "doctor", about: "check what this machine has", load: () => import("./doctor.ts") },
  { name: "demo", about: "run the sample suite", load: () => import("./demo.ts") },
];

const nodeMajor = Number(process.versions.node.split(".")[0]);

/** Runs one invocation; gives its exit code. */
export async function main(argv: string[]): Promise<number> {
  if (nodeMajor < 24) {
    process.stderr.write(
      `error[node-version]: rectune needs Node 24 or newer; this is ${process.version}\n`,
    );
    return exitCodes.usage;
  }
  // `rectune … | head` closes the pipe early; that is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const debug = argv.includes("--debug");
  let code: number = exitCodes.ok;
  const program = makeProgram();
  try {
    for (const { name, about, load } of commands) {
      const command = program.command(name).summary(about).description(about);
      command.configureHelp({ showGlobalOptions: true });
      // Only what may be meant is loaded; a file called like a command does no harm.
      if (!argv.includes(name)) continue;
      const { command: loaded } = await load();
      loaded.configure(command);
      command.action(async () => {
        const raw = program.opts<RawFlags>();
        const result = await loaded.run({
          args: command.args,
          options: command.opts(),
          flags: makeFlags(raw),
          context: makeContext(raw),
          output: makeOutput(raw),
        });
        if (typeof result === "number") code = result;
      });
    }
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    printError(error, debug);
    return error instanceof RectuneError ? error.exitCode : exitCodes.failure;
  }
}

function makeProgram(): Command {
  return new Command("rectune")
    .description(
      "Turns interaction logs into instruction-tuning data for LLM recommenders, runs the fine-tune, and tells with statistics whether it beat the base model and the classics.",
    )
    .version(toolVersion, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .option("--json", "one JSON document on stdout")
    .option(
      "--set <key.path=value>",
      "override a key of the recipe; may stand several times",
      (text: string, held: string[]) => [...held, text],
      [],
    )
    .option("--limit <n>", "work on at most n users or rows", integerFlag("--limit", 1))
    .option("--seed <n>", "seed of every draw", integerFlag("--seed", 0))
    .option(
      "--threads <n>",
      "worker threads (default: cores, at most 8)",
      integerFlag("--threads", 1),
    )
    .addOption(
      new Option("--if-exists <how>", "when the output is there already")
        .choices(["ask", "resume", "replace", "fail"])
        .default("ask"),
    )
    .option("--state-dir <dir>", "state folder (default: the nearest .rectune upward)")
    .option("-q, --quiet", "errors and warnings only")
    .option("-v, --verbose", "say more")
    .option("--debug", "say most, and show stacks")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, "error[usage]: ")),
    });
}
