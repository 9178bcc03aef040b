import { expect, it } from "vitest";
import { prices } from "../../../../src/base/token/prices.ts";

it("every price has a source and a day, and is by token or by hour, not both", () => {
  for (const price of prices) {
    expect(price.source).not.toBe("");
    expect(price.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(price.usdPerHour === null || price.usdPerMillionTokens === null, price.of).toBe(true);
  }
  expect(new Set(prices.map(({ provider, of }) => `${provider} ${of}`)).size).toBe(prices.length);
});
