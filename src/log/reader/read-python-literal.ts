// The literals of Python (docs.python.org/3/reference/lexical_analysis.html) that repr() writes for plain data: the
// metadata lines of the Amazon data sets of 2014 are such dictionaries, not JSON.

/** Parses one literal: a dict, list, tuple, string, number, True, False or None. @throws SyntaxError with the place */
export function readPythonLiteral(text: string): unknown {
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at character ${at + 1}`);
  };
  const skip = (): void => {
    while (text[at] === " " || text[at] === "\t") at++;
  };
  const members = (end: string, take: () => void): void => {
    at++;
    for (skip(); text[at] !== end; skip()) {
      take();
      skip();
      if (text[at] === ",") at++;
      else if (text[at] !== end) fail(`expected , or ${end}`);
    }
    at++;
  };
  const list = (end: string): unknown[] => {
    const held: unknown[] = [];
    members(end, () => void held.push(value()));
    return held;
  };
  const dictionary = (): object => {
    // A key may be called __proto__: entries are defined, never assigned.
    const entries: [string, unknown][] = [];
    members("}", () => {
      const key = String(value());
      skip();
      if (text[at++] !== ":") fail("expected :");
      entries.push([key, value()]);
    });
    return Object.fromEntries(entries);
  };
  const quoted = (): string => {
    const quote = text[at++]!;
    let held = "";
    for (;;) {
      const char = text[at];
      if (char === undefined) return fail("unclosed string");
      at++;
      if (char === quote) return held;
      if (char !== "\\") held += char;
      else held += escaped();
    }
  };
  const escaped = (): string => {
    const char = text[at++] ?? "";
    const digits = { x: 2, u: 4, U: 8 }[char];
    if (digits !== undefined) {
      const hex = text.slice(at, at + digits);
      if (hex.length < digits || !/^[0-9a-f]+$/i.test(hex)) fail("bad escape");
      const code = Number.parseInt(hex, 16);
      if (code > 0x10ffff) fail("bad escape");
      at += digits;
      return String.fromCodePoint(code);
    }
    const plain = { n: "\n", t: "\t", r: "\r", "\\": "\\", "'": "'", '"': '"' }[char];
    return plain ?? `\\${char}`;
  };
  const value = (): unknown => {
    skip();
    const char = text[at];
    if (char === "{") return dictionary();
    if (char === "[") return list("]");
    if (char === "(") return list(")");
    if (/^[uU]['"]/.test(text.slice(at, at + 2))) at++;
    if (text[at] === "'" || text[at] === '"') return quoted();
    const word = /^(True|False|None|-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?L?)/.exec(
      text.slice(at, at + 40),
    )?.[0];
    if (word === undefined) return fail("expected a value");
    at += word.length;
    if (word === "None") return null;
    if (word === "True" || word === "False") return word === "True";
    return Number(word.replace("L", ""));
  };
  const result = value();
  skip();
  return at === text.length ? result : fail("unexpected text");
}
