// Writes schemas/<recipe>.schema.json from the zod schemas: node scripts/make-schemas.ts

import { mkdir, writeFile } from "node:fs/promises";
import { prettyJson } from "../src/base/json.ts";
import { jsonSchemaOf, recipeSchemas } from "../src/cli/schemas.ts";

const folder = new URL("../schemas/", import.meta.url);
await mkdir(folder, { recursive: true });
for (const name of Object.keys(recipeSchemas))
  await writeFile(new URL(`${name}.schema.json`, folder), prettyJson(jsonSchemaOf(name)));
