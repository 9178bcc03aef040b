import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileBlock } from "../../../../src/dataset/template/compile.ts";

const locate = (): string => "pack.yaml:1:1";

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
        fc.array(film, { minLength: 1, maxLength: 8 }),
        fc.array(fc.array(fc.nat(), { maxLength: 6 }), { maxLength: 4 }),
        fc.nat(3),
        (films, picks, window) => {
          const [text, json] = [compileBlock(source, locate), compileBlock(source, locate, "json")];
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
    const json = compileBlock("{% for h in history %}{{ h }};{% endfor %}", locate, "json");
    expect([json({ history: ["a", '"'] }), json({ history: ["b"] })]).toEqual(['a;\\";', "b;"]);
  });
});

it("a set name is text, not JSON, for the expressions that read it", () => {
  const source = `{% set x %}{{ t }}{% endset %}{{ x | length }}{{ x }}`;
  expect(compileBlock(source, locate, "json")({ t: '"' })).toBe('1\\"');
});

it("a place that prints other values prints each of them", () => {
  const json = compileBlock("{{ t }}", locate, "json");
  expect(['"', "a", "", '"'].map((t) => json({ t }))).toEqual(['\\"', "a", "", '\\"']);
});
