// The daemon on a tracker that does what the test says: what is pending, what takes it back, and what a run that reached
// its end hands over to.
import { type ContractId, createTestClock, err, MINUTE_MS, ok, type Result, slotOf } from "@underseal/foundation";
import type { WorkMode } from "@underseal/protection";
import { describe, expect, test } from "vitest";
import type { CommandName } from "../src/daemon/commands.ts";
import type { DaemonTracker } from "../src/daemon/core.ts";
import { createDaemon, type Daemon } from "../src/daemon/daemon.ts";
import type { Snapshot } from "../src/daemon/snapshot.ts";
import type { Reviews } from "../src/review/index.ts";
import type { Agreement } from "../src/session/agreements.ts";
import type { Ended, Span } from "../src/session/run.ts";
import type { RunRequest } from "../src/tracker.ts";
import { NINE_MS, NO_COUNTS, newId, random, termsWith } from "./outbox-world.ts";

const agreementWith = (clientName: string): Agreement => ({
  ...{ contract: newId<ContractId>(), clientName, terms: termsWith({ odds: 10 }) },
});
const [acme, globex, initech] = [agreementWith("Acme"), agreementWith("Globex"), agreementWith("Initech")];

interface Begun {
  readonly request: RunRequest;
  readonly span: Span;
  /** As a run does that comes to the instant named as its end. */
  readonly reachEnd: () => Ended;
}

const open = (display: { answer: Result<string, { readonly message: string }> } = { answer: ok(":0") }) => {
  const presence: { idleMs: number | null; isLocked: boolean | null } = { idleMs: 0, isLocked: false };
  const waiting: (() => void)[] = [];
  const clock = createTestClock(NINE_MS + 4 * MINUTE_MS);
  const begun: Begun[] = [];
  const declared: WorkMode[] = [];
  const dropped: string[] = [];
  const seen: Snapshot[] = [];
  const terms = { active: [acme, globex, initech], findTerms: () => null };
  const run: DaemonTracker["run"] = (request, span) => {
    const { promise, resolve } = Promise.withResolvers<Ended>();
    const endOf = (untilMs: number): Ended => ({ untilMs, mark: { wallMs: untilMs, monotonicMs: 0 } });
    const reachEnd = () => {
      const end = endOf(span.untilMs?.() ?? 0);
      resolve(end);
      return end;
    };
    span.signal.addEventListener("abort", () => resolve(endOf(clock.now())));
    begun.push({ request, span, reachEnd });
    queueMicrotask(() => observe({ type: "started", run: "", drawnBy: "beacon" }));
    return promise;
  };
  const tracker: DaemonTracker = {
    ...{ run, reviews: () => reviewsOf(dropped), agreements: async () => ok(terms), close: () => {}, faults: () => [] },
    declareMode: (mode) => declared.push(mode),
    ...{ deliver: (_, signal) => aborted(signal), finish: async () => "sent", closeInterrupted: async () => null },
    counts: () => NO_COUNTS,
    work: {
      ...{ segmentsSince: () => [], newestCaptures: () => [], newestMemos: () => [], claimantOf: () => null },
      openRun: () => {
        const last = begun.at(-1);
        return last === undefined ? null : { ...NO_RUN, contract: last.request.agreement.contract };
      },
    },
  };
  const wait = (ms: number, signal?: AbortSignal) =>
    Promise.race([
      aborted(signal),
      ms === LOOK_MS ? new Promise<void>((resolve) => waiting.push(resolve)) : aborted(signal),
    ]);
  /** Lets the daemon look whether somebody is there, and waits until it did what follows. */
  const look = async (): Promise<Snapshot> => {
    await untilTrue(() => waiting.length > 0);
    waiting.shift()?.();
    await untilTrue(() => waiting.length > 0);
    return daemon.snapshot();
  };
  const { daemon, observe } = createDaemon(
    {
      ...{ clock: { ...clock, wait }, random, fetch, env: {}, execPath: "", deny: [], onEvent: () => {} },
      findDisplay: async () => display.answer,
      presence: { look: async () => ({ ...presence }), close: () => {} },
      explain: () => "no",
      onChange: (snapshot) => seen.push(snapshot),
    },
    tracker,
    5 * MINUTE_MS,
  );
  return { daemon, begun, declared, dropped, seen, clock, presence, look };
};

/** So often the daemon looks. */
const LOOK_MS = 5_000;

const untilTrue = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

const aborted = async (signal: AbortSignal | undefined): Promise<void> => {
  if (signal?.aborted !== true) await new Promise((resolve) => signal?.addEventListener("abort", resolve));
};

