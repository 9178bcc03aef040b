import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileBlock, scopeFor } from "../../../../src/dataset/template/compile.ts";
import { compileJson } from "../../../../src/dataset/template/compile-json.ts";
import { LineBuffer } from "../../../../src/dataset/template/line-buffer.ts";
import { NumberedRecord } from "../../../../src/dataset/template/record-number.ts";
import { parseBlock } from "../../../../src/dataset/template/syntax.ts";

const locate = (): string => "pack.yaml:1:1";

function compileToJson(source: string): (vars: Record<string, unknown>) => string {
  const nodes = parseBlock(source, locate);
  const [write, scopeOf] = [compileJson(nodes, locate), scopeFor(nodes)];
  return (vars) => {
    const buffer = new LineBuffer();
    write(scopeOf(vars), buffer);
    return buffer.text(0, buffer.size);
  };
}

type Film = { title: string; rating: number | null };
const film: fc.Arbitrary<Film> = fc.record({
  title: fc.constantFrom('"Up"', "A\\B", "기생충", "M\u0007", "{{ x }}"),
  rating: fc.option(fc.integer({ min: 1, max: 5 })),
});

const bodies = {
  "its item alone": "{{ h.title }} {{ h.rating }}\n",
  "its place alone": "{{ loop.index }}/{{ loop.length }} ",
  both: "{{ loop.index }}. {{ h.title }}{% if not loop.last %}, then {% endif %}",
  "both in one tag":
    "{% if loop.first and h.rating is none %}!{% endif %}{{ h.title ~ loop.index0 }};",
  "what stands outside": "{{ h.title }} {{ word }}, ",
  "a name it sets": "{% set seen = h.title %}{{ seen }}{{ loop.index }}",
  "a name set around it": "{{ before }}{% set before = h.title %}",
};

describe("a loop in JSON gives what it gives as text, when its body reads", () => {
  it.each(Object.entries(bodies))("%s", (_, body) => {
    const source = `{% for h in history %}${body}{% else %}"none"{% endfor %}`;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(film, fc.boolean()), { minLength: 1, maxLength: 8 }),
        fc.array(fc.array(fc.nat(), { maxLength: 6 }), { maxLength: 4 }),
        fc.nat(3),
        (drawn, picks, window) => {
          const [text, json] = [compileBlock(source, locate), compileToJson(source)];
          // Some are numbered, so that their text is kept; some are not.
          const films = drawn.map(([one, isNumbered]) =>
            isNumbered ? Object.assign(new NumberedRecord(), one) : one,
          );
          // A window that moves over the same records, then lists in any order with records twice.
          const moving = films.map((_film, i) => films.slice(Math.max(0, i - window), i + 1));
          const others = picks.map((pick) => pick.map((n) => films[n % films.length]!));
          for (const [i, history] of [...moving, [], ...others, ...moving].entries()) {
            const vars = { history, word: `"${i}"` };
            expect(JSON.parse(`"${json(vars)}"`)).toBe(text(vars));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("a list that is no list of records", () => {
    const json = compileToJson("{% for h in history %}{{ h }};{% endfor %}");
    expect([json({ history: ["a", '"'] }), json({ history: ["b"] })]).toEqual(['a;\\";', "b;"]);
  });
});

it("a set name is text, not JSON, for the expressions that read it", () => {
  const source = `{% set x %}{{ t }}{% endset %}{{ x | length }}{{ x }}`;
  expect(compileToJson(source)({ t: '"' })).toBe('1\\"');
});

it("a place that prints other values prints each of them", () => {
  const json = compileToJson("{{ t }}");
  expect(['"', "a", "", '"'].map((t) => json({ t }))).toEqual(['\\"', "a", "", '\\"']);
});

it("two loops share what they make of a record only where they read the same of it", () => {
  const film = Object.assign(new NumberedRecord(), { title: "Up", line: "Up 4" });
  const vars = { history: [film], films: [film], film };
  const [lines, titles, names, alone] = [
    "{% for h in history %}{{ h.line }};{% endfor %}",
    "{% for h in history %}{{ h.title }};{% endfor %}",
    "{% for film in films %}{{ film.line | upper }};{% endfor %}",
    "{{ film.line }}{% if film.rating is none %}none{% endif %}",
  ].map((source) => compileToJson(source)(vars));
  expect([lines, titles, names, alone]).toEqual(["Up 4;", "Up;", "UP 4;", "Up 4"]);
});
