import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeBudget } from "../../../../src/eval/model/budget.ts";
import { makeLane, pause, shareLane, type Place } from "../../../../src/eval/model/lane.ts";
import { errorOf } from "../../log/open-texts.ts";

const never = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A lane, and the places of those who were let in so far. */
function open(most: number, now = () => 0, signal = never) {
  const lane = makeLane(most, { now, signal });
  const places: Place[] = [];
  const enter = (n: number): void => {
    for (let i = 0; i < n; i++) void lane.enter().then((place) => places.push(place));
  };
  return { lane, places, enter };
}

describe("makeLane", () => {
  test("lets in as many as may be under way, in their order", async () => {
    const { places, enter } = open(3);
    enter(5);
    await settle();
    expect(places).toHaveLength(3);
    places[1]!.leave("ok");
    await settle();
    expect(places).toHaveLength(4);
  });

  test("halves where the server says slow down, once a round, and never below one", async () => {
    const { lane, places, enter } = open(16);
    enter(16);
    await settle();
    for (const place of places.splice(0)) place.leave("slow-down");
    expect(lane.limit()).toBe(8);
    for (const expected of [4, 2, 1, 1]) {
      enter(1);
      await settle();
      places.pop()!.leave("slow-down");
      expect(lane.limit()).toBe(expected);
    }
  });

  test("grows by one after a round that went well, up to the most", async () => {
    const { lane, places, enter } = open(4);
    enter(1);
    await settle();
    places.pop()!.leave("slow-down");
    const limits: number[] = [];
    for (let i = 0; i < 12; i++) {
      enter(1);
      await settle();
      places.pop()!.leave("ok");
      limits.push(lane.limit());
    }
    expect(limits).toEqual([2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4]);
  });

  test("a failure changes nothing", async () => {
    const { lane, places, enter } = open(4);
    enter(4);
    await settle();
    for (const place of places) place.leave("failed");
    expect(lane.limit()).toBe(4);
  });

  test("keeps everyone waiting as long as the server asks", async () => {
    let clock = 0;
    const { places, enter } = open(2, () => clock);
    enter(1);
    await settle();
    places.pop()!.leave("slow-down", 20);
    enter(1);
    await settle();
    expect(places).toHaveLength(0);
    clock = 20;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(places).toHaveLength(1);
  });

  test("an abort sends those who wait away", async () => {
    const controller = new AbortController();
    const { lane } = open(1, () => 0, controller.signal);
    await lane.enter();
    const waiting = errorOf(lane.enter());
    controller.abort();
    expect(await waiting).toMatchObject({ code: "interrupted", exitCode: 130 });
    expect(await errorOf(lane.enter())).toMatchObject({ code: "interrupted" });
    expect(await errorOf(pause(10_000, controller.signal))).toMatchObject({ code: "interrupted" });
  });

  test("never lets in more than its limit, whatever happens", async () => {
    const how = fc.constantFrom("ok" as const, "failed" as const, "slow-down" as const);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(how, { maxLength: 40 }),
        async (most, ends) => {
          const { lane, places, enter } = open(most);
          enter(ends.length);
          let left = 0;
          for (const end of ends) {
            await settle();
            expect(places.length - left).toBeLessThanOrEqual(Math.max(most, lane.limit()));
            expect(lane.limit()).toBeGreaterThanOrEqual(1);
            expect(lane.limit()).toBeLessThanOrEqual(most);
            places[left++]!.leave(end);
          }
          await settle();
          expect(places).toHaveLength(ends.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

test("a budget never holds or spends more than its limit", async () => {
  const cost = fc.record({
    most: fc.integer({ min: 1, max: 30 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 100 }),
      fc.array(cost, { maxLength: 30 }),
      async (max, costs) => {
        const budget = makeBudget(max);
        let held = 0;
        let refused = 0;
        await Promise.all(
          costs.map(async ({ most, share }) => {
            const pay = await budget.hold(most).catch(() => null);
            if (pay === null) return void refused++;
            held += most;
            expect(budget.spentUsd() + held).toBeLessThanOrEqual(max + 1e-6);
            await settle();
            held -= most;
            pay(most * share);
          }),
        );
        expect(budget.spentUsd()).toBeLessThanOrEqual(max + 1e-6);
        const all = costs.reduce((sum, { most }) => sum + most, 0);
        if (all <= max) expect(refused).toBe(0);
      },
    ),
    { numRuns: 50 },
  );
});

describe("shareLane", () => {
  const clock = { now: () => 0, signal: never };

  test("models with one key share its limit, each within its own", async () => {
    const shared = makeLane(2, clock);
    const [narrow, wide] = [shareLane(shared, 2, clock), shareLane(shared, 6, clock)];
    expect(shared.limit()).toBe(6);
    const places: Place[] = [];
    const enter = (lane: typeof narrow, n: number): void => {
      for (let i = 0; i < n; i++) void lane.enter().then((place) => places.push(place));
    };
    enter(narrow, 5);
    await settle();
    expect(places).toHaveLength(2);
    enter(wide, 10);
    await settle();
    expect(places).toHaveLength(6);
  });

  test("what one model is refused slows the other down, and a narrowed lane does not jump", async () => {
    const shared = makeLane(8, clock);
    const [one, other] = [shareLane(shared, 8, clock), shareLane(shared, 8, clock)];
    (await one.enter()).leave("slow-down");
    expect(other.limit()).toBe(4);
    shareLane(shared, 16, clock);
    expect(other.limit()).toBe(4);
  });

  test("an aborted wait gives the model's own place back", async () => {
    const stop = new AbortController();
    const shared = makeLane(1, { now: () => 0, signal: stop.signal });
    const lane = shareLane(shared, 1, clock);
    const first = await shared.enter();
    const waiting = errorOf(lane.enter());
    await settle();
    stop.abort();
    expect(await waiting).toMatchObject({ code: "interrupted" });
    first.leave("ok");
    expect(lane.limit()).toBe(1);
  });
});
