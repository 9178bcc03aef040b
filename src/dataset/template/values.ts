// Values of the compiled Jinja, as plain JavaScript: how they print, when they are true, and how complaints name them.

import { nearest, UsageError } from "../../base/errors.ts";
import type { Node } from "./syntax.ts";
import type { Locate } from "./wording.ts";

export type Scope = Record<string, unknown>;
export type Evaluate = (scope: Scope) => unknown;

/** A record whose fields are made when one of them is first read. */
export class LazyRecord<A, B> {
  private held: Readonly<Record<string, unknown>> | null = null;
  private readonly make: (a: A, b: B) => Readonly<Record<string, unknown>>;
  private readonly a: A;
  private readonly b: B;

  /** `make` is given `a` and `b`: a closure for each of millions of records would cost more. */
  constructor(make: (a: A, b: B) => Readonly<Record<string, unknown>>, a: A, b: B) {
    this.make = make;
    this.a = a;
    this.b = b;
  }

  fields(): Readonly<Record<string, unknown>> {
    return (this.held ??= this.make(this.a, this.b));
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return this.fields();
  }
}

/** Jinja truth: empty strings, lists and records are false. */
export function truthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value !== null && typeof value === "object") return Object.keys(value).length > 0;
  return Boolean(value);
}

/** The text of a value in `{{ }}`; nothing for none and undefined. Lists and records are refused. */
export function printed(value: unknown, node: Node, locate: Locate): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw fail(
    "a list or record cannot be printed as it is",
    locate(nameOf(node)),
    "template-prints-list",
    "Print one of its fields, or join the list.",
  );
}

// eslint-disable-next-line no-control-regex -- these are the characters that JSON cannot hold
const escaped = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** A text as it stands inside the quotes of a JSON string. */
export function insideJson(text: string): string {
  return escaped.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

export function unsupported(what: string, word: string | null, locate: Locate): UsageError {
  return fail(
    `wordings cannot use ${what}`,
    locate(word),
    "template-unsupported",
    "templates/README.md lists what they can.",
  );
}

export const testNone = "Test the value first: {% if x is not none %}.";

export function unknownName(
  what: string,
  name: string,
  known: readonly string[],
  locate: Locate,
): UsageError {
  const near = nearest(name, known);
  const next = near ? `Did you mean "${near}"?` : `Known: ${known.join(", ")}.`;
  return fail(`wordings know no ${what} "${name}"`, locate(name), "template-unsupported", next);
}

export function fail(what: string, where: string, code: string, next: string): UsageError {
  return new UsageError(what, { code, where, next });
}

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value)
    ? "a list"
    : typeof value === "object"
      ? "a record"
      : `a ${typeof value}`;
}

/** The first name an expression reads, to point at. */
export function nameOf(node: Node): string | null {
  if (node.type === "Identifier") return node.value;
  if (node.type === "MemberExpression") return nameOf(node.object);
  if (node.type === "FilterExpression") return nameOf(node.operand);
  if (node.type === "BinaryExpression") return nameOf(node.left);
  return null;
}
