// The texts of a row that become tokens, for length limits: those of its longest branch, where a row holds a preferred
// and a rejected answer.

import type { Row } from "./types.ts";

const namesOnly = new Set(["role", "from", "type", "id", "tool_call_id", "name"]);
const branches = [
  ["chosen", "rejected"],
  ["preferred_output", "non_preferred_output"],
] as const;

/** Texts of a row, by branch; one branch where the row holds one answer. */
export function textsOf(row: Row): string[][] {
  const pair = branches.find(([one, other]) => one in row && other in row);
  if (!pair) return [leaves(row)];
  return pair.map((dropped) => {
    const { [dropped]: _dropped, ...rest } = row;
    return leaves(rest);
  });
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, held]) => (namesOnly.has(key) ? [] : leaves(held)));
}
