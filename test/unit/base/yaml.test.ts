import { expect, it } from "vitest";
import { z } from "zod";
import { parseYaml } from "../../../src/base/yaml.ts";

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
