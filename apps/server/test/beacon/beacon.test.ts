import { beaconInfoSchema, beaconRoundSchema } from "@underseal/api";
import { type BeaconChain, randomnessOf, roundAt, roundTime, signRound, verifyRound } from "@underseal/evidence";
import {
  bytesToHex,
  createSystemRandom,
  createTestClock,
  DAY_MS,
  hexToBytes,
  type PersonId,
  redact,
  SECOND_MS,
} from "@underseal/foundation";
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Beacon, createBeacon, serveBeacon } from "../../src/beacon/index.ts";
import type { BeaconSource } from "../../src/beacon/source.ts";
import { createOwnChain } from "../../src/beacon/source.ts";
import { systemActor, transact } from "../../src/platform/postgres/transact.ts";
import { createTestHttp } from "../devices/support.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const PERIOD = 3;
const NOW_MS = Date.UTC(2026, 10, 23, 9);
const random = createSystemRandom();
const secret = random.bytes(32);
const clock = createTestClock(NOW_MS);

let db: TestDatabase;
let beacon: Beacon;
let http: FastifyInstance;
let chain: BeaconChain;
let newest: number;

beforeAll(async () => {
  db = await createTestDatabase();
  beacon = createBeacon({
    ...{ database: db.database, clock, settings: { kind: "own", period: PERIOD }, beaconKey: redact(secret) },
    fetch,
    onFault: () => {},
  });
  ({ chain } = beacon);
  newest = roundAt(chain, NOW_MS / SECOND_MS);
  http = await createTestHttp([beacon], async () => ({ ok: false, error: "DEVICE_SIGNATURE_INVALID" }));
});
afterEach(() => clock.set(NOW_MS));
afterAll(async () => {
  await http.close();
  await db.stop();
});

const stored = async (): Promise<number[]> => {
  const { rows } = await transact(db.database, systemActor, (transaction) =>
    sql<{ round: bigint }>`select round from beacon_round order by round`.execute(transaction),
  );
  return rows.map(({ round }) => Number(round));
};

/** The own chain, counting how often it makes a round. */
const countedSource = (missingMax = 1_000) => {
  const made: number[] = [];
  const own = createOwnChain({ secretKey: redact(secret), period: PERIOD });
  const source: BeaconSource = {
    ...own,
    missingMax,
    signatureOf: async (round) => {
      made.push(round);
      return await own.signatureOf(round);
    },
  };
  return { made, source };
};

describe("the platform's own chain", () => {
  test("has the key of its secret, a fixed beginning and the period that is set", () => {
    expect(chain).toEqual({ publicKey: expect.any(Uint8Array), genesis: 1_700_000_000, period: PERIOD });
    expect(verifyRound(chain, { round: newest, signature: signRound(secret, newest) })).toBe(true);
  });

  test("gives the rounds that were asked for, and none of those to come", async () => {
    const found = await beacon.signaturesOf([newest + 1, newest, newest - 7, newest, 0, -3]);
    expect([...found]).toEqual([
      [newest, signRound(secret, newest)],
      [newest - 7, signRound(secret, newest - 7)],
    ]);
  });

  test("publishes a round in the very second that its number says, and not a millisecond before", async () => {
    const next = newest + 1;
    clock.set(roundTime(chain, next) * SECOND_MS - 1);
    expect((await beacon.signaturesOf([next])).size).toBe(0);
    clock.set(roundTime(chain, next) * SECOND_MS);
    expect((await beacon.signaturesOf([next])).get(next)).toEqual(signRound(secret, next));
  });
});

