import {
  beaconKeyOf,
  drawnRounds,
  isDrawn,
  QUICKNET,
  randomnessOf,
  roundAt,
  roundTime,
  signRound,
} from "@underseal/evidence";
import { bytesToBase64Url } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { verifyBundle } from "../src/index.ts";
import {
  arrivalOf,
  type Chain,
  CLOCK,
  createChain,
  DEVICE,
  deviceOf,
  type Finish,
  FREELANCER,
  SLOT,
  signatureOf,
  termsOf,
  WEEK,
} from "./builders.ts";
import { codeOf, first, LATER_DEVICE, online, verdictOf, withOnline, world } from "./lying.ts";
import { WEEK_END } from "./people.ts";
import { bytesOfWeek, drawSeedOf, ONLINE_ODDS, roundsOf } from "./weeks.ts";

const START_AT = SLOT * 600 + 480;
const STOP_AT = START_AT + 180;
/** The whole rounds of the run, for each of which a draw is owed. */
const SPAN = { from: roundAt(CLOCK, START_AT) + 1, to: roundAt(CLOCK, STOP_AT) };
const RULE = { person: FREELANCER, odds: ONLINE_ODDS };

const randomnessAt = (round: number) => randomnessOf(signatureOf(world.beaconSecret, round));
const undrawnRound = (() => {
  let round = SPAN.from;
  while (isDrawn(RULE, randomnessAt(round))) round += 1;
  return round;
})();
const drawnIn = (span: { readonly from: number; readonly to: number }) => drawnRounds(RULE, randomnessAt, span);

const newChain = (device = DEVICE): Chain => createChain(world, { terms: online.terms, device });

const bytesOf = (chains: readonly Chain[], finish: Finish = {}): Uint8Array =>
  bytesOfWeek(online, { blobs: [], ...finish, records: chains.flatMap(({ records }) => records) });

/** The run of `online` again, with the captures of these rounds only. */
const runWith = (rounds: readonly number[], chain = newChain()): Chain => {
  chain.start("beacon", START_AT);
  const listed = rounds.map((round) => ({ round, hash: bytesToBase64Url(chain.capture(round).hash) }));
  const inSlot = (slot: number) =>
    listed.filter(({ round }) => Math.floor(round / 200) === slot).map(({ hash }) => hash);
  chain.segment(SLOT, { at: (SLOT + 1) * 600, minutes: 2, captures: inSlot(SLOT) });
  chain.segment(SLOT + 1, { at: STOP_AT, minutes: 1, stop: true, captures: inSlot(SLOT + 1) });
  return chain;
};

