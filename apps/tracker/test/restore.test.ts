// A state directory that was restored from a backup, against a server that is ahead of it: no second body for a number
// is ever sent, and the tracker goes on where the server's chain ends.
import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { createApi } from "@underseal/api";
import { type BeaconRound, signRound } from "@underseal/evidence";
import { bytesToBase64Url, type ContractId, createTestClock, err, MINUTE_MS } from "@underseal/foundation";
import { describe, expect, test } from "vitest";
import { createHeads, type HeadEvent } from "../src/outbox/head.ts";
import { createLogStore } from "../src/outbox/log-store.ts";
import { drainOutbox, type SenderEvent } from "../src/outbox/sender.ts";
import { createTrackerClock } from "../src/platform/clock.ts";
import { signCapture } from "../src/session/records.ts";
import { trackRun } from "../src/session/run.ts";
import {
  closeEndedSlots,
  closeInterruptedRun,
  contextOf,
  type RunEvent,
  startRun,
} from "../src/session/run-records.ts";
import {
  beaconSecret,
  NINE_MS,
  newId,
  type OutboxWorld,
  openOutbox,
  random,
  temporaryFolder,
  termsWith,
  testKeys,
} from "./outbox-world.ts";
import { startPlatform } from "./platform.ts";

const keys = testKeys();
const terms = termsWith({ odds: 10_000 });
const contract = newId<ContractId>();
const input = { contract, terms, memo: "" };

type Platform = Awaited<ReturnType<typeof startPlatform>>;

/** A program on this state: its own start, as after a restart. */
const programOn = (directory: string, platform: Platform) => {
  const world = openOutbox(directory);
  const events: (SenderEvent | HeadEvent | RunEvent)[] = [];
  const onEvent = (event: SenderEvent | HeadEvent | RunEvent) => void events.push(event);
  const api = createApi({ baseUrl: platform.baseUrl, fetch, timeoutMs: 2_000 });
  const heads = createHeads({ api, outbox: world.outbox, store: world.store, onEvent });
  const close = { ...world, keys, random, clock: { ...createTestClock(NINE_MS), wait: async () => {} }, onEvent };
  const sending = { log: createLogStore(world.database), heads, termsOf: () => terms, onEvent };
  return {
    ...{ world, events, heads, close },
    drain: () => drainOutbox({ api, outbox: world.outbox, ...sending, clock: createTrackerClock(null) }),
    start: (atMs: number) => {
      const source: BeaconRound = { round: 1, signature: signRound(beaconSecret, 1) };
      return startRun(close, input, { startedAtMs: atMs, seenAtMs: atMs, source });
    },
    /** Takes a capture in the run's open slot. */
    capture: (run: ReturnType<typeof startRun>) =>
      world.outbox.transact(() => {
        const drawn = { round: 2, signature: signRound(beaconSecret, 2) };
        const root = bytesToBase64Url(random.bytes(32));
        const record = world.outbox.append(contract, (link) =>
          signCapture(contextOf(close, run, NINE_MS), link, { drawn, root, maskedPermille: 0 }),
        );
        const taken = { hash: record.hash, slot: run.openSlot, vaultFile: "/nowhere", treeSize: 1024 };
        world.store.insertCapture(run.startHash, { ...taken, map: new Uint8Array([0]) });
        return record.hash;
      }),
  };
};

const backUp = (from: string, to: string): void => cpSync(from, to, { recursive: true });

const expectOneBodyEach = ({ received }: Platform): void => {
  expect([...received].filter(([, bodies]) => bodies.size !== 1)).toEqual([]);
};

const statesOf = ({ database }: OutboxWorld): unknown[] =>
  database
    .prepare("select seq, state from record order by rowid")
    .all()
    .map(({ seq, state }) => `${seq} ${state}`);

/** A live device makes records and sends them; the backup was made in the middle. */
const restored = async (platform: Platform, folder: string) => {
  const [live, backup] = [path.join(folder, "live"), path.join(folder, "backup")];
  mkdirSync(live);
  const before = programOn(live, platform);
  const run = before.start(NINE_MS);
  const capture = before.capture(run);
  closeEndedSlots(before.close, run, NINE_MS + 10 * MINUTE_MS);
  await before.drain();
  // One that waits when the backup is made, with the run still open.
  before.capture({ ...run, openSlot: run.openSlot + 1 });
  before.world.database.close();
  backUp(live, backup);
  const after = programOn(live, platform);
  closeInterruptedRun(after.close);
  const next = after.start(NINE_MS + 20 * MINUTE_MS);
  closeEndedSlots(after.close, next, NINE_MS + 40 * MINUTE_MS);
  closeInterruptedRun(after.close);
  await after.drain();
  after.world.database.close();
  return { backup, capture };
};

