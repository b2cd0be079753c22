// Runs that the beacon draws, with a relay over real HTTP and a test clock: what is captured, what happens when no
// round can be had or a false one is passed on, and that no minute is lost or counted twice on the way.
import path from "node:path";
import {
  type BeaconRound,
  drawnRounds,
  randomnessOf,
  roundAt,
  roundTime,
  signRound,
  verifyRound,
} from "@underseal/evidence";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  type ContractId,
  createTestClock,
  MINUTE_MS,
  ok,
  SECOND_MS,
  slotOf,
  type TestClock,
} from "@underseal/foundation";
import { describe, expect, test, vi } from "vitest";
import { createBeaconRelay } from "../src/beacon/relay.ts";
import type { RunDeps } from "../src/session/beacon-watch.ts";
import { trackRun } from "../src/session/run.ts";
import { closeInterruptedRun, type RunEvent } from "../src/session/run-records.ts";
import { type RelayMood, startRelay } from "./beacon-relay.ts";
import {
  beaconChain,
  beaconSecret,
  bodiesOf,
  type Named,
  NINE_MS,
  NO_TILES,
  newId,
  type OutboxWorld,
  openOutbox,
  random,
  segmentsOf,
  temporaryFolder,
  termsWith,
  testKeys,
} from "./outbox-world.ts";

// Each false or true signature costs some 30 ms, on machines that have other work too.
vi.setConfig({ testTimeout: 120_000 });

const keys = testKeys();
const contract = newId<ContractId>();
const NO_INPUT = { keys: 0, clicks: 0, wheel: 0, moves: 0 };

const at = (text: string): number => {
  const [minutes = 0, seconds = 0] = text.split(":").map(Number);
  return NINE_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
};

interface Script {
  readonly startMs?: number;
  readonly stopMs: number;
  readonly odds?: number;
  /** From these instants on the relay is in this mood. */
  readonly moods?: readonly (readonly [fromMs: number, mood: RelayMood])[];
  readonly deps?: Partial<RunDeps>;
}

const terms = termsWith({ odds: 5 });

const track = async (world: OutboxWorld, script: Script) => {
  const { startMs = NINE_MS, stopMs, odds = 5, moods = [] } = script;
  const clock: TestClock = createTestClock(startMs);
  await using relay = await startRelay({ chain: beaconChain, secret: beaconSecret, nowMs: () => clock.now() });
  const setMood = () => {
    relay.mood = moods.findLast(([fromMs]) => clock.now() >= fromMs)?.[1] ?? "honest";
  };
  setMood();
  const stopping = new AbortController();
  const events: RunEvent[] = [];
  const deps: RunDeps = {
    ...{ outbox: world.outbox, store: world.store, faults: world.faults, reviews: world.reviews, keys, random },
    relay: createBeaconRelay({ baseUrl: relay.baseUrl, fetch, timeoutMs: 2_000 }),
    clock: {
      ...clock,
      wait: async (ms) => {
        clock.advance(ms);
        setMood();
        if (clock.now() >= stopMs) stopping.abort();
      },
    },
    capture: async () => {
      const root = bytesToBase64Url(random.bytes(32));
      return ok({
        root,
        maskedPermille: 0,
        vaultFile: path.join("/nowhere", root),
        map: "",
        fallback: null,
        tiles: NO_TILES,
      });
    },
    takeCounts: async () => NO_INPUT,
    mapOf: () => new Uint8Array([0]),
    reviewEndMs: () => 0,
    onEvent: (event) => events.push(event),
    ...script.deps,
  };
  const body = { ...terms.body, draw: { ...terms.body.draw, odds } };
  await trackRun(deps, { contract, terms: { ...terms, body }, memo: "" }, { signal: stopping.signal });
  return { events, asked: relay.asked };
};

const sourcesOf = (world: OutboxWorld) =>
  bodiesOf(world).starts.map(({ beacon, drawC }) => (drawC === undefined && beacon.sig ? "beacon" : "device"));

const roundOf = ({ round, sig }: { readonly round: number; readonly sig?: string | undefined }): BeaconRound => ({
  round,
  signature: base64UrlToBytes(sig ?? "") ?? new Uint8Array(),
});

const drawnBetween = (fromMs: number, toMs: number, odds = 5): number[] =>
  drawnRounds({ person: terms.body.freelancer.person, odds }, (round) => randomnessOf(signRound(beaconSecret, round)), {
    from: roundAt(beaconChain, fromMs / 1000) + 1,
    to: roundAt(beaconChain, toMs / 1000) + 1,
  });

const minutesOf = (world: OutboxWorld): number => bodiesOf(world).segments.reduce((sum, of) => sum + of.minutes, 0);