/** Two captures, of this segment and of the one before; `dropped` is told which were dropped. */
const reviewsOf = (dropped: string[]): Reviews => {
  const slot = slotOf(NINE_MS);
  const list = () => [
    { capture: "before", slot: slot - 1 },
    { capture: "now", slot },
  ];
  const drop = (capture: string) => ok(void dropped.push(capture));
  // The daemon asks for no more of them than this.
  return { list, drop } as unknown as Reviews;
};

const NO_RUN = {
  ...{ startHash: new Uint8Array(), terms: new Uint8Array(), memo: "", drawSeed: null, nextRound: 1, openSlot: 0 },
  ...{ startedAtMs: NINE_MS, seenAtMs: NINE_MS + 4 * MINUTE_MS },
};

const TEN_PAST = NINE_MS + 10 * MINUTE_MS;

const snapshotOf = async (done: ReturnType<Daemon["command"]>): Promise<Snapshot> => {
  const result = await done;
  return result.ok ? result.value : expect.fail(result.error.message);
};

const switchTo = (daemon: Daemon, { contract }: Agreement, memo = "") =>
  snapshotOf(daemon.command({ name: "switch", contract, memo }));

/** Tracks for Acme since nine, and is told at four minutes past to switch to Globex. */
const pending = async (display?: Parameters<typeof open>[0]) => {
  const world = open(display);
  await snapshotOf(world.daemon.command({ name: "start", contract: acme.contract, memo: "the parser" }));
  const told = await switchTo(world.daemon, globex, "the report");
  return { ...world, told };
};

/** When everything that was begun is done: commands are carried out one after the other. */
const settled = async (daemon: Daemon, begun: readonly unknown[], runs: number): Promise<Snapshot> => {
  while (begun.length < runs) await new Promise((resolve) => setImmediate(resolve));
  await daemon.command({ name: "start", memo: "" });
  return daemon.snapshot();
};

test("what is concealed shows nothing for ten minutes, and what was captured in this segment is dropped", async () => {
  const { daemon, begun, dropped, clock } = open();
  expect(await daemon.command({ name: "conceal" })).toMatchObject({ ok: false, error: { code: "MOVE_FORBIDDEN" } });
  const started = await snapshotOf(daemon.command({ name: "start", contract: acme.contract, memo: "" }));
  expect([started.concealedUntilMs, begun[0]?.request.isConcealed?.()]).toEqual([null, false]);
  const untilMs = clock.now() + 10 * MINUTE_MS;
  const told = await snapshotOf(daemon.command({ name: "conceal" }));
  expect(told).toMatchObject({ state: "tracking", concealedUntilMs: untilMs });
  expect(begun[0]?.request.isConcealed?.()).toBe(true);
  expect(dropped).toEqual(["now"]);
  clock.set(untilMs);
  expect(begun[0]?.request.isConcealed?.()).toBe(false);
  expect(daemon.snapshot().concealedUntilMs).toBeNull();
  await daemon.close();
});

describe("a switch to come", () => {
  test("is told, and what is tracked goes on until then", async () => {
    const { told, begun, seen, daemon } = await pending();
    const party = { contract: globex.contract, clientName: "Globex" };
    expect(told).toMatchObject({ state: "tracking", contract: { clientName: "Acme" }, memo: "the parser" });
    expect(told.next).toEqual({ ...party, memo: "the report", atMs: TEN_PAST });
    expect(seen.at(-1)?.next).toEqual(told.next);
    expect(begun).toHaveLength(1);
    expect(begun[0]?.span.untilMs?.()).toBe(TEN_PAST);
    expect(begun[0]?.span.signal.aborted).toBe(false);
    await daemon.close();
  });

  test("happens where the run ends, and the next goes on from there", async () => {
    const { begun, daemon } = await pending();
    const end = begun[0]?.reachEnd();
    const after = await settled(daemon, begun, 2);
    expect(begun[1]?.span.from).toEqual(end);
    expect(begun[1]?.request).toMatchObject({ agreement: globex, memo: "the report" });
    expect(after).toMatchObject({
      state: "tracking",
      contract: { clientName: "Globex" },
      memo: "the report",
      next: null,
    });
    await daemon.close();
  });

  test("is taken back by naming what is tracked, whose memo stays", async () => {
    const { begun, daemon } = await pending();
    expect(await switchTo(daemon, acme)).toMatchObject({ next: null, memo: "the parser" });
    expect(begun).toHaveLength(1);
    expect(begun[0]?.span.untilMs?.()).toBe(Number.POSITIVE_INFINITY);
    await daemon.close();
  });

  test("gives way to another", async () => {
    const { begun, daemon } = await pending();
    expect((await switchTo(daemon, initech)).next).toMatchObject({ clientName: "Initech", atMs: TEN_PAST });
    begun[0]?.reachEnd();
    expect(await settled(daemon, begun, 2)).toMatchObject({ contract: { clientName: "Initech" }, next: null });
    await daemon.close();
  });

  test.each(["pause", "stop"] as const)("is forgotten with a %s", async (name) => {
    const { begun, daemon } = await pending();
    expect((await snapshotOf(daemon.command({ name }))).next).toBeNull();
    expect(begun).toHaveLength(1);
    await daemon.close();
  });

  test("taken back after the run had ended, leaves tracking what was tracked, without a gap", async () => {
    const { begun, daemon } = await pending();
    // The command waits in front of what the end brings.
    const back = switchTo(daemon, acme);
    const end = begun[0]?.reachEnd();
    await back;
    expect(await settled(daemon, begun, 2)).toMatchObject({ contract: { clientName: "Acme" }, memo: "the parser" });
    expect(begun[1]?.span.from).toEqual(end);
    await daemon.close();
  });

  test("to a screen that cannot be captured any more ends tracking with the reason", async () => {
    const display: NonNullable<Parameters<typeof open>[0]> = { answer: ok(":0") };
    const { begun, seen, daemon } = await pending(display);
    display.answer = err({ message: "the display went" });
    begun[0]?.reachEnd();
    while (seen.at(-1)?.state !== "stopped") await new Promise((resolve) => setImmediate(resolve));
    expect(daemon.snapshot()).toMatchObject({ failure: { message: "the display went" }, next: null, contract: null });
    await daemon.close();
  });
});

