// The version of the tool, from its package.json; stands beside src/ in a clone and dist/ in the package.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root.ts";

const text = readFileSync(join(packageRoot, "package.json"), "utf8");

/** Version of rectune, as in package.json. */
export const toolVersion = (JSON.parse(text) as { version: string }).version;
