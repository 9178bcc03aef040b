import { expect, it } from "vitest";
import { describeAge } from "../../../../src/dataset/task/age.ts";

const dayS = 86_400;

it.each([
  [0, "within the hour", "1시간 이내"],
  [3599, "within the hour", "1시간 이내"],
  [3600, "1 hour ago", "1시간 전"],
  [dayS - 1, "23 hours ago", "23시간 전"],
  [dayS, "1 day ago", "1일 전"],
  [2 * dayS, "2 days ago", "2일 전"],
  [60 * dayS, "2 months ago", "2달 전"],
  [719 * dayS, "23 months ago", "23달 전"],
  [730 * dayS, "2 years ago", "2년 전"],
])("%d seconds: %s, %s", (ageS, en, ko) => {
  expect([describeAge(ageS, "en"), describeAge(ageS, "ko")]).toEqual([en, ko]);
});

it("has no words for an unknown age", () => {
  expect(describeAge(NaN, "en")).toBeNull();
});
