// An executable in JavaScript. A shebang cannot name a Node whose path has a space, so the shell starts it: the second
// line is a command to the shell and an expression with a comment to Node.

import { chmodSync, writeFileSync } from "node:fs";

/** Writes a CommonJS script that can be run by its path. */
export function writeProgram(path: string, script: string): void {
  const node = `'${process.execPath.replaceAll("'", `'\\''`)}'`;
  writeFileSync(path, `#!/bin/sh\n":" //; exec ${node} "$0" "$@"\n${script}`);
  chmodSync(path, 0o755);
}
