import { expect, it } from "vitest";
import { integerFlag, makeFlags } from "../../../src/cli/context.ts";

it("lays --seed over every --set", () => {
  expect(makeFlags({ set: ["seed=1", "a=b"], seed: 2 }).set).toEqual(["seed=1", "a=b", "seed=2"]);
  expect(makeFlags({}).set).toEqual([]);
  expect(makeFlags({})).toMatchObject({ json: false, ifExists: "ask", limit: undefined });
});

it.each(["-1", "1.5", "x", "", "1e3", "99999999999999999999"])("refuses the number %j", (text) => {
  expect(() => integerFlag("--seed", 0)(text)).toThrow(
    `--seed: not a whole number from 0 on: ${text}`,
  );
});

it("takes numbers from the least on", () => {
  expect(integerFlag("--threads", 1)("8")).toBe(8);
  expect(() => integerFlag("--threads", 1)("0")).toThrow("--threads");
});
