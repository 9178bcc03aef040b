// The part of Jinja that wordings may use, as types over the syntax tree of @huggingface/jinja's parser.

import { parse, tokenize } from "@huggingface/jinja";
import { UsageError } from "../../base/errors.ts";
import { letters } from "./letters.ts";
import type { Locate } from "./wording.ts";

/** A node of the tree; kinds that no wording may use are read as `Other` by a default branch. */
export type Node =
  | { type: "StringLiteral"; value: string }
  | { type: "IntegerLiteral" | "FloatLiteral"; value: number }
  | { type: "ArrayLiteral" | "TupleLiteral"; value: Node[] }
  | { type: "Identifier"; value: string }
  | { type: "MemberExpression"; object: Node; property: Node; computed: boolean }
  | { type: "BinaryExpression"; operator: { value: string }; left: Node; right: Node }
  | { type: "UnaryExpression"; operator: { value: string }; argument: Node }
  | { type: "Ternary"; condition: Node; trueExpr: Node; falseExpr: Node }
  | { type: "FilterExpression"; operand: Node; filter: Node }
  | { type: "TestExpression"; operand: Node; negate: boolean; test: { value: string } }
  | { type: "CallExpression"; callee: Node; args: Node[] }
  | { type: "If"; test: Node; body: Node[]; alternate: Node[] }
  | { type: "For"; loopvar: Node; iterable: Node; body: Node[]; defaultBlock: Node[] }
  | { type: "Set"; assignee: Node; value: Node | null; body: Node[] }
  | { type: "Comment"; value: string };

export const filterNames = [
  "join",
  "length",
  "upper",
  "lower",
  "trim",
  "default",
  "first",
  "last",
  "tojson",
] as const;
export type FilterName = (typeof filterNames)[number];
export const testNames = ["defined", "undefined", "none"] as const;
/** Names that hold the same in every wording; none may be set. `letters[0]` is "A". */
export const constants: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  letters,
};

/** Parses one block. Throws UsageError at the block's place when the text is no Jinja. */
export function parseBlock(source: string, locate: Locate): Node[] {
  try {
    return parse(tokenize(source)).body as unknown as Node[];
  } catch (error) {
    throw new UsageError(`this block is not valid Jinja: ${(error as Error).message}`, {
      code: "template-syntax",
      where: locate(null),
      next: "Check that every {{, {% if %} and {% for %} is closed.",
      cause: error,
    });
  }
}

/** The names that nodes read or set, members and filters left out. */
export function namesIn(nodes: readonly Node[]): Set<string> {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (value === null || typeof value !== "object") return;
    const node = value as Node;
    if (node.type === "Identifier") names.add(node.value);
    else if (node.type === "MemberExpression") {
      visit(node.object);
      if (node.computed) visit(node.property);
    } else if (node.type === "FilterExpression") {
      visit(node.operand);
      visit(filterCall(node.filter).args);
    } else if (node.type === "TestExpression") visit(node.operand);
    else if (node.type === "UnaryExpression") visit(node.argument);
    else if (node.type === "BinaryExpression") visit([node.left, node.right]);
    else Object.values(node).forEach(visit);
  };
  visit(nodes);
  return names;
}

/** Whether nodes set a name outside of loops, which have a scope of their own. */
export function setsName(nodes: readonly Node[]): boolean {
  return nodes.some(
    (node) =>
      node.type === "Set" ||
      (node.type === "If" && (setsName(node.body) || setsName(node.alternate))),
  );
}

/** The name and arguments of a filter node. */
export function filterCall(filter: Node): { name: string; args: Node[] } {
  if (filter.type === "CallExpression")
    return { name: (filter.callee as { value: string }).value, args: filter.args };
  return { name: (filter as { value: string }).value, args: [] };
}