describe("a week drawn by the beacon", () => {
  const captures = online.captures.length;
  const rounds = SPAN.to - SPAN.from;

  it("is told in numbers", () => {
    expect(captures).toBeGreaterThan(2);
    expect(verdictOf(withOnline({}))).toMatchObject({
      beacon: "platform",
      captures,
      minutes: 3,
      tiers: { a: 2 },
      draws: {
        drawn: captures,
        missing: 0,
        uncheckedRuns: 0,
        offlineRuns: 0,
        verifiedRounds: 1 + captures,
        takenRounds: rounds - captures,
      },
    });
  });

  it("says which beacon drew, and that the platform foresees its own", () => {
    const { proven, notProven } = verdictOf(withOnline({}));
    expect(proven.join()).toContain(`${1 + captures} rounds of the platform's beacon were verified`);
    expect(notProven.join()).toContain("the platform could foresee them");
    expect(notProven.join()).toContain(`${rounds - captures} rounds without a picture: taken as this file gives`);
    expect(notProven.join()).not.toContain("the device's own seed");
  });

  it("knows drand's quicknet by its key", () => {
    // Time entered by hand only: nobody here can sign for quicknet.
    const beacon = { ...QUICKNET, publicKey: bytesToBase64Url(QUICKNET.publicKey) };
    const manual = termsOf(world, { manualTime: true, draw: { odds: 100, beacon } });
    const chain = createChain(world, { terms: manual });
    chain.segment(SLOT, { manual: true });
    const { beacon: drawnBy, notProven } = verdictOf(bytesOf([chain], { terms: [manual], rounds: [] }));
    expect(drawnBy).toBe("quicknet");
    expect(notProven.join()).not.toContain("could foresee");
  });

  it("verifies every round if asked, and takes none", () => {
    expect(verdictOf(withOnline({}), { everyRound: true }).draws).toMatchObject({
      drawn: captures,
      verifiedRounds: 1 + rounds,
      takenRounds: 0,
    });
  });

  it("counts a drawn round without a capture, and refuses nothing for it", () => {
    const [, ...rest] = drawnIn(SPAN);
    const verdict = verdictOf(bytesOf([runWith(rest)]));
    expect(verdict.draws).toMatchObject({ drawn: rest.length + 1, missing: 1 });
    expect(verdict.notProven.join()).toContain(`1 of ${rest.length + 1} drawn moments have no picture`);
  });

  it("hides a missing capture behind a forged round from the quick check, not from the full one", () => {
    const [missed = 0, ...rest] = drawnIn(SPAN);
    const signatures = Buffer.from(first(online.rounds).signatures, "base64url");
    signatures.set(signatureOf(world.beaconSecret, undrawnRound), (missed - SPAN.from) * 48);
    const forged = bytesOf([runWith(rest)], {
      rounds: [{ from: SPAN.from, signatures: signatures.toString("base64url") }],
    });
    expect(verdictOf(forged).draws).toMatchObject({ drawn: rest.length, missing: 0 });
    expect(codeOf(forged, { everyRound: true })).toBe("BEACON_INVALID");
  });

  it("owes the draws until its stop was seen, for a minute: nobody stops a second before a draw", () => {
    // A shorter run of the same captures, whose stop is told late: the draws between its time and its arrival are owed.
    const [shot = 0] = drawnIn({ from: SPAN.from, to: SPAN.to });
    const stoppedAt = roundTime(CLOCK, shot) - 1;
    const chain = newChain();
    chain.start("beacon", START_AT);
    const slot = Math.floor(stoppedAt / 600);
    chain.segment(slot, { at: stoppedAt, minutes: 0, stop: true });
    const seenAfter = (seconds: number) => {
      const to = roundAt(CLOCK, stoppedAt + Math.min(60, seconds));
      const bytes = bytesOf([chain], {
        arrivalOf: (record) => arrivalOf(world, record, { at: record.body.at + seconds }),
        rounds: [roundsOf(world, { from: SPAN.from, to })],
      });
      return verdictOf(bytes).draws;
    };
    expect(seenAfter(1)).toMatchObject({ drawn: 0, missing: 0, uncheckedRuns: 0 });
    expect(seenAfter(10).missing).toBeGreaterThanOrEqual(1);
    expect(seenAfter(4_000)).toEqual(seenAfter(60));
  });

  it("is unchecked without its rounds", () => {
    expect(verdictOf(withOnline({ rounds: [] })).draws).toMatchObject({ drawn: 0, uncheckedRuns: 1, takenRounds: 0 });
  });

  it("holds all rounds of a run or none of them", () => {
    expect(codeOf(withOnline({ rounds: [roundsOf(world, { from: SPAN.from, to: SPAN.to - 1 })] }))).toBe(
      "ROUNDS_UNUSED",
    );
  });
});

