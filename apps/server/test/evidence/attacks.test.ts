import { roundAt } from "@underseal/evidence";
import { HOUR_MS, MINUTE_MS, SECOND_MS, slotOf } from "@underseal/foundation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTracker } from "./tracker.ts";
import { BEACON_CHAIN, codeOf, createWorld, drawOf, MONDAY_MS, NINE_MS, toSeconds, type World } from "./world.ts";

// What somebody tried who had a device, a contract and patience.

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const ODDS = 60;

/** A contract whose one device was there a little before it. */
const setUp = async () => {
  world.clock.set(MONDAY_MS - 2 * HOUR_MS);
  const freelancer = await world.addPerson("freelancer");
  const device = await world.addDevice(freelancer);
  world.clock.set(MONDAY_MS - HOUR_MS);
  const contract = await world.addContract({ freelancer, terms: { draw: drawOf(BEACON_CHAIN, ODDS) } });
  return { contract, device, tracker: createTracker(world, contract, device) };
};

test("no run begins before the last one stopped, whatever was left open in between", async () => {
  const { tracker } = await setUp();
  const slot = slotOf(NINE_MS);
  world.clock.set(NINE_MS);
  expect(codeOf(await tracker.startOnline())).toBe("ok");
  world.clock.set(NINE_MS + 2 * MINUTE_MS);
  const stop = tracker.sign("segment", { ...tracker.segmentContent(slot), minutes: 1, stop: true });
  expect(codeOf(await tracker.step(stop))).toBe("ok");
  const startAfter = async (ms: number) => {
    const at = toSeconds(NINE_MS + ms);
    const beacon = await tracker.signedRound(roundAt(BEACON_CHAIN, at));
    return codeOf(await tracker.step(tracker.sign("start", { at, beacon })));
  };
  expect(await startAfter(2 * MINUTE_MS - SECOND_MS)).toBe("RUN_BROKEN");
  expect(await startAfter(2 * MINUTE_MS)).toBe("ok");
  expect(await startAfter(2 * MINUTE_MS - SECOND_MS)).toBe("RUN_BROKEN");
});