describe("a restored backup", () => {
  test("asks first, and goes on after the server's head", async () => {
    using folder = temporaryFolder();
    await using platform = await startPlatform();
    const { backup, capture } = await restored(platform, folder.path);
    const ahead = platform.head()?.seq ?? 0;
    expect(ahead).toBeGreaterThan(4);
    platform.disclosed.add(bytesToBase64Url(capture));
    const program = programOn(backup, platform);
    expect(await program.heads.confirm(contract)).toBe("known");
    expect(program.events).toEqual([{ type: "head-adopted", contract, seq: ahead, superseded: 1 }]);
    // What the run of the backup would still write is the server's already.
    expect(program.world.store.findOpenRun()).toBeNull();
    // Disclosed after the backup was made: a second first disclosure would be refused.
    expect(program.world.store.nextToDisclose(Number.MAX_SAFE_INTEGER)).toBeNull();
    expect(statesOf(program.world).at(-1)).toBe("3 superseded");
    program.start(NINE_MS + 60 * MINUTE_MS);
    closeInterruptedRun(program.close);
    expect(await program.drain()).toBe("empty");
    expect(platform.head()?.seq).toBe(ahead + 2);
    expectOneBodyEach(platform);
    program.world.database.close();
    // The next start knows it.
    const again = programOn(backup, platform);
    expect(await again.heads.confirm(contract)).toBe("known");
    expect(again.events).toEqual([]);
    again.world.database.close();
  });

  test("offline, goes on and asks before it sends; what collides is kept and never sent", async () => {
    using folder = temporaryFolder();
    await using platform = await startPlatform();
    const { backup } = await restored(platform, folder.path);
    const sent = platform.received.size;
    platform.isReachable = false;
    const program = programOn(backup, platform);
    expect(await program.heads.confirm(contract)).toBe("offline");
    closeInterruptedRun(program.close);
    program.start(NINE_MS + 60 * MINUTE_MS);
    expect(await program.drain()).toBe("offline");
    platform.isReachable = true;
    expect(await program.drain()).toBe("empty");
    expect(program.events.filter(({ type }) => type === "head-adopted")).toHaveLength(1);
    expect(program.world.outbox.counts()).toMatchObject({ pending: 0, refused: 0 });
    expect(program.world.outbox.counts().superseded).toBeGreaterThan(2);
    expect(platform.received.size).toBe(sent);
    expectOneBodyEach(platform);
    const reasons = program.world.database.prepare("select distinct problem from record where state = 'superseded'");
    expect(String(reasons.get()?.problem)).toMatch(/^the server's chain is at number \d+ with a record/);
    program.world.database.close();
  });

  test("while tracking: the run that cannot be sent is given up, and another one begins", async () => {
    using folder = temporaryFolder();
    await using platform = await startPlatform();
    const { backup } = await restored(platform, folder.path);
    platform.isReachable = false;
    const program = programOn(backup, platform);
    closeInterruptedRun(program.close);
    const clock = createTestClock(NINE_MS + 60 * MINUTE_MS);
    const stopping = new AbortController();
    let looks = 0;
    const wait = async (ms: number) => {
      clock.advance(ms);
      looks += 1;
      if (looks === 30) {
        platform.isReachable = true;
        await program.drain();
      }
      if (looks === 90) stopping.abort();
    };
    const unreachable = async () => ({ state: "unreachable", detail: "" }) as const;
    const run = {
      ...program.close,
      clock: { ...clock, wait },
      relay: { latest: unreachable, round: unreachable },
      capture: async () => err({ code: "CAPTURE_FAILED" as const, message: "" }),
      takeCounts: async () => ({ keys: 0, clicks: 0, wheel: 0, moves: 0 }),
      mapOf: () => new Uint8Array([0]),
      reviewEndMs: () => 0,
    };
    await trackRun(run, input, { signal: stopping.signal });
    expect(program.events.map(({ type }) => type)).toEqual(expect.arrayContaining(["head-adopted", "run-abandoned"]));
    expect(await program.drain()).toBe("empty");
    expect(program.world.outbox.counts()).toMatchObject({ pending: 0, refused: 0 });
    expectOneBodyEach(platform);
    // Start and stop of the second run.
    expect(
      statesOf(program.world)
        .slice(-2)
        .every((state) => String(state).endsWith("admitted")),
    ).toBe(true);
    program.world.database.close();
  });
});

test("a device that is not behind goes on as it was, also where the answer to its last record was lost", async () => {
  using folder = temporaryFolder();
  await using platform = await startPlatform();
  const program = programOn(folder.path, platform);
  program.start(NINE_MS);
  await program.drain();
  program.world.database.exec("update record set state = 'pending'");
  program.world.database.close();
  const again = programOn(folder.path, platform);
  closeInterruptedRun(again.close);
  expect(await again.drain()).toBe("empty");
  expect(again.events.map(({ type }) => type)).not.toContain("head-adopted");
  expect(platform.head()?.seq).toBe(1);
  expectOneBodyEach(platform);
  again.world.database.close();
});