describe("lies about the beacon", () => {
  it("a capture at a round that was not drawn", () => {
    expect(codeOf(bytesOf([runWith([undrawnRound])]))).toBe("DRAW_NOT_DRAWN");
  });

  it("a signature that differs from the bundle's own for the round", () => {
    const chain = newChain();
    const sig = bytesToBase64Url(signatureOf(world.beaconSecret, SPAN.from - 1));
    const [round = 0] = drawnIn(SPAN);
    chain.start("beacon", START_AT);
    chain.capture(round, { beacon: { round, sig } });
    chain.segment(SLOT, { at: (SLOT + 1) * 600, minutes: 2 });
    chain.segment(SLOT + 1, { at: STOP_AT, minutes: 1, stop: true });
    expect(codeOf(bytesOf([chain]))).toBe("BEACON_INVALID");
  });

  it("bytes that are no point of the curve", () => {
    const chain = newChain();
    chain.start("beacon", START_AT, { beacon: { round: SPAN.from - 1, sig: bytesToBase64Url(new Uint8Array(48)) } });
    chain.segment(SLOT, { minutes: 2, stop: true });
    expect(codeOf(bytesOf([chain], { rounds: [] }))).toBe("BEACON_INVALID");
  });

  it("one of many signatures is named by its statement", () => {
    const chain = newChain();
    const drawn = drawnIn(SPAN);
    const [wrong = 0] = drawn.slice(-1);
    const sig = bytesToBase64Url(signatureOf(world.beaconSecret, wrong + 1));
    chain.start("beacon", START_AT);
    const captures = drawn.map((round) => chain.capture(round, round === wrong ? { beacon: { round, sig } } : {}));
    chain.segment(SLOT + 1, { at: STOP_AT, minutes: 1, stop: true });
    const verdict = verifyBundle(bytesOf([chain], { rounds: [] }));
    const statement = bytesToBase64Url(captures.at(-1)?.hash ?? new Uint8Array());
    expect(verdict).toMatchObject({ ok: false, error: { code: "BEACON_INVALID", stage: "draws", statement } });
  });

  it("a run that reveals a seed although the beacon drew it", () => {
    const chain = newChain();
    chain.start("beacon", START_AT);
    chain.segment(SLOT, { minutes: 2, stop: true, drawSeed: bytesToBase64Url(drawSeedOf(1)) });
    expect(codeOf(bytesOf([chain], { rounds: [] }))).toBe("DRAW_SEED_MISPLACED");
  });

  it("a seed revealed before the run stops", () => {
    const chain = newChain();
    chain.start(drawSeedOf(1), START_AT);
    chain.segment(SLOT, { minutes: 2, drawSeed: bytesToBase64Url(drawSeedOf(1)) });
    chain.segment(SLOT + 1, { stop: true });
    expect(codeOf(bytesOf([chain], { rounds: [] }))).toBe("DRAW_SEED_MISPLACED");
  });

  it("an offline run whose capture brings a beacon's signature", () => {
    const chain = newChain();
    const sig = bytesToBase64Url(signatureOf(world.beaconSecret, SPAN.from));
    chain.start(drawSeedOf(1), START_AT);
    chain.capture(SPAN.from, { beacon: { round: SPAN.from, sig } });
    chain.segment(SLOT, { minutes: 2, stop: true });
    expect(codeOf(bytesOf([chain], { rounds: [] }))).toBe("DRAW_SOURCE_MIXED");
  });

  it.each([
    [-22, "DRAW_START_MISPLACED"],
    [-21, "ok"],
    [0, "ok"],
    [21, "ok"],
    [22, "DRAW_START_MISPLACED"],
  ])("a start %i rounds from the one of its own time: %s", (shift, code) => {
    const chain = newChain();
    const round = SPAN.from - 1 + shift;
    const sig = bytesToBase64Url(signatureOf(world.beaconSecret, round));
    chain.start("beacon", START_AT, { beacon: { round, sig } });
    chain.segment(SLOT, { minutes: 2, stop: true });
    expect(codeOf(bytesOf([chain], { rounds: [] }))).toBe(code);
  });

  it.each([
    ["spans out of order", () => [roundsOf(world, { from: 9, to: 10 }), roundsOf(world, { from: 3, to: 4 })].reverse()],
    ["spans that touch", () => [roundsOf(world, { from: 3, to: 4 }), roundsOf(world, { from: 4, to: 5 })]],
    ["an empty span", () => [{ from: 3, signatures: "" }]],
    ["rounds beyond all numbers", () => [{ ...roundsOf(world, { from: 3, to: 4 }), from: Number.MAX_SAFE_INTEGER }]],
  ])("%s", (_, rounds) => {
    expect(codeOf(withOnline({ rounds: rounds() }))).toMatch(/^ROUNDS_(MALFORMED|UNUSED)$/);
  });
});

