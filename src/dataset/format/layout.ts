// How rows are laid out as text. With {indent: 4, ascii: true, finalNewline: false} an array has the bytes that Python's
// json.dump(rows, file, indent=4) writes.

export type Layout = {
  /** Spaces a level, in files of one array; null: a row a line. */
  indent: number | null;
  /** Whether all beyond ASCII is written as `\u` escapes of four hexadecimal digits. */
  ascii: boolean;
  finalNewline: boolean;
};

export const plainLayout: Layout = { indent: null, ascii: false, finalNewline: true };

/** Makes the text of a file piece by piece: `add` gives what a row adds, `end` what closes the file. */
export function startText(
  container: "jsonl" | "json-array",
  { indent, ascii, finalNewline }: Layout,
): { add(row: unknown): string; end(): string } {
  const last = finalNewline ? "\n" : "";
  let rows = 0;
  const write = (row: unknown): string => {
    const text = JSON.stringify(row, null, (container === "json-array" && indent) || 0);
    return ascii ? escapeAscii(text) : text;
  };
  if (container === "jsonl") {
    // A line ends when the next one comes, so that the last one may stay without an end.
    return {
      add: (row) => `${rows++ === 0 ? "" : "\n"}${write(row)}`,
      end: () => (rows === 0 ? "" : last),
    };
  }
  const margin = indent === null ? "" : " ".repeat(indent);
  const lay = (row: unknown): string => {
    const flat = indent === null ? null : layFlat(row, margin, indent);
    if (flat !== null) return ascii ? escapeAscii(flat) : flat;
    return write(row).replaceAll("\n", `\n${margin}`);
  };
  return {
    add: (row) => `${rows++ === 0 ? "[\n" : ",\n"}${margin}${lay(row)}`,
    end: () => `${rows === 0 ? "[]" : "\n]"}${last}`,
  };
}

/** A row of texts alone as JSON.stringify would indent it, which takes twice as long; null for any other row. */
function layFlat(row: unknown, margin: string, indent: number): string | null {
  if (row === null || typeof row !== "object" || Array.isArray(row)) return null;
  // JSON.stringify takes ten spaces at most.
  const start = `\n${margin}${" ".repeat(Math.min(indent, 10))}`;
  let text = "{";
  for (const [key, value] of Object.entries(row)) {
    if (typeof value !== "string") return null;
    text += `${text === "{" ? "" : ","}${start}${JSON.stringify(key)}: ${JSON.stringify(value)}`;
  }
  return text === "{" ? null : `${text}\n${margin}}`;
}

function escapeAscii(text: string): string {
  return text.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
