// Columns of an Arrow record batch out of the values of examples, laid out by hand (arrow.apache.org/docs/format/Columnar.html):
// offsets, bits of validity, bytes. The library's builders take a value at a time and are ten times as slow.

import type { Data, DataType, List, Struct } from "apache-arrow";
import type { ColumnKind } from "./columns.ts";

export type Arrow = typeof import("apache-arrow");

/** One column; null and undefined are null. `type` is the column's declared type. */
export function columnOf(
  arrow: Arrow,
  type: DataType,
  kind: ColumnKind,
  values: readonly unknown[],
): Data {
  const valid = validityOf(values);
  switch (kind) {
    case "text":
      return textColumn(arrow, values);
    case "int": {
      const data = BigInt64Array.from(values, (value) => BigInt((value as number | null) ?? 0));
      return arrow.makeData({ type: new arrow.Int64(), length: values.length, data, ...valid });
    }
    case "float": {
      const data = Float64Array.from(values, (value) => (value as number | null) ?? 0);
      return arrow.makeData({ type: new arrow.Float64(), length: values.length, data, ...valid });
    }
    case "texts": {
      const child = textColumn(arrow, flatten(values));
      return listColumn(arrow, type as List, values, child);
    }
    case "messages": {
      const all = flatten(values) as { role: string; content: string }[];
      const child = arrow.makeData({
        type: (type as List).children[0]!.type as Struct,
        length: all.length,
        nullCount: 0,
        children: [
          textColumn(
            arrow,
            all.map(({ role }) => role),
          ),
          textColumn(
            arrow,
            all.map(({ content }) => content),
          ),
        ],
      });
      return listColumn(arrow, type as List, values, child);
    }
  }
}

function flatten(lists: readonly unknown[]): unknown[] {
  return (lists as readonly (unknown[] | null | undefined)[]).flatMap((list) => list ?? []);
}

function textColumn(arrow: Arrow, values: readonly unknown[]): Data {
  const texts = values.map((value) => (typeof value === "string" ? value : ""));
  const valueOffsets = new Int32Array(values.length + 1);
  for (let i = 0; i < texts.length; i++)
    valueOffsets[i + 1] = valueOffsets[i]! + Buffer.byteLength(texts[i]!);
  const data = new Uint8Array(Buffer.from(texts.join(""), "utf8"));
  const length = values.length;
  return arrow.makeData({
    type: new arrow.Utf8(),
    length,
    valueOffsets,
    data,
    ...validityOf(values),
  });
}

function listColumn(arrow: Arrow, type: List, values: readonly unknown[], child: Data): Data {
  const valueOffsets = new Int32Array(values.length + 1);
  for (let i = 0; i < values.length; i++)
    valueOffsets[i + 1] = valueOffsets[i]! + ((values[i] as unknown[] | null)?.length ?? 0);
  return arrow.makeData({
    type,
    length: values.length,
    valueOffsets,
    child,
    ...validityOf(values),
  });
}

/** One bit a value, the least significant first, set where there is one; left out where nothing is null. */
function validityOf(values: readonly unknown[]): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  let nullCount = 0;
  for (let i = 0; i < values.length; i++) {
    if ((values[i] ?? null) === null) nullCount++;
    else nullBitmap[i >> 3]! |= 1 << (i & 7);
  }
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap };
}
