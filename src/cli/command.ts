// What a command of the CLI is: flags and arguments for commander, and one function that calls the library and prints.

import type { Command } from "commander";
import type { Context } from "../base/logger.ts";

/** Flags that every command takes. */
export type GlobalFlags = {
  json: boolean;
  /** Texts `key.path=value`, in their order; `--seed` comes last as `seed=N`. */
  set: string[];
  limit: number | undefined;
  threads: number;
  ifExists: "ask" | "resume" | "replace" | "fail";
};

/** One invocation. */
export type Call = {
  args: string[];
  /** The command's own options, by their long name in camel case. */
  options: Readonly<Record<string, unknown>>;
  flags: GlobalFlags;
  context: Context;
  output: Output;
};

/** Where a command prints: data goes to stdout, all else to stderr. */
export type Output = {
  /** A line of data. */
  data(line: string): void;
  /** The one document of `--json`. */
  json(document: unknown): void;
  /** A line for people; silent with -q. */
  note(line: string): void;
  /** Asks yes or no on the terminal; null where nobody can answer. */
  confirm(question: string): Promise<boolean> | null;
};

export type CliCommand = {
  /** Arguments, options and examples; name and summary are in the list of main.ts. */
  configure(command: Command): void;
  /** Gives the exit code where it is not 0. */
  run(call: Call): Promise<number | void>;
};

/** A text option of a call, or undefined. */
export function textOption(call: Call, name: string): string | undefined {
  const value = call.options[name];
  return typeof value === "string" ? value : undefined;
}
