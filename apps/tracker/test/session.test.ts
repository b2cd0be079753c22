// A run on a test clock and a real outbox, without the beacon: which segments it writes, which rounds it captures, and
// what a crash at any step leaves.
import {
  deviceRandomness,
  drawCommitment,
  drawnRounds,
  type MinuteCounts,
  roundAt,
  roundTime,
  type StatementBody,
} from "@underseal/evidence";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  type ContractId,
  createTestClock,
  err,
  MINUTE_MS,
  ok,
  SECOND_MS,
  slotOf,
} from "@underseal/foundation";
import { describe, expect, test } from "vitest";
import type { BeaconRelay } from "../src/beacon/relay.ts";
import type { RunDeps } from "../src/session/beacon-watch.ts";
import { trackRun } from "../src/session/run.ts";
import { closeInterruptedRun, type RunEvent } from "../src/session/run-records.ts";
import { createWorkView } from "../src/session/work-view.ts";
import {
  beaconChain,
  bodiesOf,
  commitmentOf,
  FIRST_SLOT,
  NINE_MS,
  newId,
  type OutboxWorld,
  openOutbox,
  random,
  readRecords,
  segmentsOf,
  temporaryFolder,
  termsWith,
  testKeys,
} from "./outbox-world.ts";

const NOTHING: MinuteCounts = { keys: 0, clicks: 0, wheel: 0, moves: 0 };
const keys = testKeys();
const contract = newId<ContractId>();

interface Script {
  readonly startMs?: number;
  readonly stopMs?: number;
  /** Stops after so many looks at the clock, whatever it says. */
  readonly waits?: number;
  readonly odds?: number;
  /** Happens after each wait; may set the clock. */
  readonly afterWait?: (clock: { now(): number; set(wallMs: number): void }) => void;
  /** How long a capture takes. */
  readonly captureMs?: number;
  readonly deps?: Partial<RunDeps>;
}

/** Tracks from `startMs` until the first look at the clock at or after `stopMs`, or for a number of looks. */
const track = async (world: OutboxWorld, script: Script): Promise<readonly RunEvent[]> => {
  const { startMs = NINE_MS, stopMs = Number.POSITIVE_INFINITY, odds = 10_000, captureMs = 0 } = script;
  const clock = createTestClock(startMs);
  const stopping = new AbortController();
  const events: RunEvent[] = [];
  let waits = script.waits ?? Number.POSITIVE_INFINITY;
  const stopWhenDue = () => {
    if (clock.now() >= stopMs || waits <= 0) stopping.abort();
  };
  stopWhenDue();
  const deps: RunDeps = {
    outbox: world.outbox,
    store: world.store,
    faults: world.faults,
    reviews: world.reviews,
    keys,
    random,
    clock: {
      ...clock,
      wait: async (ms) => {
        clock.advance(ms);
        waits -= 1;
        script.afterWait?.(clock);
        stopWhenDue();
      },
    },
    relay: noRelay,
    capture: async () => {
      clock.advance(captureMs);
      return ok(commitmentOf());
    },
    takeCounts: async () => NOTHING,
    mapOf: () => new Uint8Array([0]),
    reviewEndMs: () => 0,
    onEvent: (event) => events.push(event),
    ...script.deps,
  };
  const terms = termsWith({ odds });
  await trackRun(deps, { contract, terms, memo: "" }, { signal: stopping.signal });
  return events;
};

const noRelay: BeaconRelay = {
  latest: async () => ({ state: "unreachable", detail: "nobody is there" }),
  round: async () => ({ state: "unreachable", detail: "nobody is there" }),
};

const expectChain = (world: OutboxWorld): void => {
  const { records } = bodiesOf(world);
  let prev = bytesToBase64Url(new Uint8Array(32));
  records.forEach(({ body, hash }, index) => {
    expect(body).toMatchObject({ seq: index, prev });
    prev = bytesToBase64Url(hash);
  });
};

