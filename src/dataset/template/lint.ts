// Lints a wording against what its task declares: names, fields, who may see what, blocks that must be there.
// Jinja renders an undefined name as nothing, silently; here it is an error with file:line:col and the nearest name.

import { nearest } from "../../base/errors.ts";
import { compileBlock } from "./compile.ts";
import { reordersCandidates } from "./lint-candidates.ts";
import { loopShape, variableShapes, wordsShape, type Shape } from "./shapes.ts";
import { constants, filterCall, parseBlock, type Node } from "./syntax.ts";
import { blockNames, locatorOf, type Locate, type TaskContract, type Wording } from "./wording.ts";

export type Problem = { code: string; where: string; what: string; next: string };

type Names = Map<string, Shape>;
type Walk = {
  locate: Locate;
  problems: Problem[];
  hidden: ReadonlySet<string>;
  shown: Set<string>;
  read: Set<string>;
};

/** Characters that a block may have before anything is filled in. */
const mostCharacters = 4000;

/**
 * The problems of a wording, in block order; an empty list means that it can be rendered.
 * `wordKeys` are the keys of the language's domains; null leaves `words` unchecked.
 * Throws UsageError on text that is no Jinja, or Jinja that wordings may not use.
 */
export function lintWording(
  wording: Wording,
  task: TaskContract,
  wordKeys: readonly string[] | null,
): Problem[] {
  const problems: Problem[] = [];
  const shown = new Set<string>();
  for (const name of blockNames) {
    const block = wording.blocks[name];
    const locate = locatorOf(wording.file, block);
    if (block.text.trim() === "") {
      if (task.blocks.includes(name)) {
        problems.push({
          code: "template-block-missing",
          where: locate(null),
          what: `wording "${wording.name}" of task ${task.name} has an empty ${name} block`,
          next: `Fill ${name}: a ${task.name} wording needs ${task.blocks.join(", ")}.`,
        });
      }
      continue;
    }
    compileBlock(block.text, locate);
    const answer = name === "answer";
    const visible = answer
      ? [...task.variables.prompt, ...task.variables.answer]
      : task.variables.prompt;
    const names: Names = new Map(
      visible.map((variable) => [variable, shapeOf(variable, wordKeys)]),
    );
    const hidden = new Set(answer ? [] : task.variables.answer);
    const walk: Walk = {
      locate,
      problems,
      hidden,
      shown: answer ? new Set() : shown,
      read: new Set(),
    };
    const nodes = parseBlock(block.text, locate);
    walkBody(nodes, names, walk);
    if (!answer && task.variables.prompt.includes("candidates") && reordersCandidates(nodes)) {
      problems.push({
        code: "template-candidates-order",
        where: locate("candidates"),
        what: `wording "${wording.name}" picks candidates by their place`,
        next: "Loop over all of them in the order they come: it is shuffled, and the seed is recorded.",
      });
    }
    if (block.text.length > mostCharacters) {
      problems.push({
        code: "template-too-long",
        where: locate(null),
        what: `the ${name} block of wording "${wording.name}" has ${block.text.length} characters of its own`,
        next: `Keep a block under ${mostCharacters}: every example repeats it.`,
      });
    }
    if (answer && !task.variables.answer.some((variable) => walk.read.has(variable))) {
      problems.push({
        code: "template-answer-constant",
        where: locate(null),
        what: `the answer of wording "${wording.name}" never says what was asked for`,
        next: `Use ${task.variables.answer.join(" or ")} in the answer block.`,
      });
    }
  }
  for (const list of ["history", "candidates"]) {
    const needed =
      task.variables.prompt.includes(list) &&
      (list === "history" || task.blocks.includes("candidates"));
    // A history may be shown in two parts.
    const inParts = list === "history" && shown.has("liked") && shown.has("disliked");
    if (!needed || shown.has(list) || inParts) continue;
    problems.push({
      code: `template-${list}-not-shown`,
      where: locatorOf(
        wording.file,
        wording.blocks[list === "history" ? "context" : "candidates"],
      )(null),
      what: `wording "${wording.name}" never shows the ${list}`,
      next: `Loop over it: {% for x in ${list} %}{{ x.title }}{% endfor %}.`,
    });
  }
  return problems;
}

function shapeOf(variable: string, wordKeys: readonly string[] | null): Shape {
  if (variable === "words") return wordKeys ? wordsShape(wordKeys) : { kind: "any" };
  return variableShapes[variable] ?? { kind: "any" };
}

