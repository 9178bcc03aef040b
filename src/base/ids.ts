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

/** Example id `<task>/<user>/<row>[/<variant>]`, parts percent-encoded so that a `/` in a user id cannot collide. */
export function exampleId(task: string, user: string, row: number, variant?: string): string {
  const parts = [task, user, String(row), ...(variant === undefined ? [] : [variant])];
  return parts.map(encodeURIComponent).join("/");
}
