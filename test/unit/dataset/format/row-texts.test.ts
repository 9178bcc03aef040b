import { expect, it } from "vitest";
import { textsOf } from "../../../../src/dataset/format/row-texts.ts";

const say = (role: string, content: string) => ({ role, content });

it("takes what is said and not who says it", () => {
  expect(textsOf({ messages: [say("user", "q"), say("assistant", "a")] })).toEqual([["q", "a"]]);
  expect(textsOf({ conversations: [{ from: "human", value: "q" }], system: "s" })).toEqual([
    ["q", "s"],
  ]);
  expect(textsOf({ prompt: [say("user", "q")], label: true, n: 1, x: null })).toEqual([["q"]]);
});

it("gives both branches of a pair", () => {
  const chosen = [say("assistant", "yes")];
  const rejected = [say("assistant", "no")];
  expect(textsOf({ prompt: [say("user", "q")], chosen, rejected })).toEqual([
    ["q", "no"],
    ["q", "yes"],
  ]);
  const input = { messages: [say("user", "q")] };
  expect(textsOf({ input, preferred_output: chosen, non_preferred_output: rejected })).toEqual([
    ["q", "no"],
    ["q", "yes"],
  ]);
});
