import { type Statement, signStatement } from "@underseal/evidence";
import { bytesToBase64Url, HOUR_MS, SECOND_MS, slotEndMs, slotOf, slotStartMs, WEEK_MS } from "@underseal/foundation";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { discloseWithFiles } from "./files.ts";
import { createTracker, type Tracker } from "./tracker.ts";
import {
  codeOf,
  createWorld,
  MONDAY_MS,
  NINE_MS,
  ROUND_SECONDS,
  randomHash,
  send,
  type TestContract,
  type TestDevice,
  toSeconds,
  type World,
} from "./world.ts";

let world: World;
let contract: TestContract;
let device: TestDevice;
let tracker: Tracker;

const SLOT = slotOf(NINE_MS);

let client: TestContract["client"];

beforeAll(async () => {
  world = await createWorld();
  client = await world.addPerson("client");
});
afterAll(() => world.stop());

beforeEach(async () => {
  world.clock.set(NINE_MS - HOUR_MS);
  contract = await world.addContract({ client });
  device = await world.addDevice(contract.freelancer);
  tracker = createTracker(world, contract, device);
  world.clock.set(NINE_MS);
});

const startRun = async () => expect(codeOf(await tracker.start())).toBe("ok");

describe("runs", () => {
  const whole = slotEndMs(SLOT);

  test("nothing is recorded outside of a run", async () => {
    expect(codeOf(await tracker.step(tracker.signCapture(toSeconds(NINE_MS) / ROUND_SECONDS)))).toBe("RUN_BROKEN");
    world.clock.set(whole);
    expect(codeOf(await tracker.segment(SLOT))).toBe("RUN_BROKEN");
  });

  test("after the stop the run is over", async () => {
    await startRun();
    world.clock.set(NINE_MS + 5 * 60_000);
    expect(codeOf(await tracker.segment(SLOT, { minutes: 5, stop: true }))).toBe("ok");
    world.clock.set(slotEndMs(SLOT + 1));
    expect(codeOf(await tracker.segment(SLOT + 1))).toBe("RUN_BROKEN");
  });

  test.each([
    [5, "ok"],
    [6, "RUN_BROKEN"],
  ])("%i minutes in a run that has gone on for five: %s", async (minutes, code) => {
    await startRun();
    world.clock.set(NINE_MS + 5 * 60_000);
    expect(codeOf(await tracker.segment(SLOT, { minutes, stop: true }))).toBe(code);
  });

  test("two runs share a slot, up to its ten minutes", async () => {
    await startRun();
    world.clock.set(NINE_MS + 4 * 60_000);
    expect(codeOf(await tracker.segment(SLOT, { minutes: 4, stop: true }))).toBe("ok");
    await startRun();
    world.clock.set(whole);
    // The second run begins in the fifth minute, so only six of its minutes passed.
    expect(codeOf(await tracker.segment(SLOT, { minutes: 7 }))).toBe("SLOT_TAKEN");
    expect(codeOf(await tracker.segment(SLOT, { minutes: 6 }))).toBe("ok");
  });

  test("a seed that was not committed to, or is revealed too early or not at all", async () => {
    await startRun();
    world.clock.set(whole);
    expect(codeOf(await tracker.segment(SLOT, { stop: true, drawSeed: randomHash() }))).toBe("RUN_BROKEN");
    expect(codeOf(await tracker.segment(SLOT, { drawSeed: tracker.seed() }))).toBe("RUN_BROKEN");
    const { drawSeed: _, ...silent } = tracker.signSegment(SLOT, { stop: true }).body;
    expect(codeOf(await send(world, signStatement("segment", silent, [device.secretKey])))).toBe("RUN_BROKEN");
  });

  test("a capture of a round that the seed did not draw shows at the stop", async () => {
    await startRun();
    const drawn = new Set(tracker.drawn(SLOT));
    const first = toSeconds(NINE_MS) / ROUND_SECONDS + 1;
    const undrawn = Array.from({ length: 200 }, (_, i) => first + i).find((round) => !drawn.has(round)) ?? 0;
    world.clock.set(whole);
    await tracker.capture(undrawn);
    expect(codeOf(await tracker.segment(SLOT, { stop: true }))).toBe("RUN_BROKEN");
  });

  test("a round is captured once, and not after its segment", async () => {
    await startRun();
    const round = toSeconds(NINE_MS) / ROUND_SECONDS + 5;
    world.clock.set(whole);
    await tracker.capture(round);
    expect(codeOf(await tracker.step(tracker.signCapture(round)))).toBe("RUN_BROKEN");
    expect(codeOf(await tracker.segment(SLOT))).toBe("ok");
    expect(codeOf(await tracker.step(tracker.signCapture(round + 1)))).toBe("RUN_BROKEN");
    expect(codeOf(await tracker.segment(SLOT))).not.toBe("ok");
  });

  test("a segment names captures of its own run and slot only", async () => {
    await startRun();
    world.clock.set(slotEndMs(SLOT + 1));
    const later = await tracker.capture(slotStartMs(SLOT + 1) / SECOND_MS / ROUND_SECONDS + 3);
    const captures = [bytesToBase64Url(later.hash)];
    expect(codeOf(await tracker.segment(SLOT, { captures }))).toBe("RECORD_UNKNOWN");
    expect(codeOf(await tracker.segment(SLOT, { captures: [randomHash()] }))).toBe("RECORD_UNKNOWN");
    expect(codeOf(await tracker.segment(SLOT))).toBe("ok");
    expect(codeOf(await tracker.segment(SLOT + 1, { captures }))).toBe("ok");
  });
});

