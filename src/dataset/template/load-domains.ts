// The words of a domain in each language: templates/domains/<lang>.yaml, a user's file laid over the built-in one.

import { join } from "node:path";
import { pathKind } from "../../base/files.ts";
import { nearest, UsageError } from "../../base/errors.ts";
import { domainsSchema } from "./pack-schema.ts";
import { readYaml } from "../../base/yaml.ts";
import type { Lang } from "./wording.ts";

/** How items and acts are called, e.g. {item: "film", acted: "watched"}. */
export type DomainWords = Record<string, string>;

/** Words by language, then by domain. */
export type Domains = Partial<Record<Lang, Record<string, DomainWords>>>;

/**
 * Reads the domains of the languages. A user's file adds domains and replaces those of the same name.
 * Throws UsageError at file:line:col when a domain lacks a word that the built-in ones have.
 */
export async function loadDomains(options: {
  builtinDir: string;
  userDir: string | null;
  langs: readonly Lang[];
}): Promise<Domains> {
  const domains: Domains = {};
  for (const lang of options.langs) {
    const held: Record<string, DomainWords> = {};
    for (const root of [options.builtinDir, options.userDir]) {
      const file = root === null ? null : join(root, "domains", `${lang}.yaml`);
      if (file === null || (await pathKind(file)) !== "file") continue;
      const read = await readYaml(file, domainsSchema);
      const needed = Object.keys(Object.values(held)[0] ?? {});
      for (const [name, words] of Object.entries(read.value.domains)) {
        const missing = needed.find((key) => !Object.hasOwn(words, key));
        if (missing !== undefined) {
          const { line, col } = read.sourceAt(["domains", name]);
          throw new UsageError(`domain "${name}" lacks the word "${missing}"`, {
            code: "domain-word-missing",
            where: `${file}:${line}:${col}`,
            next: `Every domain has ${needed.join(", ")}.`,
          });
        }
        held[name] = words;
      }
    }
    domains[lang] = held;
  }
  return domains;
}

/** The words of one domain. Throws UsageError with the nearest name when the language does not know it. */
export function wordsOf(domains: Domains, lang: Lang, domain: string): DomainWords {
  const known = domains[lang] ?? {};
  const words = Object.hasOwn(known, domain) ? known[domain] : undefined;
  if (words) return words;
  const near = nearest(domain, Object.keys(known));
  throw new UsageError(`unknown domain "${domain}" in language ${lang}`, {
    code: "domain-unknown",
    where: "domain",
    next: near
      ? `Did you mean "${near}"?`
      : `Known: ${Object.keys(known).join(", ")}; add yours in <templates>/domains/${lang}.yaml.`,
  });
}
