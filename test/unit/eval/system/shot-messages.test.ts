import { expect, it } from "vitest";
import type { Example } from "../../../../src/dataset/task/types.ts";
import { withLines, withTurns } from "../../../../src/eval/system/shot-messages.ts";
import { hostileTitle, makeExample, makeTestCatalog } from "../fixture.ts";

const prompt = [
  { role: "system" as const, content: "Pick one." },
  { role: "user" as const, content: "Which one?" },
];
const shot = makeExample({
  user: "u2",
  prompt: [
    { role: "system", content: "Pick one." },
    { role: "user", content: "And this?" },
  ],
});
const catalog = makeTestCatalog();
const likedOf = ({ history }: Example): string[] => history;
const naming = { catalog, show: "title" as const, lang: "en" as const, likedOf };

it("puts shots as turns between the system message and the question", () => {
  expect(withTurns(prompt, [shot, shot])).toEqual([
    prompt[0],
    { role: "user", content: "And this?" },
    { role: "assistant", content: "Film i09 (1989)" },
    { role: "user", content: "And this?" },
    { role: "assistant", content: "Film i09 (1989)" },
    prompt[1],
  ]);
  expect(withTurns(prompt, [])).toEqual(prompt);
});

it("puts shots as one line each before the question", () => {
  const likedOf = ({ user }: Example): string[] => (user === "u2" ? ["i02"] : []);
  const other = { ...shot, user: "u3" };
  expect(withLines(prompt, [shot, other], { ...naming, likedOf })).toEqual([
    prompt[0],
    {
      role: "user",
      content:
        "Other people:\nUser A liked Film i02 (1982) → Film i09 (1989)\n" +
        "User B did not like Film i01 (1981), Film i02 (1982) → Film i09 (1989)\n\nWhich one?",
    },
  ]);
});

it("writes Korean lines with particles that fit letter and title", () => {
  const shots = Array.from({ length: 12 }, () => ({ ...shot, history: ["i02", "i01"] }));
  const [, message] = withLines(prompt, shots, { ...naming, lang: "ko" });
  const lines = message!.content.split("\n");
  expect(lines[0]).toBe("다른 사람들의 예:");
  // 1981 ends in 일; L is read 엘.
  expect(lines[1]).toBe("사용자 A는 Film i02 (1982), 영화 i01 (1981)을 좋아함 → Film i09 (1989)");
  expect(lines[12]).toMatch(/^사용자 L은 /);
});

it("names what a rating is of, and keeps a title's markup as text on one line", () => {
  const rated = makeExample({
    task: "rating",
    item: "i05",
    history: ["i01"],
    completion: [{ role: "assistant", content: "4\nas ever" }],
  });
  const [, message] = withLines(prompt, [rated], naming);
  expect(message!.content.split("\n")[1]).toBe(
    `User A liked Film i01 (1981); ${hostileTitle} → 4 as ever`,
  );
});