/** What an undisturbed run of two segments would count. */
const wholeMinutes = (fromMs: number, toMs: number): number =>
  Math.floor((at("10:00") - fromMs) / MINUTE_MS) + Math.floor((toMs - at("10:00")) / MINUTE_MS);

/** Chain without a gap; each record of a run between its start and its stop; each capture in one segment of its slot. */
const expectSound = (world: OutboxWorld): void => {
  const { records, segments } = bodiesOf(world);
  let prev = bytesToBase64Url(new Uint8Array(32));
  let isOpen = false;
  for (const [index, { name, body, hash }] of records.entries()) {
    expect(body).toMatchObject({ seq: index, prev });
    prev = bytesToBase64Url(hash);
    if (name === "start") expect(isOpen).toBe(false);
    else expect(isOpen).toBe(true);
    isOpen = !(name === "segment" && (body as Named<"segment">).stop);
  }
  const taken = records.flatMap(({ name, hash, body }) =>
    name === "capture"
      ? [[bytesToBase64Url(hash), slotOf(roundTime(beaconChain, (body as Named<"capture">).beacon.round) * 1000)]]
      : [],
  );
  const listed = segments.flatMap(({ slot, captures }) => captures.map((hash) => [hash, slot]));
  expect(listed.toSorted()).toEqual(taken.toSorted());
};

test("an online run is drawn by the beacon from the round after its start, and its records hold true rounds", async () => {
  using folder = temporaryFolder();
  const world = openOutbox(folder.path);
  const { asked } = await track(world, { startMs: at("7:00"), stopMs: at("12:00") });
  const { starts, captures, segments } = bodiesOf(world);
  expect(sourcesOf(world)).toEqual(["beacon"]);
  expect(starts[0]?.beacon.round).toBe(roundAt(beaconChain, at("7:00") / 1000));
  expect(captures.map(({ beacon }) => beacon.round)).toEqual(drawnBetween(at("7:00"), at("12:00")));
  expect(captures.length).toBeGreaterThan(8);
  for (const { beacon } of [...starts, ...captures]) expect(verifyRound(beaconChain, roundOf(beacon))).toBe(true);
  expect(segments.filter(({ drawSeed }) => drawSeed !== undefined)).toEqual([]);
  expect(segmentsOf(world)).toEqual([
    [0, 3, false],
    [1, 2, true],
  ]);
  // Each round once.
  expect(asked).toEqual(asked.toSorted((a, b) => a - b));
  expect(new Set(asked).size).toBe(asked.length);
  expectSound(world);
  world.database.close();
});

test("rounds missed while the relay was away for a moment are captured late, by the same run", async () => {
  using folder = temporaryFolder();
  const world = openOutbox(folder.path);
  const moods = [
    [at("2:05"), "dead"],
    [at("2:18"), "honest"],
  ] as const;
  const { events } = await track(world, { stopMs: at("5:00"), odds: 2, moods });
  expect(sourcesOf(world)).toEqual(["beacon"]);
  expect(bodiesOf(world).captures.map(({ beacon }) => beacon.round)).toEqual(drawnBetween(NINE_MS, at("5:00"), 2));
  expect(events.map(({ type }) => type)).not.toContain("beacon-lost");
  expectSound(world);
  world.database.close();
});

describe("a relay that dies", () => {
  test.each([
    ["inside of a segment", "3:00", "4:30", "7:00"],
    ["inside of the minute in which tracking began", "8:00", "8:20", "9:10"],
    ["just before a segment ends", "6:00", "9:58", "12:00"],
    ["just after a segment began", "5:00", "10:02", "12:40"],
    ["over the end of a segment", "4:21", "9:40", "12:30"],
    ["and comes back in the next segment, with a start off the minute", "4:21", "7:50", "11:10"],
  ])("%s: the run goes on without the beacon, then with it; no minute is lost", async (_, start, dies, back) => {
    using folder = temporaryFolder();
    const whole = openOutbox(path.join(folder.path));
    const moods = [
      [at(dies), "dead"],
      [at(back), "honest"],
    ] as const;
    const { events } = await track(whole, { startMs: at(start), stopMs: at("14:30"), odds: 20, moods });
    expect(sourcesOf(whole)).toEqual(["beacon", "device", "beacon"]);
    expect(minutesOf(whole)).toBe(wholeMinutes(at(start), at("14:30")));
    expectSound(whole);
    const { starts, segments } = bodiesOf(whole);
    const stops = segments.filter(({ stop }) => stop);
    // Each run begins at the second at which the one before ended.
    expect(starts.slice(1).map((body) => body.at)).toEqual(stops.slice(0, -1).map((body) => body.at));
    expect(stops.map(({ drawSeed }) => drawSeed !== undefined)).toEqual([false, true, false]);
    expect((starts[1]?.at ?? 0) * 1000).toBeLessThanOrEqual(at(dies) + 3 * SECOND_MS);
    expect((starts[1]?.at ?? 0) * 1000).toBeGreaterThan(at(dies) - 63 * SECOND_MS);
    expect((starts[2]?.at ?? 0) * 1000).toBeGreaterThanOrEqual(at(back));
    expect((starts[2]?.at ?? 0) * 1000).toBeLessThan(at(back) + 80 * SECOND_MS);
    for (const { beacon } of [starts[0], starts[2]].filter((body) => body !== undefined)) {
      expect(verifyRound(beaconChain, roundOf(beacon))).toBe(true);
    }
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["beacon-lost", "beacon-back"]));
    whole.database.close();
  });

  test("and is not back at the stop: what it did not prove is tracked without it, and nothing is lost", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    await track(world, { stopMs: at("10:06"), moods: [[at("9:58"), "dead"]] });
    expect(minutesOf(world)).toBe(10);
    expect(sourcesOf(world)).toEqual(["beacon", "device"]);
    expectSound(world);
    world.database.close();
  });

  test("before the start: tracking begins without it", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    await track(world, {
      stopMs: at("3:00"),
      moods: [
        [at("0:00"), "dead"],
        [at("1:10"), "honest"],
      ],
    });
    expect(sourcesOf(world)).toEqual(["device", "beacon"]);
    expect(bodiesOf(world).starts.map((body) => body.at * 1000)).toEqual([at("0:00"), at("2:00")]);
    expect(minutesOf(world)).toBe(3);
    world.database.close();
  });
});

