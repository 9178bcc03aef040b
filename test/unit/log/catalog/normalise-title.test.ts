import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseTitle } from "../../../../src/log/catalog/normalise-title.ts";

/** Any code points at all; `unit: "binary"` would take half a second to set up. */
const anyText = fc
  .array(fc.nat({ max: 0x10ffff }), { maxLength: 12 })
  .map((points) => String.fromCodePoint(...points));

describe("normaliseTitle", () => {
  test.each([
    ["The Godfather (1972)", "Godfather, The (1972)"],
    ["  **“Heat”**  (1995)", "heat (1995)"],
    ["Face/Off (1997)", "FACE OFF (1997)"],
    ["La double vie de Véronique (1991)", "double vie de véronique, la (1991)"],
    ["대부 (1972)".normalize("NFD"), "『대부』(1972)"],
    ["Ｓｅｖｅｎ (1995)", "Seven (1995)"],
    ["Die Straße (1990)", "DIE STRASSE (1990)"],
    [
      "The City of Lost Children (La Cité des enfants perdus)",
      "City of Lost Children, The (Cité des enfants perdus, La)",
    ],
  ])("%s = %s", (a, b) => expect(normaliseTitle(a)).toEqual(normaliseTitle(b)));

  test.each([
    ["Amélie", "Amelie"],
    ["Alien", "Aliens"],
    ["Heat (1995)", "Heat (1986)"],
    ["Rocky", "Rocky II"],
  ])("%s ≠ %s", (a, b) => expect(normaliseTitle(a)).not.toEqual(normaliseTitle(b)));

  test("keeps the year apart, and other brackets in", () => {
    expect(normaliseTitle("Heat (1995)")).toEqual({ name: "heat", year: 1995 });
    expect(normaliseTitle("(500) Days of Summer (2009)")).toEqual({
      name: "500daysofsummer",
      year: 2009,
    });
    expect(normaliseTitle("2001: A Space Odyssey")).toEqual({ name: "2001aspaceodyssey", year: 0 });
    expect(normaliseTitle("!!!")).toEqual({ name: "", year: 0 });
  });

  test("a normal form is its own normal form", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { name } = normaliseTitle(text);
        expect(normaliseTitle(name).name).toBe(name);
      }),
    );
  });
});