describe("several runs", () => {
  it("of two devices at once each owe the same draws, from the same rounds", () => {
    const drawn = drawnIn(SPAN);
    const chains = [runWith(drawn), runWith(drawn.slice(1), newChain(LATER_DEVICE))];
    const devices = [deviceOf(world), deviceOf(world, { device: LATER_DEVICE })];
    expect(verdictOf(bytesOf(chains, { devices }))).toMatchObject({
      devices: 2,
      minutes: 6,
      draws: { drawn: 2 * drawn.length, missing: 1, uncheckedRuns: 0, verifiedRounds: 1 + drawn.length },
    });
  });

  it("of two devices that overlap share the span from the first's begin to the last's end", () => {
    const other = newChain(LATER_DEVICE);
    const span = { from: SPAN.from + 10, to: SPAN.to + 10 };
    other.start("beacon", START_AT + 30);
    for (const round of drawnIn(span)) other.capture(round);
    other.segment(SLOT, { at: (SLOT + 1) * 600, minutes: 1 });
    other.segment(SLOT + 1, { at: STOP_AT + 30, minutes: 1, stop: true });
    const devices = [deviceOf(world), deviceOf(world, { device: LATER_DEVICE })];
    const rounds = [roundsOf(world, { from: SPAN.from, to: span.to })];
    const bytes = bytesOf([runWith(drawnIn(SPAN)), other], { devices, rounds });
    expect(verdictOf(bytes).draws).toMatchObject({ missing: 0, uncheckedRuns: 0 });
  });

  it("with a break between them hold two spans, and nothing of the break", () => {
    const chain = runWith(drawnIn(SPAN));
    const later = { from: SPAN.to + 100, to: SPAN.to + 120 };
    chain.start("beacon", (later.from - 1) * 3);
    for (const round of drawnIn(later)) chain.capture(round);
    chain.segment(Math.floor((later.from - 1) / 200), { at: later.to * 3, minutes: 0, stop: true });
    const codeWith = (...spans: readonly (typeof SPAN)[]) =>
      codeOf(bytesOf([chain], { rounds: spans.map((span) => roundsOf(world, span)) }));
    expect(codeWith(SPAN, later)).toBe("ok");
    expect(codeWith({ from: SPAN.from, to: later.to })).toBe("ROUNDS_UNUSED");
    expect(verdictOf(bytesOf([chain])).draws.uncheckedRuns).toBe(1);
  });

  it.each([
    ["abandoned", "nothing", 1],
    ["stopped without listing it", "stop", 1],
    ["stopped and listing it", "list", 0],
  ])("where another run that was %s holds the missing capture", (_, end, missing) => {
    const [missed = 0, ...rest] = drawnIn(SPAN);
    const chain = runWith(rest);
    chain.start("beacon", START_AT);
    const hash = bytesToBase64Url(chain.capture(missed).hash);
    const captures = end === "list" ? [hash] : [];
    if (end !== "nothing") chain.segment(Math.floor(missed / 200), { at: STOP_AT, minutes: 0, stop: true, captures });
    expect(verdictOf(bytesOf([chain])).draws).toMatchObject({ drawn: rest.length + 1, missing });
  });

  it("one with the network and one without", () => {
    const chain = runWith(drawnIn(SPAN));
    chain.start(drawSeedOf(19), (SLOT + 3) * 600);
    chain.segment(SLOT + 3, { at: (SLOT + 3) * 600 + 61, minutes: 1, stop: true });
    const { draws, tiers, notProven } = verdictOf(bytesOf([chain]));
    expect(draws).toMatchObject({ offlineRuns: 1, uncheckedRuns: 0 });
    expect(tiers).toMatchObject({ a: 2, b: 1 });
    expect(notProven.join()).toContain("moments of 1 run were drawn by the device's own seed");
  });

  it("by another beacon under new terms, whose rounds have the same numbers", () => {
    const secret = world.random.bytes(32);
    const later = 600;
    const beacon = { genesis: CLOCK.genesis + later, period: 3, publicKey: bytesToBase64Url(beaconKeyOf(secret)) };
    const next = termsOf(world, {
      version: 2,
      previous: bytesToBase64Url(online.terms.hash),
      validFrom: (SLOT + 1) * 600 + 300,
      draw: { odds: ONLINE_ODDS, beacon },
    });
    const terms = bytesToBase64Url(next.hash);
    const chain = runWith(drawnIn(SPAN));
    const startAt = STOP_AT + later;
    const round = roundAt(beacon, startAt);
    expect(round).toBeLessThan(SPAN.to + 1);
    chain.start("beacon", startAt, {
      terms,
      beacon: { round: round - 5, sig: bytesToBase64Url(signRound(secret, round - 5)) },
    });
    chain.segment(Math.floor(startAt / 600), { terms, at: startAt + 60, minutes: 1, stop: true });
    const bytes = bytesOf([chain], { terms: [online.terms, next] });
    expect(verdictOf(bytes).draws).toMatchObject({ missing: 0, uncheckedRuns: 1 });
    expect(verdictOf(bytes, { everyRound: true }).draws).toMatchObject({ takenRounds: 0 });
  });
});

