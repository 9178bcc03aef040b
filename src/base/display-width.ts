// Columns that a text takes in a terminal, and padding by them: names in Hangul are twice as wide as their length.

/** Columns that a text takes in a terminal: East Asian wide characters take two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (joinedCharacter.test(character)) continue;
    width += wideCharacter.test(character) ? 2 : 1;
  }
  return width;
}

/** The text with spaces up to a width, behind it or before it. */
export function padDisplay(text: string, width: number, side: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return side === "left" ? text + space : space + text;
}

// Marks, and the vowels and finals of Hangul written as single letters, which stand inside the syllable before them.
const joinedCharacter = /[\p{M}\p{Cf}\u1160-\u11FF\uD7B0-\uD7FB]/u;
const wideCharacter =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
