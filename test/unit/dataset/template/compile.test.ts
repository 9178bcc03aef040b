import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../../../src/base/errors.ts";
import { compileBlock } from "../../../../src/dataset/template/compile.ts";
import { letters } from "../../../../src/dataset/template/letters.ts";
import { josa } from "../../../../src/dataset/template/josa.ts";

const locate = (word: string | null): string => `pack.yaml:${word ?? "start"}`;
const render = (source: string, vars: Record<string, unknown> = {}): string =>
  compileBlock(source, locate)(vars);

/** The engine's own answer. */
function interpret(source: string, vars: Record<string, unknown>): string {
  const environment = new Environment();
  const globals = { true: true, false: false, none: null, josa, letters };
  for (const [name, value] of Object.entries({ ...globals, ...vars })) environment.set(name, value);
  return String(new Interpreter(environment).run(parse(tokenize(source))).value);
}

const vars = {
  title: "Alien (1979)",
  n: 3,
  half: 3.5,
  zero: 0,
  yes: true,
  nothing: null,
  blank: "",
  empty: [],
  hollow: {},
  names: ["a", "b", "c"],
  list: [
    { title: "Up", rating: 4, genres: ["Drama", "War"] },
    { title: "{{ n }}", rating: null, genres: [] },
    { title: "<b>", rating: 2.5, genres: ["War"] },
  ],
  item: { title: "인셉션", deep: { er: "x" } },
};

describe("compileBlock agrees with the engine's interpreter", () => {
  it.each([
    "plain text",
    "",
    "a\n",
    "{{ title }} {{ n }} {{ half }} {{ zero }} {{ yes }} {{ nothing }}|{{ missing }}|{{ blank }}",
    "{{ item.title }}{{ item['title'] }}{{ item.deep.er }}{{ item.none }}{{ list[0].title }}{{ list[-1].title }}{{ list[9] }}",
    "{{ missing.field }}|{{ names.length }}|{{ title.length }}",
    "{% for x in list %}{{ loop.index }}/{{ loop.length }}:{{ x.title }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for x in list %}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{% endfor %}",
    "{% for x in empty %}never{% else %}none{% endfor %}",
    "{% for x in list %}{% for g in x.genres %}{{ g }}{{ loop.index }}{% else %}-{% endfor %}{{ loop.index }}{% endfor %}",
    "{% for x in list -%}\n  {{- x.title -}}\n{%- endfor %}",
    "{% if n > 2 %}a{% elif n > 1 %}b{% else %}c{% endif %}",
    "{% if half >= 3.5 and not blank %}a{% endif %}{% if empty or nothing %}b{% else %}c{% endif %}",
    "{% if list[1].rating is none %}x{% endif %}{% if n is not none %}y{% endif %}{% if missing is defined %}z{% endif %}",
    "{% if 'b' in names %}1{% endif %}{% if 'z' not in names %}2{% endif %}{% if 'lie' in title %}3{% endif %}{% if 'title' in item %}4{% endif %}",
    "{% if title == 'Alien (1979)' %}1{% endif %}{% if n != 3 %}2{% endif %}{% if nothing == missing %}3{% endif %}",
    "{% set x = title %}{{ x }}{% for y in names %}{% set x = y %}{{ x }}{% endfor %}{{ x }}",
    "{% set x %}in {{ n }}{% endset %}{{ x }}",
    "{% for y in names %}{{ seen }}{% set seen = y %}{% endfor %}{{ seen }}",
    "{{ title | tojson }}{{ n | tojson }}{{ yes | tojson }}{{ nothing | tojson }}{{ item.title | tojson }}",
    '{"title": {{ title | tojson }}}',
    "{% for x in list %}{{ letters[loop.index0] }}. {{ x.title }};{% endfor %}",
    "{{ names | join(', ') }}|{{ names | join }}|{{ names | length }}|{{ title | upper }}|{{ title | lower }}|{{ ' a ' | trim }}",
    "{{ missing | default('d') }}|{{ blank | default('d') }}|{{ blank | default('d', true) }}|{{ names | first }}|{{ names | last }}",
    "{{ item.title }}{{ josa(item.title, '을/를') }} {{ josa(names | last, '이/가') }}",
    "{{ title ~ n ~ '!' }}",
    "{{ 'yes' if n == 3 else 'no' }}",
    "{# a comment #}x{#- y -#} z",
    "{% if hollow %}a{% else %}b{% endif %}{% if item %}c{% endif %}{{ hollow | length }}",
    "{{ [n, half] | length }}{{ ('a', 'b') | join('-') }}",
  ])("%j", (source) => {
    expect(render(source, vars)).toBe(interpret(source, vars));
  });

  const leaf = fc.constantFrom(
    "title",
    "n",
    "half",
    "zero",
    "yes",
    "nothing",
    "blank",
    "missing",
    "'s'",
    "7",
    "item.title",
    "list[0].rating",
  );
  const list = fc.constantFrom("names", "list", "empty", "list[0].genres");
  const number = fc.constantFrom("n", "half", "zero", "3", "loop.index");
  const { template } = fc.letrec<{ test: string; expression: string; template: string }>((tie) => ({
    test: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      list,
      fc
        .tuple(leaf, fc.constantFrom("is none", "is not none", "is defined", "is undefined"))
        .map((p) => p.join(" ")),
      fc
        .tuple(
          number,
          fc.constantFrom("<", ">", "<=", ">=", "==", "!="),
          fc.constantFrom("n", "half", "2"),
        )
        .map((p) => p.join(" ")),
      fc
        .tuple(fc.constantFrom("'a'", "'War'"), fc.constantFrom("in", "not in"), list)
        .map((p) => p.join(" ")),
      fc
        .tuple(tie("test"), fc.constantFrom("and", "or"), tie("test"))
        .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      tie("test").map((test) => `not (${test})`),
    ),
    expression: fc.oneof(
      leaf,
      fc
        .tuple(list, fc.constantFrom("length", "join('+')"))
        .filter(([of, f]) => f === "length" || of !== "list")
        .map((p) => p.join(" | ")),
      fc.tuple(tie("test"), leaf, leaf).map(([test, a, b]) => `${a} if ${test} else ${b}`),
      leaf.map((of) => `${of} | default('-', true)`),
      fc.constantFrom(
        "josa(title, '은/는')",
        "josa(item.title, '으로/로')",
        "title | upper",
        "item.title | tojson",
        "letters[1]",
        "loop.last",
        "x.title",
      ),
    ),
    template: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("text ", "\n", "한글", "{ } % ", "\n\n"),
      tie("expression").map((e) => `{{ ${e} }}`),
      fc.tuple(tie("template"), tie("template")).map((p) => p.join("")),
      fc
        .tuple(tie("test"), tie("template"), tie("template"))
        .map(([t, a, b]) => `{% if ${t} %}${a}{% else %}${b}{% endif %}`),
      fc
        .tuple(list, tie("template"), tie("template"))
        .map(([of, a, b]) => `{% for x in ${of} %}${a}{% else %}${b}{% endfor %}`),
      fc
        .tuple(fc.constantFrom("x", "n", "fresh"), leaf)
        .map(([name, of]) => `{% set ${name} = ${of} %}`),
      tie("template").map((t) => `${t}{{ fresh }}`),
    ),
  }));

  it("on generated templates", () => {
    let compared = 0;
    fc.assert(
      fc.property(template, (source) => {
        let expected: string;
        try {
          expected = interpret(source, vars);
        } catch {
          return; // the engine itself refuses, e.g. none > 2
        }
        let actual: string;
        try {
          actual = render(source, vars);
        } catch (error) {
          // Being stricter is allowed, but only in the documented ways.
          expect(error).toBeInstanceOf(UsageError);
          expect((error as UsageError).code).toMatch(/^template-(prints-list|compare|filter)$/);
          return;
        }
        compared++;
        expect(actual).toBe(expected);
      }),
      { numRuns: 600, seed: 7 },
    );
    expect(compared).toBeGreaterThan(300);
  });
});