describe("runs of more rounds than are drawn again", () => {
  const beacon = { genesis: 1, period: 1, publicKey: bytesToBase64Url(world.beaconKey) };
  const fast = termsOf(world, { draw: { odds: 10_000, beacon } });
  const ids = [DEVICE, LATER_DEVICE];
  const bytesWith = (round: number | null) => {
    const chains = ids.map((device) => {
      const chain = createChain(world, { terms: fast, device });
      chain.start(drawSeedOf(1), WEEK, { beacon: { round: WEEK } });
      if (round !== null && device === LATER_DEVICE) chain.capture(round, { at: WEEK + 20 });
      chain.segment(SLOT, { minutes: 1, stop: true, at: WEEK_END });
      return chain;
    });
    return bytesOf(chains, { terms: [fast], devices: ids.map((device) => deviceOf(world, { device })), rounds: [] });
  };

  it("are told as unchecked, and refuse nobody else's", () => {
    const { draws, notProven } = verdictOf(bytesWith(null));
    expect(draws).toMatchObject({ uncheckedRuns: 1, offlineRuns: 2 });
    expect(draws.drawn).toBeGreaterThan(0);
    expect(notProven.join()).toContain("or all runs together are too long");
  });

  it("must still have drawn the captures that they made", () => {
    expect(codeOf(bytesWith(WEEK + 10))).toBe("DRAW_NOT_DRAWN");
  });
});

describe("runs over the edges of the week", () => {
  const firstSlot = WEEK / 600;

  it("are checked from Monday on where they began on Sunday", () => {
    const chain = newChain();
    const span = { from: WEEK / 3, to: WEEK / 3 + 20 };
    chain.start("beacon", WEEK - 120);
    chain.segment(firstSlot - 1, { at: WEEK, minutes: 2 });
    for (const round of drawnIn(span)) chain.capture(round);
    chain.segment(firstSlot, { at: WEEK + 60, minutes: 1, stop: true });
    const verdict = verdictOf(bytesOf([chain], { rounds: [roundsOf(world, span)] }));
    expect(verdict).toMatchObject({ minutes: 1, segments: 1, draws: { missing: 0, uncheckedRuns: 0 } });
    expect(verdict.draws.takenRounds + verdict.captures).toBe(20);
  });

  it("are unchecked where their begin is not here", () => {
    const chain = newChain();
    chain.start("beacon", WEEK - 120);
    chain.segment(firstSlot - 1, { at: WEEK, minutes: 2 });
    chain.segment(firstSlot, { at: WEEK + 60, minutes: 1, stop: true });
    const bytes = bytesOfWeek(online, { records: chain.records.slice(2), blobs: [], rounds: [] });
    // Who drew is not here either, so the segment cannot be of tier A.
    expect(verdictOf(bytes)).toMatchObject({ draws: { drawn: 0, uncheckedRuns: 1 }, tiers: { a: 0, b: 1 } });
  });

  it("are checked to the end of Sunday where they end on Monday", () => {
    const chain = newChain();
    const span = { from: (WEEK_END - 60) / 3 + 1, to: WEEK_END / 3 };
    chain.start("beacon", WEEK_END - 60);
    for (const round of drawnIn(span)) chain.capture(round);
    chain.segment(WEEK_END / 600 - 1, { at: WEEK_END, minutes: 1 });
    chain.segment(WEEK_END / 600, { at: WEEK_END + 60, minutes: 1, stop: true });
    const verdict = verdictOf(bytesOf([chain], { rounds: [roundsOf(world, span)] }));
    expect(verdict).toMatchObject({ minutes: 1, draws: { missing: 0, uncheckedRuns: 0 } });
  });

  it("are unchecked where they have not ended", () => {
    const chain = newChain();
    chain.start("beacon", WEEK_END - 60);
    chain.segment(WEEK_END / 600 - 1, { at: WEEK_END, minutes: 1 });
    expect(verdictOf(bytesOf([chain], { rounds: [] })).draws).toMatchObject({ drawn: 0, uncheckedRuns: 1 });
  });
});