/** Every capture stands in exactly one segment, the one of its round; no round was captured twice. */
const expectCapturesInSegments = (world: OutboxWorld): void => {
  const { records, segments, captures } = bodiesOf(world);
  const taken = records.flatMap(({ name, hash, body }) =>
    name === "capture"
      ? [{ hash: bytesToBase64Url(hash), slot: slotOfRound((body as StatementBody<"capture">).beacon.round) }]
      : [],
  );
  const listed = segments.flatMap(({ slot, captures: hashes }) => hashes.map((hash) => ({ hash, slot })));
  expect(listed).toEqual(taken);
  expect(new Set(captures.map(({ beacon }) => beacon.round)).size).toBe(captures.length);
};

const slotOfRound = (round: number): number => slotOf(roundTime(beaconChain, round) * 1000);

const at = (text: string): number => {
  const [minutes = 0, seconds = 0] = text.split(":").map(Number);
  return NINE_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
};

describe("segments", () => {
  test.each([
    ["stopped at once", "0:00", "0:00", [[0, 0, true]]],
    ["stopped just before a whole minute", "0:00", "0:57", [[0, 0, true]]],
    ["stopped at a whole minute", "0:00", "1:00", [[0, 1, true]]],
    [
      "begun inside a segment: the part minute is not counted",
      "4:21",
      "10:00",
      [
        [0, 5, false],
        [1, 0, true],
      ],
    ],
    ["stopped just before a boundary", "0:00", "9:57", [[0, 9, true]]],
    [
      "stopped at a boundary",
      "0:00",
      "10:00",
      [
        [0, 10, false],
        [1, 0, true],
      ],
    ],
    [
      "stopped just after a boundary",
      "0:00",
      "10:03",
      [
        [0, 10, false],
        [1, 0, true],
      ],
    ],
    [
      "over two boundaries",
      "0:00",
      "21:30",
      [
        [0, 10, false],
        [1, 10, false],
        [2, 1, true],
      ],
    ],
    [
      "less than a minute on either side",
      "9:30",
      "10:30",
      [
        [0, 0, false],
        [1, 0, true],
      ],
    ],
  ] as const)("%s", async (_, start, stop, expected) => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    await track(world, { startMs: at(start), stopMs: at(stop) });
    expect(segmentsOf(world)).toEqual(expected);
    expectChain(world);
    const times = bodiesOf(world).records.map(({ body }) => body.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(world.store.findOpenRun()).toBeNull();
    world.database.close();
  });

  test("input counts from the start on, in the minute in which it was seen", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    let asked = 0;
    const takeCounts = async () => {
      asked += 1;
      // Before the start there was some, then again in the third minute.
      return asked === 1 || asked === 51 ? { keys: 30, clicks: 4, wheel: 0, moves: 9 } : NOTHING;
    };
    await track(world, { stopMs: at("10:00"), deps: { takeCounts } });
    const rows = world.database.prepare("select minute, keys, clicks, wheel, moves from minute_count").all();
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { minute: NINE_MS / MINUTE_MS + 2, keys: 30, clicks: 4, wheel: 0, moves: 9 },
    ]);
    expect(bodiesOf(world).segments[0]?.activity).toBe(1);
    world.database.close();
  });
});

describe("a declared mode", () => {
  test("stands in the segments in which it held for most of the minutes", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const view = createWorkView(world.database, world.store);
    const declared = new Map([
      [at("4:00"), "call"],
      [at("23:00"), "working"],
    ] as const);
    const seen = new Map<number, string | undefined>();
    const afterWait = (clock: { now(): number }) => {
      const mode = declared.get(clock.now());
      if (mode !== undefined) world.store.declareMode(clock.now() / MINUTE_MS, mode);
      if (clock.now() === at("12:00")) seen.set(12, view.segmentsSince(FIRST_SLOT).at(-1)?.mode);
    };
    await track(world, { stopMs: at("40:00"), afterWait });
    expect(bodiesOf(world).segments.map(({ mode }) => mode)).toEqual(["call", "call", "working", "working", "working"]);
    expect(seen.get(12)).toBe("call");
    expect(view.segmentsSince(FIRST_SLOT).map(({ mode, hasInput }) => [mode, hasInput])).toEqual([
      ...[
        ["call", false],
        ["call", false],
        ["working", false],
        ["working", false],
        ["working", false],
      ],
    ]);
    world.database.close();
  });

  test("is forgotten with the run that it was declared in, also after a crash", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    world.store.declareMode(NINE_MS / MINUTE_MS - 60, "call");
    await track(world, { stopMs: at("2:00") });
    expect(bodiesOf(world).segments.map(({ mode }) => mode)).toEqual(["working"]);
    world.database.close();
  });
});

