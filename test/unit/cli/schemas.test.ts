import { readFile, readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import { prettyJson } from "../../../src/base/json.ts";
import { jsonSchemaOf, recipeSchemas } from "../../../src/cli/schemas.ts";

const folder = new URL("../../../schemas/", import.meta.url);

it.each(Object.keys(recipeSchemas))(
  "schemas/%s.schema.json is up to date (npm run schemas)",
  async (name) => {
    const written = await readFile(new URL(`${name}.schema.json`, folder), "utf8");
    expect(written).toBe(prettyJson(jsonSchemaOf(name)));
  },
);

it("has a schema for each file, and none for other names", async () => {
  const names = (await readdir(folder)).map((file) => file.replace(".schema.json", "")).sort();
  expect(names).toEqual(Object.keys(recipeSchemas).sort());
  expect(jsonSchemaOf("toString")).toBeNull();
});

it("lets keys with defaults be left out, and refuses others", () => {
  const schema = jsonSchemaOf("dataset") as { required: string[]; additionalProperties: boolean };
  expect(schema.required).toEqual(["version", "name", "log"]);
  expect(schema.additionalProperties).toBe(false);
});