describe("nobody there", () => {
  const tracking = async () => {
    const world = open();
    await snapshotOf(world.daemon.command({ name: "start", contract: acme.contract, memo: "the parser" }));
    return world;
  };

  test("after five minutes without input: the run ends, and minutes after the last input are not counted", async () => {
    const { daemon, begun, clock, presence, look } = await tracking();
    clock.advance(6 * MINUTE_MS);
    presence.idleMs = 5 * MINUTE_MS - 1;
    expect(await look()).toMatchObject({ state: "tracking" });
    const lastInputMs = clock.now() - presence.idleMs;
    expect(begun[0]?.span.heldFromMs?.()).toBe(lastInputMs);
    expect(begun[0]?.span.countedUntilMs?.()).toBe(Number.POSITIVE_INFINITY);
    let cutAtMs = 0;
    begun[0]?.span.signal.addEventListener("abort", () => {
      cutAtMs = begun[0]?.span.countedUntilMs?.() ?? 0;
    });
    presence.idleMs = 5 * MINUTE_MS;
    expect(await look()).toMatchObject({ state: "idle", sinceMs: clock.now() - 5 * MINUTE_MS, memo: "the parser" });
    expect(cutAtMs).toBe(clock.now() - 5 * MINUTE_MS);
    expect(await look()).toMatchObject({ state: "idle" });
    presence.idleMs = 1_000;
    expect(await look()).toMatchObject({ state: "tracking", contract: { clientName: "Acme" }, memo: "the parser" });
    expect(begun[1]?.span.from).toBeUndefined();
    expect(begun[1]?.span.countedUntilMs?.()).toBe(Number.POSITIVE_INFINITY);
    await daemon.close();
  });

  test.each(["call", "reading", "whiteboard"] as const)("is never so in a declared %s", async (mode) => {
    const { daemon, begun, clock, presence, look } = await tracking();
    await snapshotOf(daemon.command({ name: "mode", mode }));
    clock.advance(60 * MINUTE_MS);
    presence.idleMs = 60 * MINUTE_MS;
    expect(await look()).toMatchObject({ state: "tracking", mode });
    expect(begun[0]?.span.heldFromMs?.()).toBe(Number.POSITIVE_INFINITY);
    await daemon.close();
  });

  test("while the screen is locked, whatever is declared; it goes on when it is unlocked", async () => {
    const { daemon, begun, clock, presence, look } = await tracking();
    await snapshotOf(daemon.command({ name: "mode", mode: "call" }));
    presence.isLocked = true;
    expect(await look()).toMatchObject({ state: "locked", sinceMs: clock.now() });
    expect(await look()).toMatchObject({ state: "locked" });
    presence.isLocked = false;
    expect(await look()).toMatchObject({ state: "tracking", mode: "working" });
    expect(begun).toHaveLength(2);
    await daemon.close();
  });

  test("is nothing that a machine which does not know could say", async () => {
    const { daemon, presence, look } = await tracking();
    Object.assign(presence, { idleMs: null, isLocked: null });
    expect(await look()).toMatchObject({ state: "tracking" });
    await daemon.close();
  });

  test("does not go on by itself once it was paused, or to a screen that cannot be captured", async () => {
    const { daemon, presence, look } = await tracking();
    presence.isLocked = true;
    await look();
    expect(await snapshotOf(daemon.command({ name: "pause" }))).toMatchObject({ state: "paused" });
    presence.isLocked = false;
    expect(await look()).toMatchObject({ state: "paused" });
    await daemon.close();

    const display: NonNullable<Parameters<typeof open>[0]> = { answer: ok(":0") };
    const other = open(display);
    await snapshotOf(other.daemon.command({ name: "start", contract: acme.contract, memo: "" }));
    other.presence.isLocked = true;
    await other.look();
    display.answer = err({ message: "the display went" });
    other.presence.isLocked = false;
    expect(await other.look()).toMatchObject({ state: "paused", failure: { message: "the display went" } });
    await other.daemon.close();
  });

  test("is not so where a command came in between: whoever gives one is there", async () => {
    const { daemon, clock, presence, look } = await tracking();
    clock.advance(6 * MINUTE_MS);
    presence.idleMs = 6 * MINUTE_MS;
    const looking = look();
    const declared = daemon.command({ name: "mode", mode: "call" });
    expect(await looking).toMatchObject({ state: "tracking", mode: "call" });
    await declared;
    await daemon.close();
  });

  test("begins to be counted anew with a command: it may come over the network", async () => {
    const { daemon, clock, presence, look } = await tracking();
    presence.idleMs = 60 * MINUTE_MS;
    clock.advance(4 * MINUTE_MS);
    expect(await look()).toMatchObject({ state: "tracking" });
    clock.advance(MINUTE_MS);
    expect(await look()).toMatchObject({ state: "idle", sinceMs: clock.now() - 5 * MINUTE_MS });
    expect(await snapshotOf(daemon.command({ name: "resume" }))).toMatchObject({ state: "tracking" });
    expect(await look()).toMatchObject({ state: "tracking" });
    await daemon.close();
  });

  test("forgets a switch to come", async () => {
    const { daemon, begun, presence, look } = await pending();
    presence.isLocked = true;
    expect(await look()).toMatchObject({ state: "locked", next: null, contract: { clientName: "Acme" } });
    expect(begun).toHaveLength(1);
    await daemon.close();
  });
});