describe("time", () => {
  test.each([
    [60, "ok"],
    [61, "SLOT_IN_FUTURE"],
  ])("a start whose clock is %i seconds ahead: %s", async (seconds, code) => {
    expect(codeOf(await tracker.start({ at: toSeconds(NINE_MS) + seconds }))).toBe(code);
  });

  test.each([
    [60, "ok"],
    [61, "SLOT_IN_FUTURE"],
  ])("a segment recorded %i seconds before its slot is over: %s", async (seconds, code) => {
    await startRun();
    world.clock.set(slotEndMs(SLOT) - seconds * SECOND_MS);
    expect(codeOf(await tracker.segment(SLOT, { minutes: 8 }))).toBe(code);
  });

  test("numbers beyond every calendar are refused, not stumbled over", async () => {
    await startRun();
    world.clock.set(slotEndMs(SLOT));
    expect(codeOf(await tracker.segment(2 ** 40))).toBe("SLOT_IN_FUTURE");
    expect(codeOf(await tracker.step(tracker.signCapture(Number.MAX_SAFE_INTEGER)))).toBe("SLOT_IN_FUTURE");
    expect(codeOf(await tracker.start({ seq: Number.MAX_SAFE_INTEGER }))).toBe("CHAIN_BROKEN");
  });
});

describe("one person's minutes", () => {
  test("two devices in one slot: the first stands", async () => {
    const second = createTracker(world, contract, await world.addDevice(contract.freelancer));
    await startRun();
    expect(codeOf(await second.start())).toBe("ok");
    world.clock.set(slotEndMs(SLOT));
    expect(codeOf(await tracker.segment(SLOT))).toBe("ok");
    expect(codeOf(await second.segment(SLOT))).toBe("SLOT_TAKEN");
    // Nothing billed, nothing taken: the second run can still be stopped.
    expect(codeOf(await second.segment(SLOT, { minutes: 0, stop: true }))).toBe("ok");
  });

  test("two contracts in one slot: the first stands, also when they race", async () => {
    const other = await world.addContract({ client, freelancer: contract.freelancer });
    const second = createTracker(world, other, await world.addDevice(contract.freelancer));
    await startRun();
    expect(codeOf(await second.start())).toBe("ok");
    world.clock.set(slotEndMs(SLOT));
    const codes = (await Promise.all([tracker.segment(SLOT), second.segment(SLOT)])).map(codeOf);
    expect(codes.toSorted()).toEqual(["SLOT_TAKEN", "ok"]);
  });

  test("the weekly limit: what crosses it is admitted, what lies beyond is not, and the next week is free", async () => {
    const limited = await world.addContract({
      client,
      freelancer: contract.freelancer,
      terms: { weeklyLimitMinutes: 15 },
    });
    const run = createTracker(world, limited, await world.addDevice(contract.freelancer));
    expect(codeOf(await run.start())).toBe("ok");
    world.clock.set(slotEndMs(SLOT + 2));
    expect(codeOf(await run.segment(SLOT))).toBe("ok");
    expect(codeOf(await run.segment(SLOT + 1))).toBe("ok");
    expect(codeOf(await run.segment(SLOT + 2))).toBe("WEEKLY_LIMIT_REACHED");
    // Fifteen minutes at 60.00 an hour.
    expect((await limited.funds()).heldMinor).toBe(1_500n);
    world.clock.set(slotEndMs(slotOf(MONDAY_MS + WEEK_MS)));
    expect(codeOf(await run.segment(slotOf(MONDAY_MS + WEEK_MS)))).toBe("ok");
  });
});

