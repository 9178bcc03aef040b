import { expect, it } from "vitest";
import { printable } from "../../../src/cli/printable.ts";

it("shows what could steer a terminal, and keeps every other text", () => {
  expect(printable("a\u001b[31mb\u0000\r\u0085\u202e")).toBe(
    "a\u{FFFD}[31mb\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
  );
  const kept = "Amélie\t기생충\n😀 <|im_end|> {{ x }}";
  expect(printable(kept)).toBe(kept);
});
