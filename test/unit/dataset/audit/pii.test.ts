import { describe, expect, it } from "vitest";
import { runFinding, seenOf } from "./run-finding.ts";

const asking = (content: string) => seenOf({ id: "a", prompt: [{ role: "user", content }] });
const mails = ["write to jane.doe+x@mail.example.org.", "홍길동@회사.한국 으로"];
const phones = ["call 010-1234-5678 now", "(555) 010-9999", "+44 20 7946 0958", "1-800-555-0199"];
const plain = [
  "2001: A Space Odyssey (1968) 5",
  "1999-2003, then 12 / 20",
  "@home on the range",
  "rated 4.5 at 978-3-16-148410-0",
  "user 1234567890123",
  "Apollo 13 (1995), 300 (2006), 1917 (2019)",
];

describe("pii", () => {
  it.each([...mails, ...phones])("finds %s", (text) => {
    expect(runFinding("pii", [asking(text), seenOf()])).toMatchObject({
      severity: "warning",
      count: 1,
      examples: ["a"],
    });
  });

  it.each(plain)("leaves %s alone", (text) => {
    expect(runFinding("pii", [asking(text)])).toMatchObject({ severity: null, count: 0 });
  });

  it("looks into answers too", () => {
    const completion = [{ role: "assistant" as const, content: "Mail me: a@b.co" }];
    expect(runFinding("pii", [seenOf({ completion })]).message).toContain("1 of 1 examples");
  });
});