describe("rounds", () => {
  test("are made once: afterwards they come from memory, and after a start from the table", async () => {
    const rounds = [newest - 100, newest - 101];
    const { made, source } = countedSource();
    const first = serveBeacon({ database: db.database, clock }, source);
    const expected = new Map(rounds.map((round) => [round, signRound(secret, round)]));
    expect(await first.signaturesOf(rounds)).toEqual(expected);
    expect(await first.signaturesOf(rounds)).toEqual(expected);
    const second = serveBeacon({ database: db.database, clock }, source);
    const found = await second.signaturesOf(rounds);
    expect([...found].map(([round, signature]) => [round, bytesToHex(signature)]).toSorted()).toEqual(
      [...expected].map(([round, signature]) => [round, bytesToHex(signature)]).toSorted(),
    );
    expect(made).toEqual(rounds);
  });

  test("that two ask for at once are made once", async () => {
    const { made, source } = countedSource();
    const racing = serveBeacon({ database: db.database, clock }, source);
    const round = newest - 200;
    const answers = await Promise.all([racing.signaturesOf([round]), racing.signaturesOf([round])]);
    expect(answers.map((answer) => answer.get(round))).toEqual([signRound(secret, round), signRound(secret, round)]);
    expect(made).toEqual([round]);
  });

  test("of a span come in order, whatever of them is stored already", async () => {
    const from = newest - 320;
    await beacon.signaturesOf([from + 3, from + 9]);
    const { made, source } = countedSource();
    const spanning = serveBeacon({ database: db.database, clock }, source);
    const hexes = (await spanning.signaturesIn({ from, to: from + 12 }))?.map((signature) => bytesToHex(signature));
    expect(hexes).toEqual(Array.from({ length: 12 }, (_, i) => bytesToHex(signRound(secret, from + i))));
    expect(made).toHaveLength(10);
    expect(await spanning.signaturesIn({ from, to: from + 12 })).toHaveLength(12);
    expect(made).toHaveLength(10);
  });

  test("of a span that reaches into the future are none", async () => {
    expect(await beacon.signaturesIn({ from: newest - 1, to: newest + 2 })).toBeNull();
    expect(await beacon.signaturesIn({ from: newest - 1, to: newest + 1 })).toHaveLength(2);
    expect(await beacon.signaturesIn({ from: 0, to: 2 })).toBeNull();
    expect(await beacon.signaturesIn({ from: newest, to: newest })).toEqual([]);
    expect(await beacon.signaturesIn({ from: 1, to: 1_000_002 })).toBeNull();
  });

  test("beyond what one call may make are had by asking again", async () => {
    const { made, source } = countedSource(5);
    const slow = serveBeacon({ database: db.database, clock }, source);
    const range = { from: newest - 408, to: newest - 400 };
    expect(await slow.signaturesIn(range)).toBeNull();
    expect(made).toHaveLength(5);
    expect(await slow.signaturesIn(range)).toHaveLength(8);
    expect(made).toHaveLength(8);
  });

  test("that the source does not have now are left out, and asked for again", async () => {
    let isAway = true;
    const { source } = countedSource();
    const signatureOf = async (round: number) => (isAway ? null : await source.signatureOf(round));
    const flaky = serveBeacon({ database: db.database, clock }, { ...source, signatureOf });
    const round = newest - 500;
    expect((await flaky.signaturesOf([round])).size).toBe(0);
    expect(await flaky.signaturesIn({ from: round, to: round + 1 })).toBeNull();
    isAway = false;
    expect((await flaky.signaturesOf([round])).has(round)).toBe(true);
  });

  test("of another chain in the same table are not ours", async () => {
    const other = createOwnChain({ secretKey: redact(new Uint8Array(32).fill(9)), period: PERIOD });
    const others = serveBeacon({ database: db.database, clock }, other);
    await beacon.signaturesOf([newest]);
    const signature = (await others.signaturesOf([newest])).get(newest);
    expect(signature !== undefined && verifyRound(other.chain, { round: newest, signature })).toBe(true);
  });
});

describe("over HTTP, in drand's form", () => {
  const get = (url: string) => http.inject({ method: "GET", url });

  test("the newest round is not kept by anybody", async () => {
    const answer = await get("/beacon/public/latest");
    const round = beaconRoundSchema.parse(answer.json());
    const signature = hexToBytes(round.signature) ?? new Uint8Array();
    expect(round).toMatchObject({ round: newest, randomness: bytesToHex(randomnessOf(signature)) });
    expect(verifyRound(chain, { round: newest, signature })).toBe(true);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.headers["content-type"]).toContain("application/json");
  });

  test("a round may be kept for ever", async () => {
    const answer = await get(`/beacon/public/${newest - 1}`);
    expect(answer.json()).toMatchObject({ round: newest - 1, signature: bytesToHex(signRound(secret, newest - 1)) });
    expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  });

  test.each(["0", "-1", "1.5", "1e3", "x", "01", "9".repeat(15), "9".repeat(40)])(
    "there is no round %s",
    async (round) => {
      const answer = await get(`/beacon/public/${round}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.headers["cache-control"]).toBe("no-store");
    },
  );

  test("a round to come is not found until its time", async () => {
    expect((await get(`/beacon/public/${newest + 1}`)).statusCode).toBe(404);
    clock.set(NOW_MS + PERIOD * SECOND_MS);
    expect((await get(`/beacon/public/${newest + 1}`)).statusCode).toBe(200);
  });

  test("a round of long ago is answered where somebody needed it, and makes no work otherwise", async () => {
    const old = roundAt(chain, (NOW_MS - 2 * DAY_MS) / SECOND_MS);
    const before = await stored();
    expect((await get(`/beacon/public/${old}`)).statusCode).toBe(404);
    expect(await stored()).toEqual(before);
    await beacon.signaturesOf([old]);
    expect((await get(`/beacon/public/${old}`)).json()).toMatchObject({ round: old });
  });

  test("the chain says what it is", async () => {
    const info = beaconInfoSchema.parse((await get("/beacon/info")).json());
    expect(info).toEqual({
      public_key: bytesToHex(chain.publicKey),
      period: PERIOD,
      genesis_time: 1_700_000_000,
      schemeID: "bls-unchained-g1-rfc9380",
    });
  });

  test("says that it cannot, where no relay answers", async () => {
    const { source } = countedSource();
    const silent = serveBeacon(
      { database: db.database, clock },
      {
        ...source,
        chain: { ...source.chain, publicKey: new Uint8Array(96) },
        signatureOf: async () => null,
      },
    );
    const app = await createTestHttp([silent], async () => ({ ok: false, error: "DEVICE_SIGNATURE_INVALID" }));
    const answer = await app.inject({ method: "GET", url: "/beacon/public/latest" });
    expect([answer.statusCode, answer.json().code]).toEqual([503, "UNAVAILABLE"]);
    await app.close();
  });
});

test("a person's transaction adds no round", async () => {
  const personId = "018f0000-0000-7000-8000-000000000000" as PersonId;
  const add = transact(db.database, personActor(personId), (transaction) =>
    sql`insert into beacon_round values (${new Uint8Array(16)}, 1, ${new Uint8Array(48)})`.execute(transaction),
  );
  await expect(add).rejects.toThrow("row-level security");
});

const personActor = (personId: PersonId) => ({ kind: "person", personId }) as const;
