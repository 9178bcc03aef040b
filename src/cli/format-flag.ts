// The --format flag of export and validate.

import { nearest, UsageError } from "../base/errors.ts";
import { formats, type FormatName } from "../dataset/format/index.ts";
import { textOption, type Call } from "./command.ts";

export const formatList = Object.keys(formats).join(", ");

/** The format a call names. @throws UsageError with the nearest one. */
export function formatOf(call: Call): FormatName {
  const name = textOption(call, "format") ?? "";
  if (Object.hasOwn(formats, name)) return name as FormatName;
  const near = nearest(name, Object.keys(formats));
  throw new UsageError(`unknown format ${name}`, {
    code: "format-unknown",
    where: "--format",
    next: near ? `Did you mean ${near}?` : `Known: ${formatList}`,
  });
}
