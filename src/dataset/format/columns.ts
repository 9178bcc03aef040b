// The columns of an example for files that declare types, as DuckDB, Arrow and Hugging Face's `datasets` name them.

/** Kinds of values: text and texts, whole numbers, numbers, and lists of {role, content}. */
export type ColumnKind = "text" | "int" | "float" | "texts" | "messages";

/** The keys of an example, in their order. */
export const exampleColumns: readonly { name: string; kind: ColumnKind }[] = [
  { name: "id", kind: "text" },
  { name: "task", kind: "text" },
  { name: "wording", kind: "text" },
  { name: "prompt", kind: "messages" },
  { name: "completion", kind: "messages" },
  { name: "user", kind: "text" },
  { name: "item", kind: "text" },
  { name: "row", kind: "int" },
  { name: "time", kind: "int" },
  { name: "rating", kind: "float" },
  { name: "history", kind: "texts" },
  { name: "candidates", kind: "texts" },
  { name: "negatives", kind: "texts" },
  { name: "label", kind: "text" },
  { name: "source", kind: "text" },
  { name: "warmth", kind: "text" },
];

export const duckdbTypes: Readonly<Record<ColumnKind, string>> = {
  text: "VARCHAR",
  int: "BIGINT",
  float: "DOUBLE",
  texts: "VARCHAR[]",
  messages: `STRUCT("role" VARCHAR, "content" VARCHAR)[]`,
};

const featureTypes: Readonly<Record<ColumnKind, object>> = {
  text: { dtype: "string" },
  int: { dtype: "int64" },
  float: { dtype: "float64" },
  texts: { sequence: "string" },
  messages: {
    list: [
      { name: "role", dtype: "string" },
      { name: "content", dtype: "string" },
    ],
  },
};

/** The columns as a dataset card's `dataset_info.features` declares them. */
export const exampleFeatures: readonly object[] = exampleColumns.map(({ name, kind }) => ({
  name,
  ...featureTypes[kind],
}));
