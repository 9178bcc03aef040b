// The flags --format and --profile of export and validate.

import { nearest, UsageError } from "../base/errors.ts";
import { formats, type FormatName } from "../dataset/format/index.ts";
import type { Format, FormatLimits } from "../dataset/format/types.ts";
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

export const profileHelp = "whose limits to hold: openai, azure, nebius or fireworks";

/** The limits of the service a call names, or undefined. @throws UsageError for one the format does not know. */
export function profileOf(call: Call, formatName: FormatName): FormatLimits | undefined {
  const name = textOption(call, "profile");
  if (name === undefined) return undefined;
  const { profiles = {} }: Format = formats[formatName];
  if (Object.hasOwn(profiles, name)) return profiles[name];
  const known = Object.keys(profiles);
  throw new UsageError(`the format ${formatName} has no profile ${name}`, {
    code: "profile-unknown",
    where: "--profile",
    next: known.length > 0 ? `Known: ${known.join(", ")}.` : "Leave --profile out.",
  });
}
