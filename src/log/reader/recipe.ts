// The `log` piece of a dataset recipe: where the raw interactions lie and how their columns are called.

import { z } from "zod";

const fileName = z
  .string()
  .min(1)
  .describe("File name relative to log.path; `*` in the last part reads several files");
const column = z.string().min(1);
const texts = z
  .union([column, z.record(z.string().min(1), column)])
  .describe("One column, or one column a language: {en: title, ko: title_ko}");

/** What log.format takes, in the order that messages name them. */
export const formats = [
  "auto",
  "movielens",
  "amazon",
  "yelp",
  "recbole",
  "csv",
  "tsv",
  "jsonl",
  "parquet",
  "arrow",
] as const;

/** Columns of a log of tables: CSV and TSV (RFC 4180, UTF-8, with a header), JSON lines, Parquet, Arrow IPC. */
export const columnsSchema = z.strictObject({
  interactions: z.strictObject({
    file: fileName,
    user: column,
    item: column,
    rating: column.optional(),
    time: column
      .optional()
      .describe("UTC seconds (milliseconds and microseconds where all are), or ISO 8601"),
    event: column.optional().describe("Event name; log.feedback turns it into a rating"),
  }),
  items: z
    .strictObject({
      file: fileName,
      id: column,
      title: texts,
      year: column.optional(),
      genres: column.optional(),
      genreSeparator: z.string().min(1).default("|"),
      text: column.optional(),
    })
    .optional(),
  reviews: z.strictObject({ file: fileName, user: column, item: column, text: texts }).optional(),
});
export type LogColumns = z.infer<typeof columnsSchema>;

/** The `log` key of a dataset recipe. */
export const logSchema = z.strictObject({
  format: z.enum(formats).default("auto"),
  path: z
    .string()
    .min(1)
    .describe(
      "Folder or file, relative to the recipe; `*` in its last part, or `-` for standard input",
    ),
  columns: columnsSchema.nullable().default(null),
  feedback: z
    .record(z.string(), z.number())
    .nullable()
    .default(null)
    .describe("Rating of each event of a log without ratings: {view: 1, buy: 5}"),
  maxRejects: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe("Share of unusable rows above which the build stops"),
});
export type LogRecipe = z.infer<typeof logSchema>;
