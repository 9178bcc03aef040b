// Log text on a terminal: control characters could move its cursor or recolour it, and marks of writing direction could
// show it in another order.

/** The text with such characters made visible, tabs and line ends kept. */
export function printable(text: string): string {
  return text.replace(
    /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    "\u{FFFD}",
  );
}