describe("draws", () => {
  test.each([
    ["as fast as they are drawn", 0],
    ["when each capture takes longer than a round", 8 * SECOND_MS],
  ])("each drawn round is captured once, %s", async (_, captureMs) => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const events = await track(world, { stopMs: at("25:00"), odds: 6, captureMs });
    const { starts, captures, segments } = bodiesOf(world);
    const seed = base64UrlToBytes(segments.at(-1)?.drawSeed ?? "") ?? new Uint8Array();
    expect(bytesToBase64Url(drawCommitment(seed))).toBe(starts[0]?.drawC);
    expect(segments.slice(0, -1).filter(({ drawSeed }) => drawSeed !== undefined)).toEqual([]);
    expect(captures.length).toBeGreaterThan(10);
    expect(events.filter(({ type }) => type === "captured")).toHaveLength(captures.length);
    expectChain(world);
    expectCapturesInSegments(world);
    world.database.close();
  });

  test("the rounds are the ones the committed seed draws, from the one after the start", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const terms = termsWith({ odds: 5 });
    const clock = createTestClock(NINE_MS);
    const stopping = new AbortController();
    const wait = async (ms: number) => {
      clock.advance(ms);
      if (clock.now() >= at("12:00")) stopping.abort();
    };
    const deps = {
      ...{
        outbox: world.outbox,
        store: world.store,
        faults: world.faults,
        reviews: world.reviews,
        keys,
        random,
        clock: { ...clock, wait },
        relay: noRelay,
      },
      capture: async () => ok(commitmentOf()),
      takeCounts: async () => NOTHING,
      mapOf: () => new Uint8Array([0]),
      reviewEndMs: () => 0,
      onEvent: () => {},
    };
    await trackRun(deps, { contract, terms, memo: "" }, { signal: stopping.signal });
    const { captures, segments } = bodiesOf(world);
    const seed = base64UrlToBytes(segments.at(-1)?.drawSeed ?? "") ?? new Uint8Array();
    const rule = { person: terms.body.freelancer.person, odds: 5 };
    const range = { from: roundAt(beaconChain, NINE_MS / 1000) + 1, to: roundAt(beaconChain, at("12:00") / 1000) + 1 };
    const drawn = drawnRounds(rule, (round) => deviceRandomness(seed, round), range);
    expect(captures.map(({ beacon }) => beacon.round)).toEqual(drawn);
    world.database.close();
  });

  test("a capture that fails is told, not tried again, and leaves no record", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    let asked = 0;
    const capture = async () => {
      asked += 1;
      return err({ code: "SCREEN_UNREADABLE" as const, message: "no" });
    };
    const events = await track(world, { stopMs: at("5:00"), odds: 1, deps: { capture } });
    expect(asked).toBe(100);
    expect(events.filter(({ type }) => type === "capture-failed")).toHaveLength(100);
    expect(bodiesOf(world).captures).toEqual([]);
    expect(world.faults.faultsSince(0)).toEqual([
      { shows: "missing", code: "SCREEN_UNREADABLE", rounds: 100, lastSlot: FIRST_SLOT },
    ]);
    world.database.close();
  });
});

