// When a switch takes effect, and that two runs which meet there have every minute between them.

import { type ContractId, createTestClock, MINUTE_MS, ok, SECOND_MS, type TestClock } from "@underseal/foundation";
import { describe, expect, test } from "vitest";
import { switchTime } from "../src/daemon/switching.ts";
import type { RunDeps } from "../src/session/beacon-watch.ts";
import { type Ended, type Span, trackRun } from "../src/session/run.ts";
import { closeInterruptedRun } from "../src/session/run-records.ts";
import {
  bodiesOf,
  commitmentOf,
  FIRST_SLOT,
  NINE_MS,
  newId,
  type OutboxWorld,
  openOutbox,
  random,
  temporaryFolder,
  termsWith,
  testKeys,
} from "./outbox-world.ts";

const [acme, globex] = [newId<ContractId>(), newId<ContractId>()];

const at = (text: string): number => {
  const [minutes = 0, seconds = 0] = text.split(":").map(Number);
  return NINE_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
};

describe("a switch", () => {
  test.each([
    ["to another contract waits for the segment's end", { wanted: globex, now: "4:00" }, "10:00"],
    ["just before the end waits for it", { wanted: globex, now: "9:59" }, "10:00"],
    ["at a segment's beginning is at once: nothing is tracked in it yet", { wanted: globex, now: "10:00" }, "now"],
    ["with less than a minute in the segment is at once", { wanted: globex, now: "10:59" }, "now"],
    ["with a whole minute in the segment waits", { wanted: globex, now: "11:00" }, "20:00"],
    ["within the run's first minute is at once", { wanted: globex, now: "5:59", started: "5:00" }, "now"],
    [
      "waits if an earlier run has the segment",
      { wanted: globex, now: "5:59", started: "5:00", claimant: acme },
      "10:00",
    ],
    ["back to whose segment it is is at once", { wanted: globex, now: "9:00", claimant: globex }, "now"],
    ["to the same contract with another memo waits for the next whole minute", { memo: "b", now: "4:20" }, "5:00"],
    ["counts these from the run's start", { memo: "b", now: "4:20", started: "2:15" }, "5:15"],
    ["and from the segment's", { memo: "b", now: "10:20", started: "2:15" }, "11:00"],
    ["to what is tracked is none", { memo: "a", now: "4:20" }, "never"],
    ["to what is tracked, without a memo, is none", { memo: "", now: "4:20" }, "never"],
  ])("%s", (_, { wanted = acme, now, started = "0:00", claimant = null, memo = "" }: Case, expected) => {
    const tracked = { contract: acme, memo: "a", startedAtMs: at(started), claimant };
    const time = switchTime(tracked, { contract: wanted, memo }, at(now));
    expect(time).toBe(expected.includes(":") ? at(expected) : expected);
  });
});

interface Case {
  readonly wanted?: ContractId;
  readonly now: string;
  readonly started?: string;
  readonly claimant?: ContractId | null;
  readonly memo?: string;
}

const terms = termsWith({ odds: 20 });

interface Stretch {
  readonly contract: ContractId;
  readonly startMs: number;
  /** The first look at or after it ends the run, as a stop does. */
  readonly stopMs?: number;
  readonly from?: Ended;
  readonly untilMs?: number;
  /** Named only from then on. */
  readonly namedMs?: number;
  readonly jumpMs?: number;
  /** Nobody is there between these instants; the second is when that is found out, and ends the run. */
  readonly away?: readonly [lastInputMs: number, endMs: number];
  readonly crashMs?: number;
  /** Somebody came back in time. */
  readonly backMs?: number;
}

interface World extends OutboxWorld {
  readonly clock: TestClock;
}

/** The clock is one for all of it: between two stretches it went on. */
const openWorld = (directory: string): World => ({ ...openOutbox(directory), clock: createTestClock(NINE_MS) });

