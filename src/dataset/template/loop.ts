// The for loop of the compiled Jinja: a scope of its own, `loop` in it, an else for the empty list.

import { UsageError } from "../../base/errors.ts";
import type { Evaluate, Scope } from "./values.ts";

/** Renders a part of a block. */
export type Emit = (scope: Scope) => string;

export type LoopParts<Body> = {
  name: string;
  iterable: Evaluate;
  body: Body;
  otherwise: Body;
  /** Whether the body reads `loop`. */
  usesLoop: boolean;
  where: () => string;
};

export function runLoop(parts: LoopParts<Emit>): Emit {
  const { name, body, otherwise, usesLoop } = parts;
  return (outer) => {
    const items = listOf(parts, outer);
    const scope = Object.create(outer) as Scope;
    const { length } = items;
    let text = "";
    for (let i = 0; i < length; i++) {
      if (usesLoop) scope["loop"] = placeOf(i, length);
      scope[name] = items[i];
      text += body(scope);
    }
    return length === 0 ? otherwise(scope) : text;
  };
}

/** What `loop` is at place i of a list. */
export function placeOf(i: number, length: number): Record<string, unknown> {
  return { index: i + 1, index0: i, first: i === 0, last: i === length - 1, length };
}

/** The list that a loop runs over. */
export function listOf(
  { iterable, name, where }: LoopParts<unknown>,
  scope: Scope,
): readonly unknown[] {
  const items = iterable(scope);
  if (Array.isArray(items)) return items as unknown[];
  throw new UsageError(`the loop over "${name}" needs a list`, {
    code: "template-not-a-list",
    where: where(),
  });
}
