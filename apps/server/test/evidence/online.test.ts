import { isDrawn, randomnessOf } from "@underseal/evidence";
import { bytesToBase64Url, HOUR_MS, MINUTE_MS, slotEndMs, slotOf, slotStartMs } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTracker, type Tracker } from "./tracker.ts";
import {
  BEACON_CHAIN,
  codeOf,
  createWorld,
  drawOf,
  NINE_MS,
  ROUND_SECONDS,
  randomHash,
  type TestContract,
  toSeconds,
  type World,
} from "./world.ts";

// Runs that the public beacon draws: their records show the rounds, and nobody has to wait for a seed.

let world: World;
let contract: TestContract;
let tracker: Tracker;
let client: TestContract["client"];

const SLOT = slotOf(NINE_MS);
const FIRST = toSeconds(NINE_MS) / ROUND_SECONDS;
const ODDS = 4;

beforeAll(async () => {
  world = await createWorld();
  client = await world.addPerson("client");
});
afterAll(() => world.stop());

beforeEach(async () => {
  world.beaconSource.isAway = false;
  world.clock.set(NINE_MS - HOUR_MS);
  contract = await world.addContract({ client, terms: { draw: drawOf(BEACON_CHAIN, ODDS) } });
  tracker = createTracker(world, contract, await world.addDevice(contract.freelancer));
  world.clock.set(NINE_MS);
});

const shown = async (round: number) => {
  const signature = (await world.beacon.signaturesOf([round])).get(round) ?? new Uint8Array(48);
  return { round, sig: bytesToBase64Url(signature) };
};

const startOnline = async () => {
  const beacon = await shown(Math.floor(toSeconds(world.clock.now()) / ROUND_SECONDS));
  const { drawC: _, ...body } = tracker.signStart().body;
  return await tracker.step(tracker.sign("start", { ...body, beacon }));
};

/** The first rounds after the start that are drawn, or are not. */
const roundsThat = async (are: "drawn" | "undrawn", count: number): Promise<number[]> => {
  world.clock.set(slotEndMs(SLOT));
  const rounds = Array.from({ length: 100 }, (_, i) => FIRST + 1 + i);
  const signatures = await world.beacon.signaturesOf(rounds);
  const rule = { person: contract.freelancer.personId, odds: ODDS };
  const is = (round: number) => isDrawn(rule, randomnessOf(signatures.get(round) ?? new Uint8Array()));
  return rounds.filter((round) => is(round) === (are === "drawn")).slice(0, count);
};

const capture = async (round: number) => {
  const statement = tracker.signCapture(round, { beacon: await shown(round) });
  return { statement, code: codeOf(await tracker.step(statement)) };
};

test("a capture is admitted at a drawn round alone, at once", async () => {
  expect(codeOf(await startOnline())).toBe("ok");
  const [undrawn = 0] = await roundsThat("undrawn", 1);
  const [drawn = 0] = await roundsThat("drawn", 1);
  expect((await capture(undrawn)).code).toBe("NOT_DRAWN");
  expect((await capture(drawn)).code).toBe("ok");
  expect((await capture(drawn)).code).toBe("RUN_BROKEN");
});

test("the round that the start shows is not captured", async () => {
  expect(codeOf(await startOnline())).toBe("ok");
  expect((await capture(FIRST)).code).toBe("RUN_BROKEN");
});

test("a signature that is not the round's is refused, in a start and in a capture", async () => {
  const beacon = { ...(await shown(FIRST - 1)), round: FIRST };
  const { drawC: _, ...body } = tracker.signStart().body;
  expect(codeOf(await tracker.step(tracker.sign("start", { ...body, beacon })))).toBe("BEACON_INVALID");
  expect(codeOf(await startOnline())).toBe("ok");
  const [drawn = 0, other = 0] = await roundsThat("drawn", 2);
  const forged = tracker.signCapture(drawn, { beacon: { ...(await shown(other)), round: drawn } });
  expect(codeOf(await tracker.step(forged))).toBe("BEACON_INVALID");
});

