// Expressions of the compiled Jinja: names, members, literals, comparison, logic, concatenation, filters, tests, josa().
// Values are plain JavaScript: strings, numbers, booleans, null, undefined, arrays, records.

import { UsageError } from "../../base/errors.ts";
import { josa } from "./josa.ts";
import { constants, filterCall, testNames, type Node } from "./syntax.ts";
import { bindFilter } from "./filters.ts";
import {
  fail,
  kindOf,
  LazyRecord,
  nameOf,
  printed,
  testNone,
  truthy,
  unknownName,
  unsupported,
  type Evaluate,
} from "./values.ts";
import type { Locate } from "./wording.ts";

/** Compiles one expression to a function of the scope. Throws UsageError on what wordings may not use. */
export function compileExpression(node: Node, locate: Locate): Evaluate {
  switch (node.type) {
    case "StringLiteral":
    case "IntegerLiteral": {
      const value = node.value;
      return () => value;
    }
    case "FloatLiteral": {
      const value = node.value;
      // Jinja prints 4.0 where JavaScript prints 4; refusing the literal keeps the two from differing.
      if (Number.isInteger(value))
        throw unsupported(`the number ${value}.0; write ${value}`, `${value}.0`, locate);
      return () => value;
    }
    case "ArrayLiteral":
    case "TupleLiteral": {
      const items = node.value.map((item) => compileExpression(item, locate));
      return (scope) => items.map((item) => item(scope));
    }
    case "Identifier": {
      const name = node.value;
      if (Object.hasOwn(constants, name)) {
        const value = constants[name];
        return () => value;
      }
      return (scope) => scope[name];
    }
    case "MemberExpression":
      return compileMember(node, locate);
    case "UnaryExpression":
      return compileUnary(node, locate);
    case "BinaryExpression":
      return compileBinary(node, locate);
    case "Ternary": {
      const condition = compileExpression(node.condition, locate);
      const yes = compileExpression(node.trueExpr, locate);
      const no = compileExpression(node.falseExpr, locate);
      return (scope) => (truthy(condition(scope)) ? yes(scope) : no(scope));
    }
    case "TestExpression":
      return compileTest(node, locate);
    case "FilterExpression": {
      const { name, args } = filterCall(node.filter);
      const values = args.map((arg) => compileExpression(arg, locate));
      return bindFilter(
        name,
        compileExpression(node.operand, locate),
        values,
        node.operand,
        locate,
      );
    }
    case "CallExpression":
      return compileCall(node, locate);
    default:
      throw unsupported(`"${(node as { type: string }).type}"`, tagWord(node), locate);
  }
}

function compileMember(
  node: Extract<Node, { type: "MemberExpression" }>,
  locate: Locate,
): Evaluate {
  const object = compileExpression(node.object, locate);
  if (!node.computed && node.property.type === "Identifier") {
    const name = node.property.value;
    return (scope) => memberOf(object(scope), name);
  }
  const property = compileExpression(node.property, locate);
  return (scope) => memberOf(object(scope), property(scope));
}

/** A field of a record or an element of a list (negative counts from the end); undefined where there is none. */
function memberOf(held: unknown, key: unknown): unknown {
  if (Array.isArray(held))
    return key === "length"
      ? held.length
      : typeof key === "number"
        ? (held.at(key) as unknown)
        : undefined;
  if (typeof held === "string")
    return key === "length" ? held.length : typeof key === "number" ? held.at(key) : undefined;
  if (held === null || typeof held !== "object" || typeof key !== "string") return undefined;
  const fields = held instanceof LazyRecord ? held.fields() : held;
  return Object.hasOwn(fields, key) ? (fields as Record<string, unknown>)[key] : undefined;
}

function compileUnary(node: Extract<Node, { type: "UnaryExpression" }>, locate: Locate): Evaluate {
  if (node.operator.value !== "not")
    throw unsupported(`the sign "${node.operator.value}"`, node.operator.value, locate);
  const argument = compileExpression(node.argument, locate);
  return (scope) => !truthy(argument(scope));
}

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
};

