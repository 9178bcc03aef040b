// A published OpenAPI document as a judge of an emulator: every request and every reply is held against its schemas
// (ajv, JSON Schema 2020-12). Documents are read in place and never copied into the project.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formatsModule from "ajv-formats";
import { parse } from "yaml";

type Node = { [key: string]: unknown };

export type Spec = {
  /** What is wrong with a body, or null. Paths are as the document has them, e.g. "/fine_tuning/jobs/{id}". */
  request(method: string, path: string, type: string, body: unknown): string | null;
  reply(method: string, path: string, status: number, body: unknown): string | null;
};

const dataDir = resolve(
  process.env["RECTUNE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared"),
);

const opened = new Map<string, Spec | null>();

/** Opens a document of the test data by name, once a process; null where the data is not at hand. */
export function openSpec(name: string): Spec | null {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const spec = readSpec(name);
  opened.set(name, spec);
  return spec;
}

function readSpec(name: string): Spec | null {
  const path = join(dataDir, "openapi", name);
  if (!existsSync(path)) return null;
  const text = readFileSync(path, "utf8");
  const document = modernize(name.endsWith(".json") ? JSON.parse(text) : parse(text)) as Node;
  return makeSpec(document);
}

/** Older spellings of OpenAPI 3.0 in the words of JSON Schema 2020-12. */
function modernize(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(modernize);
  if (node === null || typeof node !== "object") return node;
  const held = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, modernize(value)]),
  );
  if (held["exclusiveMinimum"] === true) {
    held["exclusiveMinimum"] = held["minimum"] ?? 0;
    delete held["minimum"];
  }
  // A $ref beside other keys stands alone in 3.0.
  if (typeof held["$ref"] === "string") return { $ref: held["$ref"] };
  if (held["nullable"] !== true) return held;
  delete held["nullable"];
  if (Array.isArray(held["enum"])) held["enum"] = [...held["enum"], null];
  return { anyOf: [held, { type: "null" }] };
}

function makeSpec(document: Node): Spec {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  const addFormats = formatsModule as unknown as (ajv: Ajv2020) => void;
  addFormats(ajv);
  for (const format of ["unixtime", "binary", "float"]) ajv.addFormat(format, true);
  ajv.addSchema({ ...document, $id: "spec" });
  const compiled = new Map<string, ValidateFunction>();
  const check = (pointer: string[], body: unknown): string | null => {
    let schema: unknown = document;
    for (const key of pointer) schema = (schema as Node | undefined)?.[key];
    if (schema === undefined) return `the document has no ${pointer.join(" ")}`;
    const ref = `spec#/${pointer.map((key) => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
    let validate = compiled.get(ref);
    if (!validate) compiled.set(ref, (validate = ajv.compile({ $ref: ref })));
    if (validate(body)) return null;
    return `${pointer[1]} ${pointer[2]}: ${ajv.errorsText(validate.errors)}`;
  };
  return {
    request: (method, path, type, body) =>
      check(["paths", path, method, "requestBody", "content", type, "schema"], body),
    reply: (method, path, status, body) =>
      check(
        [
          "paths",
          path,
          method,
          "responses",
          String(status),
          "content",
          "application/json",
          "schema",
        ],
        body,
      ),
  };
}