describe("a relay that lies", () => {
  test.each([
    ["with bytes that are no signature", "false-signatures"],
    ["with true signatures of other rounds", "shifted"],
  ] as const)("%s is noticed within its minute, and nothing of it is in a record", async (_, mood) => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const { events } = await track(world, { stopMs: at("8:00"), moods: [[at("3:20"), mood]] });
    expect(events.filter(({ type }) => type === "beacon-lied").length).toBeGreaterThan(0);
    const { starts, captures } = bodiesOf(world);
    expect(sourcesOf(world)).toEqual(["beacon", "device"]);
    expect(starts[1]?.at).toBe(at("3:00") / 1000);
    for (const { beacon } of [...starts, ...captures]) {
      if (beacon.sig !== undefined) expect(verifyRound(beaconChain, roundOf(beacon))).toBe(true);
    }
    expect(minutesOf(world)).toBe(8);
    expectSound(world);
    world.database.close();
  });

  test("about the rounds that lead to no capture is noticed too", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    // With these odds hardly a false signature is drawn: only the check of the minute finds them.
    const { events } = await track(world, {
      stopMs: at("6:00"),
      odds: 10_000,
      moods: [
        [at("3:20"), "shifted"],
        [at("3:50"), "honest"],
      ],
    });
    expect(events.map(({ type }) => type)).toContain("beacon-lied");
    expect(bodiesOf(world).starts[1]?.at).toBe(at("3:00") / 1000);
    expect(minutesOf(world)).toBe(6);
    world.database.close();
  });

  test("by answering with an old round is as one that has none", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const { events } = await track(world, { stopMs: at("6:00"), moods: [[at("2:30"), "old"]] });
    expect(sourcesOf(world)).toEqual(["beacon", "device"]);
    expect(events.map(({ type }) => type)).not.toContain("beacon-back");
    expect(minutesOf(world)).toBe(6);
    expectSound(world);
    world.database.close();
  });
});

class Crash extends Error {}

test("a crash at any step of the way out and back leaves a run that one closing segment ends", async () => {
  const script: Script = {
    startMs: at("9:00"),
    stopMs: at("11:10"),
    odds: 9,
    moods: [
      [at("9:20"), "dead"],
      [at("10:05"), "honest"],
    ],
  };
  let crashes = 0;
  for (let nth = 1; ; nth += 1) {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    let moments = 0;
    const pass = () => {
      moments += 1;
      if (moments === nth) throw new Crash();
    };
    const deps: Partial<RunDeps> = {
      onEvent: pass,
      mapOf: () => {
        pass();
        return new Uint8Array([0]);
      },
    };
    const outcome = await track(world, { ...script, deps }).then(
      () => "done",
      (cause: unknown) => cause,
    );
    world.database.close();
    if (outcome === "done") break;
    expect(outcome).toBeInstanceOf(Crash);
    crashes += 1;
    const again = openOutbox(folder.path);
    const later = { ...createTestClock(at("50:00")), wait: async () => {} };
    closeInterruptedRun({ ...again, keys, random, clock: later, onEvent: () => {} });
    expect(again.store.findOpenRun()).toBeNull();
    expectSound(again);
    expect(minutesOf(again)).toBeLessThanOrEqual(2);
    again.database.close();
  }
  expect(crashes).toBeGreaterThan(12);
});