function compileBinary(
  node: Extract<Node, { type: "BinaryExpression" }>,
  locate: Locate,
): Evaluate {
  const operator = node.operator.value;
  const left = compileExpression(node.left, locate);
  const right = compileExpression(node.right, locate);
  const where = (): string => locate(nameOf(node.left) ?? nameOf(node.right));
  const compare = comparisons[operator];
  if (compare) {
    return (scope) => {
      const a = left(scope);
      const b = right(scope);
      if (typeof a === "number" && typeof b === "number") return compare(a, b);
      throw fail(
        `"${operator}" compares numbers; here is ${kindOf(a)} and ${kindOf(b)}`,
        where(),
        "template-compare",
        testNone,
      );
    };
  }
  switch (operator) {
    case "and":
      return (scope) => {
        const value = left(scope);
        return truthy(value) ? right(scope) : value;
      };
    case "or":
      return (scope) => {
        const value = left(scope);
        return truthy(value) ? value : right(scope);
      };
    case "==":
      return (scope) => equal(left(scope), right(scope));
    case "!=":
      return (scope) => !equal(left(scope), right(scope));
    case "in":
      return (scope) => contains(right(scope), left(scope), where);
    case "not in":
      return (scope) => !contains(right(scope), left(scope), where);
    case "~":
      return (scope) =>
        printed(left(scope), node.left, locate) + printed(right(scope), node.right, locate);
    default:
      throw unsupported(`the operator "${operator}"`, operator, locate);
  }
}

// none and undefined are one value here, as in the engine; otherwise kinds do not mix.
function equal(a: unknown, b: unknown): boolean {
  return (a ?? null) === (b ?? null);
}

function contains(whole: unknown, part: unknown, where: () => string): boolean {
  if (whole === undefined || whole === null) return false;
  if (Array.isArray(whole)) return whole.includes(part);
  if (typeof part === "string" && typeof whole === "string") return whole.includes(part);
  if (typeof part === "string" && typeof whole === "object") return Object.hasOwn(whole, part);
  throw fail(
    `"in" cannot look for ${kindOf(part)} in ${kindOf(whole)}`,
    where(),
    "template-in",
    testNone,
  );
}

function compileTest(node: Extract<Node, { type: "TestExpression" }>, locate: Locate): Evaluate {
  const operand = compileExpression(node.operand, locate);
  const negate = node.negate;
  switch (node.test.value) {
    case "none":
      return (scope) => (operand(scope) === null) !== negate;
    case "defined":
      return (scope) => (operand(scope) !== undefined) !== negate;
    case "undefined":
      return (scope) => (operand(scope) === undefined) !== negate;
    default:
      throw unknownName("test", node.test.value, testNames, locate);
  }
}

function compileCall(node: Extract<Node, { type: "CallExpression" }>, locate: Locate): Evaluate {
  const name = node.callee.type === "Identifier" ? node.callee.value : null;
  if (name !== "josa")
    throw unsupported(
      `the call of "${name ?? "a member"}"; josa() is the only function`,
      name,
      locate,
    );
  const [word, pair] = node.args;
  if (!word || !pair || node.args.length !== 2) {
    throw fail(
      "josa takes a word and a pair, josa(word, '을/를')",
      locate("josa"),
      "template-josa",
      "Give both.",
    );
  }
  const wordOf = compileExpression(word, locate);
  const pairOf = compileExpression(pair, locate);
  // A pair that is written out is checked now, not at the first example.
  if (pair.type === "StringLiteral") josaAt("", pair.value, locate);
  // Most words stand in every prompt: the last reading is kept.
  let last = { word: "", pair: "", text: "" };
  return (scope) => {
    const held = printed(wordOf(scope), word, locate);
    const asked = printed(pairOf(scope), pair, locate);
    if (held !== last.word || asked !== last.pair)
      last = { word: held, pair: asked, text: josaAt(held, asked, locate) };
    return last.text;
  };
}

function josaAt(word: string, pair: string, locate: Locate): string {
  try {
    return josa(word, pair);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw fail(error.message.split("\n")[0]!, locate("josa"), error.code, error.next ?? "");
  }
}

function tagWord(node: Node): string | null {
  const word = (node as { type: string }).type.toLowerCase();
  return (
    {
      macro: "macro",
      break: "break",
      continue: "continue",
      callstatement: "call",
      filterstatement: "filter",
    }[word] ?? null
  );
}
