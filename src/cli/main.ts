#!/usr/bin/env node
// The door of the command line: what comes behind it is compiled once and kept by Node.

import { enableCompileCache } from "node:module";

enableCompileCache();
const { main } = await import("./program.ts");
process.exitCode = await main(process.argv.slice(2));
