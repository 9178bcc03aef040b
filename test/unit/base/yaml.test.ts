import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseOverride, parseYaml, readYaml } from "../../../src/base/yaml.ts";

const schema = z.strictObject({
  name: z.string(),
  tasks: z.array(z.strictObject({ type: z.string(), size: z.number().optional() })),
  words: z.record(z.string(), z.strictObject({ item: z.string() })).default({}),
});

it("gives the value and the source of its nodes", () => {
  const file = parseYaml('name: a\ntasks:\n  - {type: "b"}\n', "r.yaml", schema);
  expect(file.value).toEqual({ name: "a", tasks: [{ type: "b" }], words: {} });
  expect(file.sourceAt(["tasks", 0, "type"])).toEqual({ raw: '"b"', line: 3, col: 12 });
  expect(file.sourceAt(["tasks", 0, "absent"])).toMatchObject({ line: 3, col: 5 });
});

it.each([
  ["name: a\ntasks: []\nnam: b\n", 'r.yaml:3:1: unknown key "nam"\n  Did you mean "name"?'],
  [
    "name: a\ntasks:\n  - {type: b, sise: 3}\n",
    'r.yaml:3:15: unknown key "sise"\n  Did you mean "size"?',
  ],
  ["name: a\ntasks: []\nwords: {film: {itm: x, item: y}}\n", 'Did you mean "item"?'],
  ["name: a\ntasks: []\nzzzzzzzz: b\n", "Known here: name, tasks, words."],
  ["name: 3\ntasks: []\n", "r.yaml:1:7: name: "],
  ["tasks: []\n", "r.yaml:1:1: name: "],
  ["name: a\ntasks: [\n", "r.yaml:"],
])("complains about %j", (text, says) => {
  expect(() => parseYaml(text, "r.yaml", schema)).toThrow(says);
});

describe("overrides", () => {
  const text = "name: a\ntasks:\n  - {type: b}\n";
  const read = (...sets: string[]) =>
    parseYaml(text, "r.yaml", schema, sets.map(parseOverride)).value;

  it("are laid over the file before it is checked", () => {
    expect(read("name=c", "tasks.0.size=3", "words.film.item=movie")).toEqual({
      name: "c",
      tasks: [{ type: "b", size: 3 }],
      words: { film: { item: "movie" } },
    });
    expect(read("tasks.1={type: d}", "name=e", "name='1'")).toMatchObject({
      name: "1",
      tasks: [{ type: "b" }, { type: "d" }],
    });
    expect(read("name=").name).toBe("");
    expect(read("name=a=b").name).toBe("a=b");
  });

  it.each([
    ["nam=c", '--set nam=c: unknown key "nam"\n  Did you mean "name"?'],
    ["tasks.0.sise=c", '--set tasks.0.sise=c: unknown key "sise"\n  Did you mean "size"?'],
    ["name=3", "--set name=3: name: "],
    ["tasks=[{}]", "--set tasks=[{}]: tasks.0.type: "],
    ["tasks.first=c", '--set tasks.first=c: "first" is no place in a list of 1'],
    ["tasks.2=c", '"2" is no place in a list of 1'],
    ["name.x=c", "--set name.x=c: name holds no keys"],
  ])("that do not fit are named as written: %s", (set, says) => {
    expect(() => read(set)).toThrow(says);
  });

  it.each(["name", "=3", ".a=3", "a..b=3", "__proto__.x=1", "name=[1"])("refuse %j", (set) => {
    expect(() => parseOverride(set)).toThrow(`--set ${set}: `);
  });

  it("leave errors of the file at their place", () => {
    const broken = "name: a\ntasks: 3\n";
    const read = () => parseYaml(broken, "r.yaml", schema, [parseOverride("name=b")]);
    expect(read).toThrow("r.yaml:2:8: tasks: ");
  });
});

describe("choices", () => {
  const choices = z.strictObject({
    split: z.discriminatedUnion("by", [
      z.strictObject({ by: z.literal("time"), at: z.number() }),
      z.strictObject({ by: z.literal("ratio"), share: z.number() }),
    ]),
    show: z.enum(["title", "ids"]).default("ids"),
  });
  it.each([
    ["split: {by: tim, at: 3}", "r.yaml:1:13: ", 'Did you mean "time"?'],
    ["split: {by: xxxxxxxx}", "r.yaml:1:13: ", "Known here: time, ratio."],
    ["split: {by: ratio, shar: 3}", "r.yaml:1:8: ", "split.share"],
    ["split: {by: ratio, share: 3, shar: 3}", 'unknown key "shar"', 'Did you mean "share"?'],
    ["split: {by: time, at: 3}\nshow: titel", "r.yaml:2:7: ", 'Did you mean "title"?'],
  ])("are suggested: %s", (text, where, says) => {
    const read = () => parseYaml(text, "r.yaml", choices);
    expect(read).toThrow(where);
    expect(read).toThrow(says);
  });
});

it("says which file was meant", async () => {
  const missing = join(import.meta.dirname, "yaml.test.tz");
  await expect(readYaml(missing, schema)).rejects.toThrow(
    /no such file\n {2}Did you mean .*yaml\.test\.ts\?/,
  );
  await expect(readYaml(import.meta.dirname, schema)).rejects.toThrow("this is a folder");
});
