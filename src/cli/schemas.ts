// The recipes, and the packs and domains of templates/, that have a JSON Schema, by the name of their file in schemas/.

import type { z } from "zod";
import { toJsonSchema } from "../base/json-schema.ts";
import { datasetRecipeSchema } from "../dataset/recipe.ts";
import { domainsSchema, packSchema } from "../dataset/template/pack-schema.ts";
import { jobRecipeSchema } from "../job/recipe.ts";
import { suiteSchema } from "../eval/suite/recipe.ts";

export const recipeSchemas: Readonly<Record<string, { title: string; schema: z.ZodType }>> = {
  dataset: { title: "rectune dataset recipe", schema: datasetRecipeSchema },
  job: { title: "rectune job recipe", schema: jobRecipeSchema },
  pack: { title: "rectune pack of wordings", schema: packSchema },
  domains: { title: "rectune words of domains", schema: domainsSchema },
  suite: { title: "rectune suite", schema: suiteSchema },
};

/** The JSON Schema of a recipe, or null for a name that is none. */
export function jsonSchemaOf(name: string): Record<string, unknown> | null {
  const found = Object.hasOwn(recipeSchemas, name) ? recipeSchemas[name] : undefined;
  return found ? toJsonSchema(found.schema, found.title) : null;
}
