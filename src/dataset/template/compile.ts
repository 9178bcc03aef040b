// Compiles the Jinja of one block, once, to a JavaScript function: closures over the syntax tree, no code generation.
// Semantics follow @huggingface/jinja's Interpreter (the oracle in the tests); what it would guess at, this refuses.

import { compileExpression } from "./expression.ts";
import { runLoop, type Emit } from "./loop.ts";
import { constants, namesIn, parseBlock, setsName, type Node } from "./syntax.ts";
import { printed, truthy, unsupported, type Evaluate, type Scope } from "./values.ts";
import type { Locate } from "./wording.ts";

/** Renders a block with the variables of one example; values inside variables are data and never read as Jinja. */
export type Render = (vars: Readonly<Record<string, unknown>>) => string;

/** Names that are no variable: they are read where a block is compiled. */
export function isBound(name: string): boolean {
  return name === "josa" || Object.hasOwn(constants, name);
}

/**
 * Compiles a block. Text, `{{ }}`, for, if, set, and the expressions of `compileExpression`.
 * Throws UsageError naming file:line:col on anything else.
 */
export function compileBlock(source: string, locate: Locate): Render {
  const nodes = parseBlock(source, locate);
  const emit = compileBody(nodes, locate);
  const scopeOf = scopeFor(nodes);
  return (vars) => emit(scopeOf(vars));
}

/** Makes variables the scope of a block: itself where the block sets nothing and reads no name that every object has. */
export function scopeFor(
  nodes: readonly Node[],
): (vars: Readonly<Record<string, unknown>>) => Scope {
  const isPlain = [...namesIn(nodes)].every((name) => !(name in {}));
  if (isPlain && !setsName(nodes)) return (vars) => vars;
  return (vars) => Object.assign(Object.create(null) as Scope, vars);
}

/** Compiles nodes to a function of the scope. */
export function compileBody(nodes: readonly Node[], locate: Locate): Emit {
  const parts = nodes.map((node) => compileStatement(node, locate));
  const [first, second] = parts;
  if (parts.length === 2) return (scope) => first!(scope) + second!(scope);
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
    case "For": {
      const name = loopName(node, locate);
      return runLoop({
        name,
        iterable: compileExpression(node.iterable, locate),
        body: compileBody(node.body, locate),
        otherwise: compileBody(node.defaultBlock, locate),
        usesLoop: namesIn(node.body).has("loop"),
        where: () => locate(name),
      });
    }
    case "Set": {
      if (node.assignee.type !== "Identifier")
        throw unsupported("set of more than one name", "set", locate);
      const name = nameToSet(node.assignee.value, locate);
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

/** The name that a loop sets. */
export function loopName(node: Extract<Node, { type: "For" }>, locate: Locate): string {
  if (node.loopvar.type === "Identifier") return nameToSet(node.loopvar.value, locate);
  throw unsupported("a for loop over several names", "for", locate);
}

function nameToSet(name: string, locate: Locate): string {
  if (isBound(name)) throw unsupported(`the name "${name}" for something else`, name, locate);
  return name;
}

/** Nodes of a loop's body that read its item alone, or its place alone. */
export type Segment = { reads: "item" | "place"; nodes: Node[] };

/** A loop's body as such pieces; null where a piece reads more. */
export function segmentsOf(nodes: readonly Node[], name: string): Segment[] | null {
  const segments: Segment[] = [];
  for (const node of nodes) {
    const names = [...namesIn([node])].filter((used) => !isBound(used));
    const reads = names.includes("loop") && name !== "loop" ? "place" : "item";
    if (node.type === "Set" || names.some((used) => used !== (reads === "item" ? name : "loop")))
      return null;
    const before = segments.at(-1);
    if (before?.reads === reads) before.nodes.push(node);
    else segments.push({ reads, nodes: [node] });
  }
  return segments;
}