function walkBody(nodes: Node[], names: Names, walk: Walk): void {
  for (const node of nodes) {
    switch (node.type) {
      case "If":
        shapeOfNode(node.test, names, walk);
        walkBody(node.body, names, walk);
        walkBody(node.alternate, names, walk);
        break;
      case "For": {
        const list = shapeOfNode(node.iterable, names, walk);
        if (node.iterable.type === "Identifier") walk.shown.add(node.iterable.value);
        const inner: Names = new Map(names);
        inner.set("loop", loopShape);
        if (node.loopvar.type === "Identifier")
          inner.set(node.loopvar.value, list.kind === "list" ? list.of : { kind: "any" });
        walkBody(node.body, inner, walk);
        walkBody(node.defaultBlock, inner, walk);
        break;
      }
      case "Set": {
        const shape: Shape = node.value ? shapeOfNode(node.value, names, walk) : { kind: "text" };
        walkBody(node.body, names, walk);
        if (node.assignee.type === "Identifier") names.set(node.assignee.value, shape);
        break;
      }
      default:
        shapeOfNode(node, names, walk);
    }
  }
}

function shapeOfNode(node: Node, names: Names, walk: Walk): Shape {
  switch (node.type) {
    case "Identifier":
      return shapeOfName(node.value, names, walk);
    case "MemberExpression":
      return shapeOfMember(node, names, walk);
    case "FilterExpression": {
      const { name, args } = filterCall(node.filter);
      const operand = shapeOfNode(node.operand, names, walk);
      for (const arg of args) shapeOfNode(arg, names, walk);
      if (name === "join" && node.operand.type === "Identifier") walk.shown.add(node.operand.value);
      if ((name === "first" || name === "last") && operand.kind === "list") return operand.of;
      return name === "default" ? operand : { kind: name === "length" ? "number" : "text" };
    }
    case "CallExpression":
      for (const arg of node.args) shapeOfNode(arg, names, walk);
      return { kind: "text" };
    case "BinaryExpression":
      shapeOfNode(node.left, names, walk);
      shapeOfNode(node.right, names, walk);
      return { kind: "any" };
    case "UnaryExpression":
      shapeOfNode(node.argument, names, walk);
      return { kind: "truth" };
    case "TestExpression":
      shapeOfNode(node.operand, names, walk);
      return { kind: "truth" };
    case "Ternary":
      for (const part of [node.condition, node.trueExpr, node.falseExpr])
        shapeOfNode(part, names, walk);
      return { kind: "any" };
    case "ArrayLiteral":
    case "TupleLiteral":
      for (const part of node.value) shapeOfNode(part, names, walk);
      return { kind: "list", of: { kind: "any" } };
    default:
      return { kind: "any" };
  }
}

function shapeOfName(name: string, names: Names, walk: Walk): Shape {
  walk.read.add(name);
  const shape = names.get(name);
  if (shape) return shape;
  if (Object.hasOwn(constants, name)) return { kind: "any" };
  const where = walk.locate(name);
  if (walk.hidden.has(name)) {
    walk.problems.push({
      code: "template-answer-in-prompt",
      where,
      what: `"${name}" is what the model is asked for; a prompt must not show it`,
      next: "Only the answer block may use it.",
    });
  } else {
    const near = nearest(name, names.keys());
    walk.problems.push({
      code: "template-unknown-variable",
      where,
      what: `unknown variable "${name}"`,
      next: near ? `Did you mean "${near}"?` : `Known here: ${[...names.keys()].join(", ")}.`,
    });
  }
  return { kind: "any" };
}

function shapeOfMember(
  node: Extract<Node, { type: "MemberExpression" }>,
  names: Names,
  walk: Walk,
): Shape {
  const object = shapeOfNode(node.object, names, walk);
  if (node.computed) {
    shapeOfNode(node.property, names, walk);
    return object.kind === "list" ? object.of : { kind: "any" };
  }
  const field = node.property.type === "Identifier" ? node.property.value : null;
  if (object.kind === "any" || field === null) return { kind: "any" };
  const known =
    object.kind === "record" ? object.fields : { length: { kind: "number" } satisfies Shape };
  const shape = (known as Record<string, Shape>)[field];
  if (shape) return shape;
  const near = nearest(field, Object.keys(known));
  walk.problems.push({
    code: "template-unknown-field",
    where: walk.locate(`.${field}`),
    what: `unknown field ".${field}"`,
    next: near ? `Did you mean ".${near}"?` : `Known here: ${Object.keys(known).join(", ")}.`,
  });
  return { kind: "any" };
}
