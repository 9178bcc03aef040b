// rectune schema NAME: the JSON Schema of a recipe, as schemas/ has it.

import { nearest, UsageError } from "../base/errors.ts";
import type { CliCommand } from "./command.ts";
import { jsonSchemaOf, recipeSchemas } from "./schemas.ts";

export const command: CliCommand = {
  configure(command) {
    command.argument("[recipe]", `one of: ${Object.keys(recipeSchemas).join(", ")}`, "dataset");
  },
  async run({ args, output }) {
    const name = args[0] ?? "dataset";
    const schema = jsonSchemaOf(name);
    if (schema === null) {
      const known = Object.keys(recipeSchemas);
      const near = nearest(name, known);
      throw new UsageError(`there is no recipe called ${name}`, {
        code: "schema-unknown",
        next: near ? `Did you mean ${near}?` : `Known: ${known.join(", ")}`,
      });
    }
    output.json(schema);
  },
};