test("a mode that is declared is told, and ends with the run", async () => {
  const { daemon, declared } = open();
  expect((await daemon.command({ name: "mode", mode: "call" })).ok).toBe(false);
  expect(await snapshotOf(daemon.command({ name: "start", contract: acme.contract, memo: "" }))).toMatchObject({
    mode: "working",
  });
  expect(await snapshotOf(daemon.command({ name: "mode", mode: "call" }))).toMatchObject({
    ...{ state: "tracking", mode: "call", sinceMs: NINE_MS + 4 * MINUTE_MS },
  });
  expect(declared).toEqual(["call"]);
  await snapshotOf(daemon.command({ name: "pause" }));
  expect(await snapshotOf(daemon.command({ name: "resume" }))).toMatchObject({ mode: "working" });
  await daemon.close();
});

test("a mode goes on where only the memo changes", async () => {
  const { daemon, begun } = open();
  await snapshotOf(daemon.command({ name: "start", contract: acme.contract, memo: "the parser" }));
  await switchTo(daemon, acme, "the tests");
  await snapshotOf(daemon.command({ name: "mode", mode: "reading" }));
  begun[0]?.reachEnd();
  expect(await settled(daemon, begun, 2)).toMatchObject({ memo: "the tests", mode: "reading" });
  expect(begun[1]?.request.mode).toBe("reading");
  await daemon.close();
});

test("another memo for the same contract begins at the next whole minute", async () => {
  const { daemon, clock } = open();
  await snapshotOf(daemon.command({ name: "start", contract: acme.contract, memo: "the parser" }));
  clock.advance(20_000);
  expect((await switchTo(daemon, acme, "the tests")).next).toMatchObject({
    memo: "the tests",
    atMs: NINE_MS + 5 * MINUTE_MS,
  });
  await daemon.close();
});

test.each(["pause", "resume", "switch", "stop"] as const satisfies readonly CommandName[])(
  "stopped, it cannot %s",
  async (name) => {
    const { daemon } = open();
    const command = name === "switch" ? { name, contract: acme.contract, memo: "" } : { name };
    expect(await daemon.command(command)).toMatchObject({ ok: false, error: { code: "MOVE_FORBIDDEN" } });
    await daemon.close();
  },
);
