// The version of the tool, from its package.json; stands beside src/ in a clone and dist/ in the package.

import { readFileSync } from "node:fs";

const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");

/** Version of rectune, as in package.json. */
export const toolVersion = (JSON.parse(text) as { version: string }).version;
