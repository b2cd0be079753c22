import { QUICKNET, roundAt, signRound } from "@underseal/evidence";
import { bytesToHex, createTestClock, MINUTE_MS, redact, SECOND_MS } from "@underseal/foundation";
import { afterEach, describe, expect, test } from "vitest";
import { createBeacon } from "../../src/beacon/index.ts";
import { createRelays, type RelayFault } from "../../src/beacon/relays.ts";
import { createTestDatabase } from "../support/database.ts";
import {
  answerOf,
  type Behaviour,
  honest,
  NETWORK,
  NETWORK_HASH,
  NETWORK_SECRET,
  type Relay,
  startRelay,
} from "./relay.ts";

const NOW_MS = Date.UTC(2026, 10, 23, 9);
const NEWEST = roundAt(NETWORK, NOW_MS / SECOND_MS);

const started: Relay[] = [];
afterEach(async () => {
  for (const relay of started.splice(0)) await relay.stop();
});

/** Relays that behave like this, in this order, and the source over them. */
const sourceOver = async (...behaviours: readonly Behaviour[]) => {
  const clock = createTestClock(NOW_MS);
  const relays: Relay[] = [];
  for (const behave of behaviours) relays.push(await startRelay(behave));
  started.push(...relays);
  const faults: RelayFault[] = [];
  const source = createRelays({
    ...{ chain: NETWORK, chainHash: NETWORK_HASH, urls: relays.map(({ url }) => url), clock, fetch },
    onFault: (fault) => faults.push(fault),
  });
  return { clock, source, relays, faults, codes: () => faults.map(({ code }) => code) };
};

const good = honest(() => NOW_MS);

test("a round of an honest relay is the chain's", async () => {
  const { source, faults } = await sourceOver(good);
  expect(await source.signatureOf(NEWEST)).toEqual(signRound(NETWORK_SECRET, NEWEST));
  expect(faults).toEqual([]);
});

test("rounds up to a minute ahead may be asked for, as our clock may be behind", async () => {
  const { source } = await sourceOver(good);
  expect(source.newestAt(NOW_MS)).toBe(roundAt(NETWORK, (NOW_MS + MINUTE_MS) / SECOND_MS));
});

test("a round to come is no fault, and is not asked for again at once", async () => {
  const { source, clock, relays, faults } = await sourceOver(good);
  expect(await source.signatureOf(NEWEST + 1)).toBeNull();
  expect(await source.signatureOf(NEWEST + 1)).toBeNull();
  expect([relays[0]?.requests(), faults]).toEqual([1, []]);
  clock.advance(SECOND_MS);
  await source.signatureOf(NEWEST + 1);
  expect(relays[0]?.requests()).toBe(2);
});

describe("a relay that answers", () => {
  const wrong = signRound(new Uint8Array(32).fill(4), NEWEST);
  const hostile: readonly [string, Behaviour, RelayFault["code"]][] = [
    ["another chain's signature", (round, response) => response.end(answerOf(round, wrong)), "RELAY_WRONG"],
    [
      "the signature of another round",
      (round, response) => response.end(answerOf(round, signRound(NETWORK_SECRET, round - 1))),
      "RELAY_WRONG",
    ],
    [
      "another round, rightly signed",
      (round, response) => response.end(answerOf(round - 1, signRound(NETWORK_SECRET, round - 1))),
      "RELAY_WRONG",
    ],
    ["a signature of no point", (round, response) => response.end(answerOf(round, new Uint8Array(48))), "RELAY_WRONG"],
    ["a short signature", (round, response) => response.end(answerOf(round, new Uint8Array(4))), "RELAY_WRONG"],
    ["no JSON", (_, response) => response.end("<html>"), "RELAY_WRONG"],
    ["bytes that are no text", (_, response) => response.end(Buffer.from([0xff, 0xfe, 0])), "RELAY_WRONG"],
    ["nothing", (_, response) => response.end(), "RELAY_WRONG"],
    ["null", (_, response) => response.end("null"), "RELAY_WRONG"],
    ["a body without end", (_, response) => endless(response), "RELAY_WRONG"],
    ["an error", (_, response) => response.writeHead(500).end(), "RELAY_AWAY"],
    [
      "with a way to somebody else",
      (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
      "RELAY_AWAY",
    ],
    ["by hanging up", (_, response, request) => void [response, request.socket.destroy()], "RELAY_AWAY"],
  ];

  test.each(hostile)("%s is passed over for the next", async (_, behave, code) => {
    const { source, relays, faults } = await sourceOver(behave, good);
    expect(await source.signatureOf(NEWEST)).toEqual(signRound(NETWORK_SECRET, NEWEST));
    expect(faults).toEqual([{ url: relays[0]?.url, code }]);
  });

  test.each(hostile)("%s gives no round where it is the only one", async (_, behave) => {
    const { source } = await sourceOver(behave);
    expect(await source.signatureOf(NEWEST)).toBeNull();
  });
});

/** Sends until nobody listens any more. */
const endless: (response: Parameters<Behaviour>[1]) => void = (response) => {
  const more = (): void => {
    if (!response.destroyed) response.write("x".repeat(64 * 1024), () => setImmediate(more));
  };
  more();
};

test("a relay that is silent is given up after three seconds, and left alone for ten", async () => {
  const { source, clock, relays, codes } = await sourceOver(() => {}, good);
  const beganMs = performance.now();
  expect(await source.signatureOf(NEWEST)).not.toBeNull();
  expect(performance.now() - beganMs).toBeGreaterThan(2_900);
  expect(await source.signatureOf(NEWEST - 1)).not.toBeNull();
  expect([codes(), relays.map((relay) => relay.requests())]).toEqual([["RELAY_AWAY"], [1, 2]]);
  expect(performance.now() - beganMs).toBeLessThan(5_000);
  clock.advance(10 * SECOND_MS);
  await source.signatureOf(NEWEST - 2);
  expect(relays[0]?.requests()).toBe(2);
}, 20_000);

test("quicknet is asked by its own name, and its published round 1,000 is believed", async () => {
  const published = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";
  const asked: string[] = [];
  const fetchHere: typeof fetch = async (url) => {
    asked.push(String(url));
    return new Response(JSON.stringify({ round: 1_000, randomness: "unused", signature: published }));
  };
  const db = await createTestDatabase();
  const beacon = createBeacon({
    ...{ database: db.database, clock: createTestClock(NOW_MS), beaconKey: redact(new Uint8Array(32)) },
    ...{ settings: { kind: "quicknet", urls: ["https://relay.example"] }, fetch: fetchHere, onFault: () => {} },
  });
  const signature = (await beacon.signaturesOf([1_000])).get(1_000);
  expect(signature === undefined ? null : bytesToHex(signature)).toBe(published);
  expect(asked).toEqual([
    "https://relay.example/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/1000",
  ]);
  expect(beacon.chain).toEqual(QUICKNET);
  await db.stop();
});

test("with no relay there is no round", async () => {
  const { source, codes, relays } = await sourceOver(good);
  await relays[0]?.stop();
  expect(await source.signatureOf(NEWEST)).toBeNull();
  expect(codes()).toEqual(["RELAY_AWAY"]);
});
