// The zod schemas of templates/<task>/<lang>.yaml (packs) and templates/domains/<lang>.yaml (words of a domain).

import { z } from "zod";

const block = (about: string) => z.string().default("").describe(about);
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, "a name is lower-case letters, digits and hyphens");

export const langSchema = z.enum(["en", "ko"]);

export const wordingSchema = z.strictObject({
  name,
  heldOut: z
    .boolean()
    .default(false)
    .describe("true: never trained on; test asks it where the recipe says heldOut: also"),
  instruction: block("The system message; left out when empty. Jinja, as all blocks"),
  context: block("What is known of the person: history, taste"),
  candidates: block("The items to choose from, in a loop over candidates"),
  task: block("What is asked"),
  answer: z.string().describe("The assistant message; it alone may use what is asked for"),
  join: z
    .string()
    .default("\n\n")
    .describe("Stands between context, candidates and task in the user message"),
});

export const packSchema = z.strictObject({
  version: z.int().min(1).describe("Raised when a text changes; part of the wordings' ids"),
  task: name,
  lang: langSchema,
  replace: z
    .boolean()
    .default(false)
    .describe("true: the built-in wordings of this task and language are left out"),
  wordings: z.array(wordingSchema).min(1),
});

export const domainsSchema = z.strictObject({
  version: z.literal(1),
  lang: langSchema,
  domains: z.record(z.string(), z.record(z.string(), z.string().min(1))),
});
