// JSON at the borders: canonical text for hashes, and lines for files.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** JSON text with object keys sorted at every depth, so that equal values give equal text (RFC 8785 order). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) => {
    if (typeof held === "bigint") return Number(held);
    if (held === null || typeof held !== "object" || Array.isArray(held)) return held;
    return Object.fromEntries(
      Object.entries(held).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    );
  });
}

/** One JSON document a human reads: two-space indent, final newline. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
