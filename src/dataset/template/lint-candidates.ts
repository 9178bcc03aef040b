// Lints how a prompt shows its candidates: in a loop, as they come. They come shuffled with a recorded seed; a prompt
// that picks some of them by place, or puts them in another order, would tell where the truth stands.

import { namesIn, filterCall, type Node } from "./syntax.ts";

/** Whether nodes read `candidates` other than by looping over them, counting them or asking whether there are any. */
export function reordersCandidates(nodes: readonly Node[]): boolean {
  return nodes.some((node) => {
    switch (node.type) {
      case "For":
        return (
          (!isList(node.iterable) && reads(node.iterable)) ||
          reordersCandidates(node.body) ||
          reordersCandidates(node.defaultBlock)
        );
      case "If":
        return (
          reordersInTest(node.test) ||
          reordersCandidates(node.body) ||
          reordersCandidates(node.alternate)
        );
      case "Set":
        return (node.value !== null && reads(node.value)) || reordersCandidates(node.body);
      default:
        return !isCount(node) && reads(node);
    }
  });
}

function reordersInTest(node: Node): boolean {
  if (isList(node) || isCount(node)) return false;
  if (node.type === "UnaryExpression") return reordersInTest(node.argument);
  if (node.type === "BinaryExpression")
    return reordersInTest(node.left) || reordersInTest(node.right);
  return reads(node);
}

function isList(node: Node): boolean {
  return node.type === "Identifier" && node.value === "candidates";
}

function isCount(node: Node): boolean {
  if (node.type === "FilterExpression")
    return isList(node.operand) && filterCall(node.filter).name === "length";
  if (node.type !== "MemberExpression" || node.computed || !isList(node.object)) return false;
  return node.property.type === "Identifier" && node.property.value === "length";
}

function reads(node: Node): boolean {
  return namesIn([node]).has("candidates");
}