describe("manual time", () => {
  test("only where the terms allow it, and outside of runs", async () => {
    world.clock.set(slotEndMs(SLOT));
    expect(codeOf(await tracker.segment(SLOT, { manual: true }))).toBe("PROFILE_FORBIDS");
    const manual = await world.addContract({
      client,
      freelancer: contract.freelancer,
      terms: { manualTime: true, validFrom: toSeconds(NINE_MS - HOUR_MS) },
    });
    const run = createTracker(world, manual, device);
    world.clock.set(slotEndMs(SLOT + 1));
    expect(codeOf(await run.segment(SLOT + 1, { manual: true, stop: true }))).toBe("RUN_BROKEN");
    expect(codeOf(await run.segment(SLOT + 1, { manual: true, activity: 0 }))).toBe("ok");
  });
});

describe("disclosures", () => {
  let capture: Statement<"capture">;
  const LOCK_MS = MONDAY_MS + WEEK_MS + 12 * HOUR_MS;

  beforeEach(async () => {
    await startRun();
    world.clock.set(slotEndMs(SLOT));
    capture = await tracker.capture(toSeconds(NINE_MS) / ROUND_SECONDS + 7);
  });

  test("of a capture that was not admitted, or is another device's", async () => {
    const unknown = tracker.signDisclosure(capture, { capture: randomHash() });
    expect(codeOf(await send(world, unknown))).toBe("RECORD_UNKNOWN");
    const second = createTracker(world, contract, await world.addDevice(contract.freelancer));
    expect(codeOf(await second.disclose(capture))).toBe("RECORD_UNKNOWN");
  });

  test("are numbered without gaps, and hide more each time", async () => {
    expect((await discloseWithFiles(world, tracker, capture, { ver: 1 })).code).toBe("DISCLOSURE_FORBIDDEN");
    expect((await discloseWithFiles(world, tracker, capture, { redacted: 100 })).code).toBe("ok");
    expect((await discloseWithFiles(world, tracker, capture, { redacted: 100 })).code).toBe("DISCLOSURE_FORBIDDEN");
    expect((await discloseWithFiles(world, tracker, capture, { ver: 2, redacted: 100 })).code).toBe(
      "DISCLOSURE_FORBIDDEN",
    );
    expect((await discloseWithFiles(world, tracker, capture, { ver: 1, redacted: 50 })).code).toBe(
      "DISCLOSURE_FORBIDDEN",
    );
    expect((await discloseWithFiles(world, tracker, capture, { ver: 1, redacted: 200 })).code).toBe("ok");
  });

  test.each([
    [LOCK_MS - 1, "ok"],
    [LOCK_MS, "SLOT_LOCKED"],
  ])("may be replaced until the week locks (%i: %s)", async (nowMs, code) => {
    expect((await discloseWithFiles(world, tracker, capture)).code).toBe("ok");
    world.clock.set(nowMs);
    expect((await discloseWithFiles(world, tracker, capture, { ver: 1, redacted: 300 })).code).toBe(code);
  });

  test("may come for the first time after the lock: they show, they hide nothing", async () => {
    world.clock.set(LOCK_MS + HOUR_MS);
    expect(codeOf(await tracker.disclose(capture))).toBe("ok");
  });
});

describe("the deposit", () => {
  test("holds what an admitted segment costs, once, whatever is sent again", async () => {
    await startRun();
    world.clock.set(slotEndMs(SLOT));
    const segment = tracker.signSegment(SLOT);
    await Promise.all([send(world, segment), send(world, segment)]);
    expect(codeOf(await tracker.step(segment))).toBe("ok");
    expect((await contract.funds()).heldMinor).toBe(1_000n);
  });

  test("holds nothing for what was refused", async () => {
    await startRun();
    world.clock.set(slotEndMs(SLOT));
    await tracker.segment(SLOT, { stop: true, drawSeed: randomHash() });
    expect((await contract.funds()).heldMinor).toBe(0n);
    expect(codeOf(await tracker.segment(SLOT))).toBe("ok");
  });
});
