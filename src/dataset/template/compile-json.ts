// The Jinja of one block, compiled to write its text into a line as it stands inside the quotes of a JSON string: what
// `compileBlock` gives, escaped, without the string. Most pieces of a prompt stand in many: they are kept as bytes.

import { compileBody, isBound, loopName, segmentsOf } from "./compile.ts";
import { compileExpression } from "./expression.ts";
import { keptId, recordPiece } from "./kept-pieces.ts";
import { keepText, notKept } from "./kept-texts.ts";
import { shareText, type LineBuffer } from "./line-buffer.ts";
import { writeKeptLoop, writeLoop } from "./loop-json.ts";
import { numberOf } from "./record-number.ts";
import { filterCall, namesIn, type Node } from "./syntax.ts";
import { insideJson, printed, truthy, type Scope } from "./values.ts";
import type { Locate } from "./wording.ts";

/** Writes a part of a block. */
export type Write = (scope: Scope, to: LineBuffer) => void;

/** Compiles nodes. The records that loops run over must not change between renders: their text is kept. */
export function compileJson(nodes: readonly Node[], locate: Locate): Write {
  const parts = nodes.map((node) => writeOnce(node, locate));
  const [first, second] = parts;
  if (parts.length === 1) return first!;
  if (parts.length === 2)
    return (scope, to) => {
      first!(scope, to);
      second!(scope, to);
    };
  return (scope, to) => {
    for (let i = 0; i < parts.length; i++) parts[i]!(scope, to);
  };
}

/** A statement, kept by record where it reads one name and a numbered record stands there. */
function writeOnce(node: Node, locate: Locate): Write {
  const write = compileStatement(node, locate);
  const names = [...namesIn([node])].filter((name) => !isBound(name));
  if (names.length !== 1 || node.type === "Set" || node.type === "For") return write;
  const name = names[0]!;
  const piece = recordPiece(node, name, locate);
  return (scope, to) => {
    const record = scope[name];
    const number = numberOf(record);
    if (number < 0) return write(scope, to);
    const id = keptId(piece.kept, number);
    if (id >= 0) to.put(id);
    else piece.fill(scope, record, to);
  };
}

function compileStatement(node: Node, locate: Locate): Write {
  switch (node.type) {
    case "Comment":
      return () => {};
    case "StringLiteral": {
      const text = shareText(insideJson(node.value));
      return (_, to) => to.share(text);
    }
    case "If": {
      const test = compileExpression(node.test, locate);
      const body = compileJson(node.body, locate);
      const alternate = compileJson(node.alternate, locate);
      return (scope, to) => (truthy(test(scope)) ? body(scope, to) : alternate(scope, to));
    }
    case "For":
      return compileFor(node, locate);
    case "Set": {
      // What a name holds is read by expressions: it is text, and prints nothing.
      const set = compileBody([node], locate);
      return (scope) => void set(scope);
    }
    default:
      return compilePrint(node, locate);
  }
}

/** Texts of one place that are kept. */
const mostTexts = 1 << 16;
/** Longer ones are reviews and the like, which hardly come twice. */
const longestText = 200;

function compilePrint(node: Node, locate: Locate): Write {
  const value = compileExpression(node, locate);
  const plain = (scope: Scope, to: LineBuffer): void => {
    const held = value(scope);
    if (typeof held === "number" && Number.isFinite(held)) to.number(held);
    else to.write(insideJson(printed(held, node, locate)));
  };
  const source = sourceOf(node);
  if (source === null) return plain;
  const read = compileExpression(source, locate);
  const kept = new Map<string, number>();
  return (scope, to) => {
    const key = read(scope);
    if (typeof key !== "string" || key.length > longestText) return plain(scope, to);
    let id = kept.get(key);
    if (id === undefined) {
      if (kept.size >= mostTexts) return plain(scope, to);
      id = keepText(insideJson(printed(value(scope), node, locate)));
      if (id === notKept) return plain(scope, to);
      kept.set(key, id);
    }
    to.put(id);
  };
}

/** The field that alone decides what a node prints; null where more than one does. */
function sourceOf(node: Node): Node | null {
  if (node.type === "MemberExpression" || node.type === "Identifier") return node;
  if (node.type === "FilterExpression")
    return filterCall(node.filter).args.every(isLiteral) ? sourceOf(node.operand) : null;
  if (node.type === "CallExpression")
    return node.args.slice(1).every(isLiteral) && node.args[0] ? sourceOf(node.args[0]) : null;
  return null;
}

function isLiteral(node: Node): boolean {
  return node.type === "StringLiteral" || node.type === "IntegerLiteral";
}

function compileFor(node: Extract<Node, { type: "For" }>, locate: Locate): Write {
  const name = loopName(node, locate);
  const parts = {
    name,
    iterable: compileExpression(node.iterable, locate),
    body: compileJson(node.body, locate),
    otherwise: compileJson(node.defaultBlock, locate),
    usesLoop: namesIn(node.body).has("loop"),
    where: () => locate(name),
  };
  const segments = segmentsOf(node.body, name);
  if (segments === null) return writeLoop(parts);
  return writeKeptLoop(parts, segments, locate);
}