describe("compileBlock", () => {
  it("never reads a value as a template", () => {
    const title = "{{ secret }} {% if x %} {# y #} <script>";
    expect(
      render("{{ t }}{% for x in l %}{{ x.t }}{% endfor %}", { t: title, l: [{ t: title }] }),
    ).toBe(title + title);
  });

  it("keeps variables of one render out of the next", () => {
    const block = compileBlock("{% set a = b %}{{ a }}", locate);
    expect([block({ b: 1 }), block({ b: 2 }), block({})]).toEqual(["1", "2", ""]);
  });

  it.each([
    ["{% macro m() %}{% endmacro %}", "macro"],
    ["{{ n | safe }}", "safe"],
    ["{% set letters = n %}", 'the name "letters"'],
    ["{% for josa in names %}{% endfor %}", 'the name "josa"'],
    ["{{ n | uper }}", 'Did you mean "upper"'],
    ["{{ n is odd }}", "odd"],
    ["{{ n + 1 }}", 'operator "+"'],
    ["{{ -n }}", 'sign "-"'],
    ["{{ range(3) }}", "range"],
    ["{{ n.upper() }}", "member"],
    ["{{ 4.0 }}", "write 4"],
    ["{% for a, b in list %}{% endfor %}", "several names"],
    ["{% set a, b = list %}", "more than one name"],
    ["{{ josa(n) }}", "josa takes"],
    ["{{ josa(n, '을/룰') }}", "을/룰"],
    ["{{ names[1:2] }}", "SliceExpression"],
    ["{% if n %}", "not valid Jinja"],
    ["{{ n", "not valid Jinja"],
  ])("refuses %j with its place", (source, says) => {
    expect(() => compileBlock(source, locate)).toThrow(says);
    expect(() => compileBlock(source, locate)).toThrow(/^pack\.yaml:/);
    expect(() => compileBlock(source, locate)).toThrow(UsageError);
  });

  it.each([
    ["{{ list }}", "cannot be printed"],
    ["{% for x in n %}{% endfor %}", "needs a list"],
    ["{% if nothing > 2 %}{% endif %}", "compares numbers"],
    ["{{ n | upper }}", "cannot take a number"],
  ])("refuses %j when a value does not fit", (source, says) => {
    expect(() => render(source, vars)).toThrow(says);
  });
});
