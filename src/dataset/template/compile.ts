// Compiles the Jinja of one block, once, to a JavaScript function: closures over the syntax tree, no code generation.
// Semantics follow @huggingface/jinja's Interpreter (the oracle in the tests); what it would guess at, this refuses.

import { UsageError } from "../../base/errors.ts";
import { compileExpression } from "./expression.ts";
import { josa } from "./josa.ts";
import { constants, parseBlock, type Node } from "./syntax.ts";
import { printed, truthy, unsupported, type Evaluate, type Scope } from "./values.ts";
import type { Locate } from "./wording.ts";

/** Renders a block with the variables of one example; values inside variables are data and never read as Jinja. */
export type Render = (vars: Readonly<Record<string, unknown>>) => string;

type Emit = (scope: Scope) => string;

const globals: Scope = Object.assign(Object.create(null) as Scope, constants, { josa });

/**
 * Compiles a block. Text, `{{ }}`, for, if, set, and the expressions of `compileExpression`.
 * Throws UsageError naming file:line:col on anything else.
 */
export function compileBlock(source: string, locate: Locate): Render {
  const emit = compileBody(parseBlock(source, locate), locate);
  return (vars) => emit(Object.assign(Object.create(globals) as Scope, vars));
}

function compileBody(nodes: Node[], locate: Locate): Emit {
  const parts = nodes.map((node) => compileStatement(node, locate));
  if (parts.length === 1) return parts[0]!;
  return (scope) => {
    let text = "";
    for (const part of parts) text += part(scope);
    return text;
  };
}

function compileStatement(node: Node, locate: Locate): Emit {
  switch (node.type) {
    case "Comment":
      return () => "";
    case "StringLiteral": {
      const text = node.value;
      return () => text;
    }
    case "If": {
      const test = compileExpression(node.test, locate);
      const body = compileBody(node.body, locate);
      const alternate = compileBody(node.alternate, locate);
      return (scope) => (truthy(test(scope)) ? body(scope) : alternate(scope));
    }
    case "For":
      return compileFor(node, locate);
    case "Set": {
      if (node.assignee.type !== "Identifier")
        throw unsupported("set of more than one name", "set", locate);
      const name = node.assignee.value;
      const value: Evaluate = node.value
        ? compileExpression(node.value, locate)
        : compileBody(node.body, locate);
      return (scope) => {
        scope[name] = value(scope);
        return "";
      };
    }
    default: {
      const value = compileExpression(node, locate);
      return (scope) => printed(value(scope), node, locate);
    }
  }
}

function compileFor(node: Extract<Node, { type: "For" }>, locate: Locate): Emit {
  if (node.loopvar.type !== "Identifier")
    throw unsupported("a for loop over several names", "for", locate);
  const name = node.loopvar.value;
  const iterable = compileExpression(node.iterable, locate);
  const body = compileBody(node.body, locate);
  const otherwise = compileBody(node.defaultBlock, locate);
  return (outer) => {
    const items = iterable(outer);
    if (!Array.isArray(items)) {
      throw new UsageError(`the loop over "${name}" needs a list`, {
        code: "template-not-a-list",
        where: locate(name),
      });
    }
    const scope = Object.create(outer) as Scope;
    const count = items.length;
    let text = "";
    for (let i = 0; i < count; i++) {
      scope["loop"] = {
        index: i + 1,
        index0: i,
        first: i === 0,
        last: i === count - 1,
        length: count,
      };
      scope[name] = items[i];
      text += body(scope);
    }
    return count === 0 ? otherwise(scope) : text;
  };
}
