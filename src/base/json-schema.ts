// JSON Schema (draft-07, which YAML editors read) of a zod schema, for recipes' first line and `rectune schema`.

import { z } from "zod";

/** The schema of what a user writes: keys with defaults may be left out. */
export function toJsonSchema(schema: z.ZodType, title: string): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-7", io: "input" });
  return { $schema, title, ...rest };
}
