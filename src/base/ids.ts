// Identifiers and hashes: example ids, content hashes, run keys.

import { createHash } from "node:crypto";
import { canonicalJson } from "./json.ts";

/** SHA-256 in hex of bytes or UTF-8 text. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA-256 in hex of a value's canonical JSON. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** A part of an example id, percent-encoded so that a `/` in a user id cannot collide. */
export function idPart(text: string): string {
  return encodeURIComponent(text);
}

/** Example id `<task>/<user>/<row>[/<variant>]`; `user` is its `idPart`, made once for all of a user's examples. */
export function exampleId(task: string, user: string, row: number, variant?: string): string {
  const id = `${task}/${user}/${row}`;
  return variant === undefined ? id : `${id}/${variant}`;
}
