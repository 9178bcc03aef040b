// Schemas of answers: names and types of what a wording writes, and none where it writes no JSON.

import { expect, test } from "vitest";
import { schemaOfAnswer } from "../../../../src/eval/system/json-shape.ts";

test("has the names and types of the answer, in its order", () => {
  const text = '{"reason": "dark", "rating": 4, "seen": false, "titles": ["Heat"]}';
  expect(schemaOfAnswer(text)).toEqual({
    type: "object",
    properties: {
      reason: { type: "string" },
      rating: { type: "number" },
      seen: { type: "boolean" },
      titles: { type: "array", items: { type: "string" } },
    },
    required: ["reason", "rating", "seen", "titles"],
    additionalProperties: false,
  });
});

test.each(["Heat (1995)", "4", '["Heat"]', '{"cut": "of', "{{ title }}", ""])(
  "is none for %j",
  (text) => expect(schemaOfAnswer(text)).toBeNull(),
);
