// Compiles the Jinja of one block, once, to a JavaScript function: closures over the syntax tree, no code generation.
// Semantics follow @huggingface/jinja's Interpreter (the oracle in the tests); what it would guess at, this refuses.

import { compileExpression } from "./expression.ts";
import { runKeptLoop, runLoop, type Emit, type Segment } from "./loop.ts";
import { constants, namesIn, parseBlock, setsName, type Node } from "./syntax.ts";
import { insideJson, printed, truthy, unsupported, type Evaluate, type Scope } from "./values.ts";
import type { Locate } from "./wording.ts";

/** Renders a block with the variables of one example; values inside variables are data and never read as Jinja. */
export type Render = (vars: Readonly<Record<string, unknown>>) => string;

/** Names that are no variable: they are read where a block is compiled. */
function isBound(name: string): boolean {
  return name === "josa" || Object.hasOwn(constants, name);
}

/** What leaves a block: its text, or the same text as it stands inside the quotes of a JSON string. */
export type Output = "text" | "json";

type Compiling = { locate: Locate; output: Output };

/**
 * Compiles a block. Text, `{{ }}`, for, if, set, and the expressions of `compileExpression`.
 * With "json" the records that a loop runs over must not change between renders: their text is kept.
 * Throws UsageError naming file:line:col on anything else.
 */
export function compileBlock(source: string, locate: Locate, output: Output = "text"): Render {
  const nodes = parseBlock(source, locate);
  const emit = compileBody(nodes, { locate, output });
  // A block that sets nothing can read the variables where they are, but for names that every object has.
  const isPlain = [...namesIn(nodes)].every((name) => !(name in {}));
  if (isPlain && !setsName(nodes)) return emit;
  return (vars) => emit(Object.assign(Object.create(null) as Scope, vars));
}

function compileBody(nodes: Node[], how: Compiling): Emit {
  const parts = nodes.map((node) => compileStatement(node, how));
  const [first, second] = parts;
  if (parts.length === 2) return (scope) => first!(scope) + second!(scope);
  if (parts.length === 1) return parts[0]!;
  return (scope) => {
    let text = "";
    for (const part of parts) text += part(scope);
    return text;
  };
}

function compileStatement(node: Node, how: Compiling): Emit {
  const { locate, output } = how;
  switch (node.type) {
    case "Comment":
      return () => "";
    case "StringLiteral": {
      const text = output === "json" ? insideJson(node.value) : node.value;
      return () => text;
    }
    case "If": {
      const test = compileExpression(node.test, locate);
      const body = compileBody(node.body, how);
      const alternate = compileBody(node.alternate, how);
      return (scope) => (truthy(test(scope)) ? body(scope) : alternate(scope));
    }
    case "For":
      return compileFor(node, how);
    case "Set": {
      if (node.assignee.type !== "Identifier")
        throw unsupported("set of more than one name", "set", locate);
      const name = nameToSet(node.assignee.value, locate);
      const value: Evaluate = node.value
        ? compileExpression(node.value, locate)
        : // What a name holds is read by expressions, so it is text whatever leaves the block.
          compileBody(node.body, { locate, output: "text" });
      return (scope) => {
        scope[name] = value(scope);
        return "";
      };
    }
    default: {
      const value = compileExpression(node, locate);
      if (output === "json") return jsonOf(value, (held) => printed(held, node, locate));
      return (scope) => printed(value(scope), node, locate);
    }
  }
}

/** The value in JSON. Most places print the same value each time, or one that was printed just before. */
function jsonOf(value: Evaluate, print: (value: unknown) => string): Emit {
  let last: unknown = "";
  let text = "";
  return (scope) => {
    const held = value(scope);
    if (held !== last) {
      text = insideJson(print(held));
      last = held;
    }
    return text;
  };
}

function compileFor(node: Extract<Node, { type: "For" }>, how: Compiling): Emit {
  const { locate, output } = how;
  if (node.loopvar.type !== "Identifier")
    throw unsupported("a for loop over several names", "for", locate);
  const name = nameToSet(node.loopvar.value, locate);
  const iterable = compileExpression(node.iterable, locate);
  const parts = {
    name,
    iterable,
    body: compileBody(node.body, how),
    otherwise: compileBody(node.defaultBlock, how),
    usesLoop: namesIn(node.body).has("loop"),
    where: () => locate(name),
  };
  const segments = output === "json" ? segmentsOf(node.body, name, how) : null;
  return segments === null ? runLoop(parts) : runKeptLoop(parts, segments);
}

function nameToSet(name: string, locate: Locate): string {
  if (isBound(name)) throw unsupported(`the name "${name}" for something else`, name, locate);
  return name;
}

/** The body as pieces that read its item alone or its place alone; null where a piece reads more. */
function segmentsOf(nodes: Node[], name: string, how: Compiling): Segment[] | null {
  const groups: { reads: "item" | "place"; nodes: Node[] }[] = [];
  for (const node of nodes) {
    const names = [...namesIn([node])].filter((used) => !isBound(used));
    const reads = names.includes("loop") && name !== "loop" ? "place" : "item";
    if (node.type === "Set" || names.some((used) => used !== (reads === "item" ? name : "loop")))
      return null;
    const before = groups.at(-1);
    if (before?.reads === reads) before.nodes.push(node);
    else groups.push({ reads, nodes: [node] });
  }
  return groups.map((group) => ({ reads: group.reads, emit: compileBody(group.nodes, how) }));
}
