// The JSON Schema of answers that a wording asks for in JSON, read off one answer as the dataset has it: names and types,
// never values. Servers that take schemas can then write nothing else.

type Schema = Record<string, unknown>;

/** Null where the text is no JSON object: other answers need no schema, and a schema's root is an object. */
export function schemaOfAnswer(text: string): Schema | null {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    return schemaOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function schemaOf(value: unknown): Schema {
  if (Array.isArray(value)) {
    return { type: "array", items: value.length === 0 ? { type: "string" } : schemaOf(value[0]) };
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    return {
      type: "object",
      properties: Object.fromEntries(entries.map(([key, held]) => [key, schemaOf(held)])),
      required: entries.map(([key]) => key),
      additionalProperties: false,
    };
  }
  const type = typeof value;
  return { type: type === "number" || type === "boolean" ? type : "string" };
}
