// The zod schemas of templates/<task>/<lang>.yaml (packs) and templates/domains/<lang>.yaml (words of a domain).

import { z } from "zod";

const block = z.string().default("");
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, "a name is lower-case letters, digits and hyphens");

export const langSchema = z.enum(["en", "ko"]);

export const wordingSchema = z.strictObject({
  name,
  heldOut: z.boolean().default(false),
  instruction: block,
  context: block,
  candidates: block,
  task: block,
  answer: z.string(),
  join: z.string().default("\n\n"),
});

export const packSchema = z.strictObject({
  version: z.int().min(1),
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
