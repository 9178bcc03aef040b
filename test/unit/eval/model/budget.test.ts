import { expect, test } from "vitest";
import { makeBudget } from "../../../../src/eval/model/budget.ts";

test("says that nothing was sent where the first request could pass the limit", async () => {
  const refused = makeBudget(0.00001).hold(0.0021);
  await expect(refused).rejects.toMatchObject({ code: "budget", exitCode: 5, where: "--max-usd" });
  await expect(refused).rejects.toThrow(
    "the next request may cost $0.00210, more than the limit of $0.0000100; nothing was sent",
  );
});

test("says what is spent, even nothing, once a request was sent", async () => {
  const budget = makeBudget(1);
  (await budget.hold(0))(0);
  await expect(budget.hold(2)).rejects.toThrow("may cost $2.00, and $0.00 of $1.00 are spent");
  (await budget.hold(0.5))(0.25);
  await expect(budget.hold(2)).rejects.toThrow("and $0.250 of $1.00 are spent");
});

test("promises kept answers only where they are kept", async () => {
  const kept = /asks only for what is missing/;
  await expect(makeBudget(1).hold(2)).rejects.toThrow(kept);
  await expect(makeBudget(1, "nothing").hold(2)).rejects.not.toThrow(kept);
  await expect(makeBudget(1, "nothing").hold(2)).rejects.toThrow("Raise --max-usd");
});
