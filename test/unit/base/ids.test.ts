import { expect, it } from "vitest";
import { exampleId, idPart } from "../../../src/base/ids.ts";

it("keeps a slash in a user id from making another id", () => {
  expect(exampleId("rating", idPart("a/b"), 7)).toBe("rating/a%2Fb/7");
  expect(exampleId("rating", idPart("a"), 7, "ko")).toBe("rating/a/7/ko");
  expect(idPart("가 %")).toBe("%EA%B0%80%20%25");
});
