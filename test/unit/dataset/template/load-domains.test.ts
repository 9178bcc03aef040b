import { join } from "node:path";
import { expect, it } from "vitest";
import { loadDomains, wordsOf } from "../../../../src/dataset/template/load-domains.ts";
import { makeFolder } from "./packs.ts";

const builtinDir = join(import.meta.dirname, "../../../../templates");

it("reads the words of a domain", async () => {
  const domains = await loadDomains({ builtinDir, userDir: null, langs: ["en", "ko"] });
  expect(wordsOf(domains, "en", "film")["acted"]).toBe("watched");
  expect(wordsOf(domains, "ko", "book")["item"]).toBe("책");
});

it("names the nearest domain", async () => {
  const domains = await loadDomains({ builtinDir, userDir: null, langs: ["en"] });
  expect(() => wordsOf(domains, "en", "flim")).toThrow('Did you mean "film"?');
  expect(() => wordsOf(domains, "en", "constructor")).toThrow("unknown domain");
});

it("lets a user add a domain, complete or not at all", async () => {
  const text =
    "version: 1\nlang: en\ndomains:\n  course: {item: course, items: courses, act: take, acted: taken, user: student}\n";
  await using whole = await makeFolder({ "domains/en.yaml": text });
  const domains = await loadDomains({ builtinDir, userDir: whole.path, langs: ["en"] });
  expect(wordsOf(domains, "en", "course")["user"]).toBe("student");
  expect(wordsOf(domains, "en", "film")["user"]).toBe("viewer");
  await using partial = await makeFolder({ "domains/en.yaml": text.replace("act: take, ", "") });
  const load = loadDomains({ builtinDir, userDir: partial.path, langs: ["en"] });
  await expect(load).rejects.toThrow(/en\.yaml:4:11: domain "course" lacks the word "act"/);
});
