// What the variables of wordings hold, for the linter: a misspelt field is an error when a pack is read, not an empty
// word in ten thousand prompts.

export type Shape =
  | { kind: "text" | "number" | "truth" | "any" }
  | { kind: "list"; of: Shape }
  | { kind: "record"; fields: Readonly<Record<string, Shape>> };

const text: Shape = { kind: "text" };
const number: Shape = { kind: "number" };
const truth: Shape = { kind: "truth" };

const itemFields = {
  title: text,
  id: text,
  year: number,
  genres: { kind: "list", of: text },
} satisfies Record<string, Shape>;
const item: Shape = { kind: "record", fields: itemFields };

/** Fields of `loop` inside a for. */
export const loopShape: Shape = {
  kind: "record",
  fields: { index: number, index0: number, first: truth, last: truth, length: number },
};

const rows: Shape = {
  kind: "list",
  of: { kind: "record", fields: { ...itemFields, line: text, rating: number, age: text } },
};

/** The shape of every variable that a task may declare; `words` comes from templates/domains. */
export const variableShapes: Readonly<Record<string, Shape>> = {
  history: rows,
  liked: rows,
  disliked: rows,
  likes: truth,
  candidates: { kind: "list", of: item },
  item,
  target: item,
  scale: { kind: "record", fields: { min: number, max: number } },
  position: number,
  rating: number,
  index: number,
  letter: text,
  reason: {
    kind: "record",
    fields: { because: { kind: "list", of: text }, shared: { kind: "list", of: text } },
  },
  review: text,
  because: { kind: "list", of: text },
  shared: { kind: "list", of: text },
  taste: text,
  n: number,
  rejected: { kind: "list", of: text },
  picks: { kind: "list", of: { kind: "record", fields: { title: text, reason: text } } },
};

/** The shape of `words` for the keys that the domains of a language define. */
export function wordsShape(keys: readonly string[]): Shape {
  return { kind: "record", fields: Object.fromEntries(keys.map((key) => [key, text])) };
}
