// The dataset recipe: a YAML file that says which log becomes which examples. It joins the pieces of the rooms it
// serves: log, filter and split of the log floor, and one piece a task.

import { dirname, resolve } from "node:path";
import { z } from "zod";
import { parseOverride, readYaml, type Override } from "../base/yaml.ts";
import { logSchema } from "../log/reader/recipe.ts";
import { filterSchema, splitSchema } from "../log/split/recipe.ts";
import { taskSchema } from "./task/index.ts";
import { shows } from "./task/types.ts";
import { langSchema } from "./template/pack-schema.ts";

const targetChoice = z
  .union([
    z.enum(["every", "first", "last"]),
    z.strictObject({ stride: z.int().min(1).describe("Every n-th row, counted from the last") }),
    z.strictObject({ sample: z.int().min(1).describe("n rows, drawn with the seed") }),
  ])
  .default("every");

export const datasetRecipeSchema = z.strictObject({
  version: z.literal(1).describe("Version of the recipe's shape"),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "a name is letters, digits, dots, hyphens")
    .describe("Name of the dataset, as the card shows it"),
  log: logSchema,
  filter: filterSchema.prefault({}),
  split: splitSchema.prefault({ by: "leave-one-out" }),
  lang: z
    .array(langSchema)
    .min(1)
    .refine((langs) => new Set(langs).size === langs.length, "a language stands twice")
    .default(["en"])
    .describe("Languages of the prompts; several make one example each"),
  domain: z.string().min(1).default("film").describe("Key of templates/domains/<lang>.yaml"),
  templates: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("Folder of the shape of templates/, laid over the built-in packs"),
  history: z
    .strictObject({
      window: z.int().min(1).max(1000).default(10).describe("Rows shown at most, the most recent"),
      order: z.literal("recent").default("recent"),
      show: z.enum(shows).default("title+rating"),
      minHistory: z
        .int()
        .min(1)
        .nullable()
        .default(null)
        .describe("Earlier rows a target needs, in every split; null: 3 in train, 1 elsewhere"),
      targets: targetChoice.describe("Rows of a user that train asks for"),
      testTargets: targetChoice.describe("Rows of a user that validation and test ask for, each"),
    })
    .prefault({}),
  repeats: z
    .enum(["drop-target", "keep"])
    .default("drop-target")
    .describe("drop-target: earlier copies of the target leave the history"),
  tasks: z
    .array(taskSchema)
    .min(1)
    .refine(
      (list) => new Set(list.map((task) => task.type)).size === list.length,
      "a task stands twice",
    )
    .prefault([{ type: "rating" }, { type: "next-item" }]),
  heldOut: z
    .enum(["none", "also"])
    .default("none")
    .describe(
      "also: test asks every question a second time, in a wording that is never trained on",
    ),
  seed: z.int().nonnegative().default(1),
});

/** A checked recipe with its defaults filled in. */
export type DatasetRecipeValue = z.infer<typeof datasetRecipeSchema>;
/** A recipe with the file it came from and the folder its paths are relative to. */
export type DatasetRecipe = DatasetRecipeValue & { path: string; dir: string };

/**
 * Reads a dataset recipe. `overrides` are texts `key.path=value`, laid over the file before it is checked; paths in
 * them (log.path, templates) are relative to `cwd`, those in the file to its folder.
 * @throws UsageError at file:line:col, or naming the flag.
 */
export async function loadDatasetRecipe(
  path: string,
  overrides: readonly string[] = [],
  cwd = ".",
): Promise<DatasetRecipe> {
  const file = resolve(cwd, path);
  const laid = overrides.map(parseOverride).map((override) => rebase(override, cwd));
  const { value } = await readYaml(file, datasetRecipeSchema, laid);
  return { ...value, path: file, dir: dirname(file) };
}

const pathKeys = ["log.path", "templates"];

function rebase(override: Override, cwd: string): Override {
  const { value } = override;
  if (!pathKeys.includes(override.path.join(".")) || typeof value !== "string") return override;
  // A remote path is left as it is, for the log room to refuse by its name.
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) || value === ""
    ? override
    : { ...override, value: resolve(cwd, value) };
}

/** A folder of a recipe as an absolute path, or null. */
export function templatesDirOf(recipe: DatasetRecipe): string | null {
  return recipe.templates === null ? null : resolve(recipe.dir, recipe.templates);
}
