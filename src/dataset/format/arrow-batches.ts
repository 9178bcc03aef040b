// Examples as an Arrow IPC file (arrow.apache.org/docs/format/Columnar.html), batch by batch, with declared types.
// The library is loaded when it is first needed: it takes a tenth of a second.

import { open } from "node:fs/promises";
import type { DataType, RecordBatch, Schema } from "apache-arrow";
import type { Example } from "../task/types.ts";
import { columnOf, type Arrow } from "./arrow-columns.ts";
import { exampleColumns, type ColumnKind } from "./columns.ts";

const batchRows = 4096;

/** The bytes of an IPC file that holds the examples, in blocks. */
export async function* writeArrow(examples: AsyncIterable<Example>): AsyncGenerator<Uint8Array> {
  const arrow = await import("apache-arrow");
  const writer = new arrow.RecordBatchFileWriter();
  const schema = schemaOf(arrow);
  writer.reset(undefined, schema);
  const blocks = writer[Symbol.asyncIterator]();
  const batches = batchesOf(arrow, schema, examples);
  let block = blocks.next();
  for (let isOpen = true; ; block = blocks.next()) {
    // A batch is made when all blocks of those before it are taken, so that no more than one is held.
    while (isOpen && !(await isReady(block))) {
      const { done, value } = await batches.next();
      if (done) writer.finish();
      else writer.write(value);
      isOpen = done !== true;
    }
    const { done, value } = (await block) as IteratorResult<Uint8Array>;
    if (done) return;
    yield value;
  }
}

const waiting = Symbol("waiting");

/** Whether a promise is settled once all that is due now is done. */
async function isReady(promise: Promise<unknown>): Promise<boolean> {
  const later = new Promise((resolve) => setImmediate(resolve, waiting));
  return (await Promise.race([promise, later])) !== waiting;
}

function schemaOf(arrow: Arrow): Schema {
  const text = new arrow.Utf8();
  const message = new arrow.Struct([
    new arrow.Field("role", text, true),
    new arrow.Field("content", text, true),
  ]);
  const types: Record<ColumnKind, DataType> = {
    text,
    int: new arrow.Int64(),
    float: new arrow.Float64(),
    texts: new arrow.List(new arrow.Field("item", text, true)),
    messages: new arrow.List(new arrow.Field("item", message, true)),
  };
  return new arrow.Schema(
    exampleColumns.map(({ name, kind }) => new arrow.Field(name, types[kind], true)),
  );
}

async function* batchesOf(
  arrow: Arrow,
  schema: Schema,
  examples: AsyncIterable<Example>,
): AsyncGenerator<RecordBatch> {
  let rows: Record<string, unknown>[] = [];
  const flush = (): RecordBatch => {
    const children = exampleColumns.map(({ name, kind }, i) =>
      columnOf(
        arrow,
        schema.fields[i]!.type,
        kind,
        rows.map((row) => row[name]),
      ),
    );
    const data = arrow.makeData({
      type: new arrow.Struct(schema.fields),
      length: rows.length,
      nullCount: 0,
      children,
    });
    rows = [];
    return new arrow.RecordBatch(schema, data);
  };
  for await (const example of examples) {
    rows.push(example);
    if (rows.length >= batchRows) yield flush();
  }
  if (rows.length > 0) yield flush();
}

/** Number of rows and names of the columns of an Arrow IPC file or stream, read batch by batch. */
export async function readArrowShape(path: string): Promise<{ rows: number; columns: string[] }> {
  const { RecordBatchReader } = await import("apache-arrow");
  const handle = await open(path);
  try {
    const reader = await RecordBatchReader.from(handle);
    await reader.open();
    const columns = reader.schema.fields.map((field) => String(field.name));
    let rows = 0;
    for await (const batch of reader) rows += batch.numRows;
    return { rows, columns };
  } finally {
    await handle.close().catch(() => {});
  }
}
