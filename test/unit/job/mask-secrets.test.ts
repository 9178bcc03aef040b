import { describe, expect, test } from "vitest";
import { maskSecrets } from "../../../src/job/mask-secrets.ts";

describe("maskSecrets", () => {
  test("takes out what is named like a secret, the longer one first, everywhere", () => {
    const env = {
      MY_API_KEY: "sk-0123456789",
      OTHER_TOKEN: "sk-0123456789-long",
      HOME: "/home/somebody",
    };
    const text =
      "asked with sk-0123456789-long, then sk-0123456789 and sk-0123456789, at /home/somebody";
    expect(maskSecrets(text, env)).toBe("asked with ***, then *** and ***, at /home/somebody");
  });

  test("leaves ordinary words: short values, absent ones, values that are patterns", () => {
    const env = {
      API_KEY: "test",
      EMPTY_TOKEN: "",
      NO_SECRET: undefined,
      DB_PASSWORD: "a.*b+(c)?",
    };
    expect(maskSecrets("a test of aXXb and a.*b+(c)?", env)).toBe("a test of aXXb and ***");
  });
});