describe("a clock", () => {
  const jumpAt = (whenMs: number, byMs: number) => {
    let hasJumped = false;
    return (clock: { now(): number; set(wallMs: number): void }) => {
      if (hasJumped || clock.now() < whenMs) return;
      hasJumped = true;
      clock.set(clock.now() + byMs);
    };
  };

  test.each([
    ["an hour forward", 60 * MINUTE_MS, 6],
    ["five seconds and a bit forward", 5_001, 0],
    ["an hour back", -60 * MINUTE_MS, -6],
    ["five seconds and a bit back", -5_001, 0],
  ])("that jumps %s ends the run at the last instant known, and a new one begins", async (_, byMs, slots) => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const events = await track(world, { waits: 110, afterWait: jumpAt(at("4:30"), byMs) });
    const run = ["started", "beacon-lost", "segment", "stopped"];
    expect(events.map(({ type }) => type)).toEqual([...run.toSpliced(2, 0, "clock-jumped"), ...run]);
    expect(segmentsOf(world)).toEqual([
      [0, 4, true],
      [slots, 1, true],
    ]);
    const { starts, segments } = bodiesOf(world);
    expect(segments[0]?.at).toBe(at("4:27") / 1000);
    expect(starts[1]?.at).toBe(Math.floor((at("4:30") + byMs) / 1000));
    expectChain(world);
    world.database.close();
  });

  test.each([4_999, 5_000, -5_000])("that is set by %d ms goes on with the same run", async (byMs) => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const events = await track(world, { stopMs: at("12:00"), afterWait: jumpAt(at("4:30"), byMs) });
    expect(events.filter(({ type }) => type === "started")).toHaveLength(1);
    expect(segmentsOf(world)).toEqual([
      [0, 10, false],
      [1, 2, true],
    ]);
    world.database.close();
  });
});

class Crash extends Error {}

describe("a crash", () => {
  /** Throws at the `nth` of all the moments at which the run hands over to something that can fail. */
  const crashAt = (nth: number) => {
    let moments = 0;
    const pass = () => {
      moments += 1;
      if (moments === nth) throw new Crash();
    };
    const deps: Partial<RunDeps> = {
      onEvent: pass,
      capture: async () => {
        pass();
        return ok(commitmentOf());
      },
      takeCounts: async () => {
        pass();
        return NOTHING;
      },
      // Inside of the capture's transaction.
      mapOf: () => {
        pass();
        return new Uint8Array([0]);
      },
    };
    return { deps, moments: () => moments };
  };

  const script: Script = { startMs: at("9:00"), stopMs: at("11:00"), odds: 4 };

  test("at any step leaves a run that one closing segment ends, with every capture in it", async () => {
    let crashes = 0;
    for (let nth = 1; ; nth += 1) {
      using folder = temporaryFolder();
      const world = openOutbox(folder.path);
      const { deps } = crashAt(nth);
      const outcome = await track(world, { ...script, deps }).then(
        () => "done",
        (cause: unknown) => cause,
      );
      world.database.close();
      if (outcome === "done") break;
      expect(outcome).toBeInstanceOf(Crash);
      crashes += 1;

      const again = openOutbox(folder.path);
      const kept = readRecords(again.database).length;
      const later = { ...createTestClock(at("50:00")), wait: async () => {} };
      closeInterruptedRun({ ...again, keys, random, clock: later, onEvent: () => {} });
      const { starts, segments, records } = bodiesOf(again);
      expect(records.length).toBeGreaterThanOrEqual(kept);
      expect(starts).toHaveLength(1);
      expect(segments.filter(({ stop }) => stop)).toHaveLength(1);
      expect(segments.at(-1)?.stop).toBe(true);
      expect(segments.map(({ slot }) => slot - FIRST_SLOT)).toEqual(segments.map((_, index) => index));
      expect(segments.reduce((sum, { minutes }) => sum + minutes, 0)).toBeLessThanOrEqual(2);
      expectChain(again);
      expectCapturesInSegments(again);
      closeInterruptedRun({ ...again, keys, random, clock: later, onEvent: () => {} });
      expect(readRecords(again.database)).toHaveLength(records.length);

      await track(again, { startMs: at("60:00"), stopMs: at("61:00") });
      expectChain(again);
      expect(segmentsOf(again).at(-1)).toEqual([6, 1, true]);
      again.database.close();
    }
    expect(crashes).toBeGreaterThan(40);
  });
});
