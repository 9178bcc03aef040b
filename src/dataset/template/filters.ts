// The filters that wordings may use.

import type { UsageError } from "../../base/errors.ts";
import { filterNames, type FilterName, type Node } from "./syntax.ts";
import { fail, kindOf, printed, testNone, truthy, unknownName, type Evaluate } from "./values.ts";
import type { Locate } from "./wording.ts";

/** The filter `name` over a compiled operand. Throws UsageError on a filter that wordings do not know. */
export function bindFilter(
  name: string,
  operand: Evaluate,
  values: readonly Evaluate[],
  node: Node,
  locate: Locate,
): Evaluate {
  if (!(filterNames as readonly string[]).includes(name))
    throw unknownName("filter", name, filterNames, locate);
  const misused = (value: unknown): UsageError =>
    fail(
      `the filter "${name}" cannot take ${kindOf(value)}`,
      locate(name),
      "template-filter",
      testNone,
    );
  if (name === "default") {
    if (values.length === 0)
      throw fail(
        "the filter default needs a value",
        locate(name),
        "template-filter",
        "default('-')",
      );
    return (scope) => {
      const value = operand(scope);
      const missing =
        value === undefined ||
        (values[1] !== undefined && truthy(values[1](scope)) && !truthy(value));
      return missing ? values[0]!(scope) : value;
    };
  }
  if (name === "join") {
    return (scope) => {
      const value = operand(scope);
      const separator = values[0] ? values[0](scope) : "";
      if (!Array.isArray(value) || typeof separator !== "string") throw misused(value);
      return value.map((part: unknown) => printed(part, node, locate)).join(separator);
    };
  }
  const apply = plainFilters[name as Exclude<FilterName, "default" | "join">];
  return (scope) => {
    const value = operand(scope);
    const result = apply(value);
    if (result === misuse) throw misused(value);
    return result;
  };
}

const misuse = Symbol("misuse");

const plainFilters: Record<Exclude<FilterName, "default" | "join">, (value: unknown) => unknown> = {
  length: (value) => {
    if (typeof value === "string" || Array.isArray(value)) return value.length;
    return value !== null && typeof value === "object" ? Object.keys(value).length : misuse;
  },
  upper: (value) => (typeof value === "string" ? value.toUpperCase() : misuse),
  lower: (value) => (typeof value === "string" ? value.toLowerCase() : misuse),
  trim: (value) => (typeof value === "string" ? value.trim() : misuse),
  first: (value) => (Array.isArray(value) ? (value[0] as unknown) : misuse),
  tojson: (value) =>
    typeof value === "object" && value !== null ? misuse : JSON.stringify(value ?? null),
  last: (value) => (Array.isArray(value) ? (value.at(-1) as unknown) : misuse),
};