test("a round to come is not known yet", async () => {
  expect(codeOf(await startOnline())).toBe("ok");
  const sig = bytesToBase64Url(new Uint8Array(48));
  const soon = tracker.signCapture(FIRST + 10, { beacon: { round: FIRST + 10, sig } });
  expect(codeOf(await tracker.step(soon))).toBe("UNAVAILABLE");
  const later = tracker.signCapture(FIRST + 21, { beacon: { round: FIRST + 21, sig } });
  expect(codeOf(await tracker.step(later))).toBe("SLOT_IN_FUTURE");
});

test("a run has one source of draws", async () => {
  expect(codeOf(await startOnline())).toBe("ok");
  const [drawn = 0] = await roundsThat("drawn", 1);
  expect(codeOf(await tracker.step(tracker.signCapture(drawn)))).toBe("RUN_BROKEN");
  const revealing = tracker.signSegment(SLOT, { stop: true, drawSeed: randomHash() });
  expect(codeOf(await tracker.step(revealing))).toBe("RUN_BROKEN");
});

const stopOnline = async (slot: number, captures: readonly string[]) => {
  const { drawSeed: _, ...body } = tracker.signSegment(slot, { stop: true, captures: [...captures] }).body;
  return await tracker.step(tracker.sign("segment", body));
};

test("with the stop of an online run the beacon has said which rounds it drew", async () => {
  expect(codeOf(await startOnline())).toBe("ok");
  const [drawn = 0] = await roundsThat("drawn", 1);
  const { statement } = await capture(drawn);
  expect(codeOf(await stopOnline(SLOT, [bytesToBase64Url(statement.hash)]))).toBe("ok");
  const { rows } = await world.system((t) =>
    sql<{ drawnRounds: bigint[]; drawSeed: Uint8Array | null }>`
      select drawn_rounds as "drawnRounds", draw_seed as "drawSeed" from run_stop
      where contract_id = ${contract.contractId}`.execute(t),
  );
  const rule = { person: contract.freelancer.personId, odds: ODDS };
  // After the round of the start.
  const inSlot = Array.from({ length: 600 / ROUND_SECONDS - 1 }, (_, i) => FIRST + 1 + i);
  const signatures = await world.beacon.signaturesOf(inSlot);
  const expected = inSlot.filter((round) => isDrawn(rule, randomnessOf(signatures.get(round) ?? new Uint8Array())));
  expect(rows).toEqual([{ drawnRounds: expected.map(BigInt), drawSeed: null }]);
});

test("a stop inside a slot is admitted at once: rounds that are not published yet are nobody's", async () => {
  await startOnline();
  world.clock.set(NINE_MS + 2 * MINUTE_MS);
  const { drawSeed: _, ...body } = tracker.signSegment(SLOT, { stop: true, minutes: 2, captures: [] }).body;
  const stop = tracker.sign("segment", { ...body, at: toSeconds(world.clock.now()) });
  expect(codeOf(await tracker.step(stop))).toBe("ok");
});

test("while the beacon is away a stop waits; nothing is lost, and later it is admitted", async () => {
  // A slot whose rounds nobody has asked for.
  const slot = SLOT + 12;
  world.clock.set(slotStartMs(slot));
  expect(codeOf(await startOnline())).toBe("ok");
  world.clock.set(slotEndMs(slot));
  world.beaconSource.isAway = true;
  expect(codeOf(await stopOnline(slot, []))).toBe("UNAVAILABLE");
  world.beaconSource.isAway = false;
  expect(codeOf(await stopOnline(slot, []))).toBe("ok");
});

test("what follows a stop in one request waits with it", async () => {
  const beacon = await shown(FIRST);
  const { drawC: _, ...started } = tracker.signStart().body;
  expect(codeOf(await tracker.step(tracker.sign("start", { ...started, beacon })))).toBe("ok");
  world.clock.set(slotEndMs(SLOT));
  const { drawSeed: __, ...body } = tracker.signSegment(SLOT, { stop: true }).body;
  const stop = tracker.sign("segment", body);
  const start = tracker.signStart({ seq: 2, prev: bytesToBase64Url(stop.hash) });
  const outcomes = await world.admission.admit([stop.envelope, start.envelope]);
  expect(outcomes.map(codeOf)).toEqual(["ok", "ok"]);
});