const trackStretch = async (world: World, stretch: Stretch): Promise<Ended> => {
  const { contract, startMs, stopMs = Number.POSITIVE_INFINITY, from, untilMs, namedMs = 0, jumpMs = 0 } = stretch;
  const { away: [awayMs, endMs] = NEVER, backMs = Number.POSITIVE_INFINITY } = stretch;
  const { clock } = world;
  clock.advance(startMs - clock.now());
  if (jumpMs > 0) clock.set(startMs + jumpMs);
  const stopping = new AbortController();
  const { crashMs = Number.POSITIVE_INFINITY } = stretch;
  const wait = async (ms: number) => {
    clock.advance(ms);
    if (clock.now() > crashMs) throw new Error("crash");
    if (clock.now() >= Math.min(stopMs, endMs)) stopping.abort();
  };
  const deps: RunDeps = {
    ...{ ...world, keys: testKeys(), random, clock: { ...clock, wait } },
    relay: { latest: unreachable, round: unreachable },
    capture: async () => ok(commitmentOf()),
    takeCounts: async () => ({ keys: 1, clicks: 0, wheel: 0, moves: 0 }),
    mapOf: () => new Uint8Array([0]),
    reviewEndMs: () => 0,
    onEvent: () => {},
  };
  const span: Span = {
    signal: stopping.signal,
    untilMs: () => (untilMs !== undefined && clock.now() >= namedMs ? untilMs : Number.POSITIVE_INFINITY),
    ...(from === undefined ? {} : { from }),
    heldFromMs: () => (clock.now() >= awayMs && clock.now() < backMs ? awayMs : Number.POSITIVE_INFINITY),
    countedUntilMs: () => (clock.now() >= endMs ? awayMs : Number.POSITIVE_INFINITY),
  };
  return trackRun(deps, { contract, terms, memo: "" }, span);
};

const NEVER = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

const unreachable = async () => ({ state: "unreachable", detail: "nobody is there" }) as const;

/** `[contract, segment, minutes, stop]` in the order in which they were signed. */
const segmentsOf = (world: OutboxWorld) =>
  bodiesOf(world).segments.map(({ contract, slot, minutes, stop }) => [
    contract === acme ? "acme" : "globex",
    ...[slot - FIRST_SLOT, minutes, stop],
  ]);

describe("two runs that meet", () => {
  test("at a segment's end have all of its minutes and all of the next one's, although they are looked at later", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    // Looks are at 9:01, 9:04, …: none is at the end itself.
    const startMs = at("0:01");
    const ended = await trackStretch(world, { contract: acme, startMs, untilMs: at("10:00"), namedMs: at("4:00") });
    expect(ended.untilMs).toBe(at("10:00"));
    await trackStretch(world, { contract: globex, startMs: at("10:04"), stopMs: at("20:04"), from: ended });
    expect(segmentsOf(world)).toEqual([
      ["acme", 0, 9, false],
      ["acme", 1, 0, true],
      ["globex", 1, 10, false],
      ["globex", 2, 0, true],
    ]);
    const { starts, segments } = bodiesOf(world);
    expect(starts.map((start) => start.at * SECOND_MS)).toEqual([startMs, at("10:00")]);
    // What was typed until the end is not the next segment's.
    expect(segments[1]?.activity).toBe(0);
    world.database.close();
  });

  test("at a whole minute have every minute of the segment between them", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    const ended = await trackStretch(world, { contract: acme, startMs: at("0:00"), untilMs: at("5:00") });
    await trackStretch(world, { contract: acme, startMs: at("5:02"), stopMs: at("10:02"), from: ended });
    expect(segmentsOf(world)).toEqual([
      ["acme", 0, 5, true],
      ["acme", 0, 5, false],
      ["acme", 1, 0, true],
    ]);
    world.database.close();
  });

  test("do not meet across a jump of the clock: nobody tracked that time", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    const ended = await trackStretch(world, { contract: acme, startMs: at("0:00"), untilMs: at("10:00") });
    const [startMs, jumpMs] = [at("10:02"), 30 * MINUTE_MS];
    await trackStretch(world, { contract: globex, startMs, jumpMs, stopMs: at("43:02"), from: ended });
    expect(bodiesOf(world).starts[1]?.at).toBe(at("40:02") / SECOND_MS);
    world.database.close();
  });

  test("an end that was passed when it was named is at once", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    const span = { contract: acme, startMs: at("0:00"), untilMs: at("2:00"), namedMs: at("4:00") };
    expect((await trackStretch(world, span)).untilMs).toBe(at("3:57"));
    expect(segmentsOf(world)).toEqual([["acme", 0, 3, true]]);
    world.database.close();
  });
});

describe("a segment", () => {
  test("that has minutes of one contract gets none of another, so that its record is not refused", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    await trackStretch(world, { contract: acme, startMs: at("0:00"), stopMs: at("4:00") });
    expect(world.store.claimantOf(FIRST_SLOT)).toBe(acme);
    await trackStretch(world, { contract: globex, startMs: at("5:00"), stopMs: at("12:00") });
    await trackStretch(world, { contract: acme, startMs: at("12:00"), stopMs: at("14:00") });
    expect(segmentsOf(world)).toEqual([
      ["acme", 0, 4, true],
      ["globex", 0, 0, false],
      ["globex", 1, 2, true],
      ["acme", 1, 0, true],
    ]);
    world.database.close();
  });

  test("whose record was refused is nobody's", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    await trackStretch(world, { contract: acme, startMs: at("0:00"), stopMs: at("4:00") });
    world.database.exec("update record set state = 'refused'");
    expect(world.store.claimantOf(FIRST_SLOT)).toBeNull();
    world.database.close();
  });

  test("loses less than a minute to a pause: each stretch is counted in whole minutes", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    await trackStretch(world, { contract: acme, startMs: at("0:00"), stopMs: at("4:30") });
    await trackStretch(world, { contract: acme, startMs: at("6:00"), stopMs: at("10:00") });
    expect(segmentsOf(world)).toEqual([
      ["acme", 0, 4, true],
      ["acme", 0, 4, false],
      ["acme", 1, 0, true],
    ]);
    world.database.close();
  });
});

describe("minutes in which nobody was there", () => {
  test("are not in the record of a segment that ended meanwhile, and later ones have none", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    const away = [at("17:30"), at("22:30")] as const;
    await trackStretch(world, { contract: acme, startMs: at("0:00"), away });
    expect(segmentsOf(world)).toEqual([
      ["acme", 0, 10, false],
      ["acme", 1, 7, false],
      ["acme", 2, 0, true],
    ]);
    expect(bodiesOf(world).segments.map((segment) => segment.at)).toEqual(
      [at("10:00"), at("20:00"), at("22:30")].map((ms) => ms / SECOND_MS),
    );
    world.database.close();
  });

  test("count where somebody came back in time", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    const stretch = {
      startMs: at("0:00"),
      away: [at("17:30"), Number.POSITIVE_INFINITY] as const,
      backMs: at("21:00"),
    };
    await trackStretch(world, { contract: acme, ...stretch, stopMs: at("23:00") });
    expect(segmentsOf(world)).toEqual([
      ["acme", 0, 10, false],
      ["acme", 1, 10, false],
      ["acme", 2, 3, true],
    ]);
    world.database.close();
  });

  test("leave every capture in the segment of its round", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    await trackStretch(world, { contract: acme, startMs: at("0:00"), away: [at("6:00"), at("11:00")] });
    const { captures, segments } = bodiesOf(world);
    expect(segments.flatMap((segment) => segment.captures)).toHaveLength(captures.length);
    expect(segments.map(({ minutes }) => minutes)).toEqual([6, 0]);
    world.database.close();
  });

  test("are those that were tracked until a crash: nobody knows who was there", async () => {
    using folder = temporaryFolder();
    const world = openWorld(folder.path);
    const away = [at("6:00"), at("11:00")] as const;
    const crash = trackStretch(world, { contract: acme, startMs: at("0:00"), away, crashMs: at("10:30") });
    await expect(crash).rejects.toThrow("crash");
    expect(segmentsOf(world)).toEqual([]);
    const later = {
      ...world,
      keys: testKeys(),
      random,
      clock: { ...world.clock, wait: async () => {} },
      onEvent: () => {},
    };
    closeInterruptedRun(later);
    expect(segmentsOf(world)).toEqual([
      ["acme", 0, 10, false],
      ["acme", 1, 0, true],
    ]);
    world.database.close();
  });
});
