import { STATEMENTS_MAX } from "@underseal/api";
import { type DeviceRecordName, type Statement, signStatement } from "@underseal/evidence";
import { bytesToBase64, bytesToBase64Url, err, HOUR_MS, redact, slotEndMs, slotOf } from "@underseal/foundation";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createArrivalSigner } from "../../src/evidence/admission/arrivals.ts";
import { createAdmission } from "../../src/evidence/admission/index.ts";
import { createEvidence, type EvidenceDeps } from "../../src/evidence/index.ts";
import { envelopeOf } from "../../src/evidence/store/rows.ts";
import { createHttpApp } from "../../src/platform/http/http-app.ts";
import { createLogger } from "../../src/platform/logger.ts";
import { createTracker, type Tracker } from "./tracker.ts";
import {
  codeOf,
  createWorld,
  NINE_MS,
  ROUND_SECONDS,
  random,
  type TestContract,
  toSeconds,
  type World,
} from "./world.ts";

// Records that are decided together are decided as if each had come alone, in their order.

let world: World;
let contract: TestContract;
let tracker: Tracker;
let client: TestContract["client"];

const SLOT = slotOf(NINE_MS);

beforeAll(async () => {
  world = await createWorld();
  client = await world.addPerson("client");
});
afterAll(() => world.stop());

const addTracker = async (of: TestContract): Promise<Tracker> =>
  createTracker(world, of, await world.addDevice(of.freelancer));

beforeEach(async () => {
  world.clock.set(NINE_MS - HOUR_MS);
  contract = await world.addContract({ client });
  tracker = await addTracker(contract);
  world.clock.set(NINE_MS);
});

/** A whole slot of a tracker, signed as one chain that nobody has seen yet. */
const signSlot = (of: Tracker) => {
  const start = of.signStart({ at: toSeconds(NINE_MS) });
  const at = toSeconds(slotEndMs(SLOT));
  const links = { seq: 1, prev: bytesToBase64Url(start.hash) };
  const capture = of.signCapture(toSeconds(NINE_MS) / ROUND_SECONDS + 5, { at, ...links });
  const named = bytesToBase64Url(capture.hash);
  const segment = of.signSegment(SLOT, { at, seq: 2, prev: named, captures: [named] });
  const disclosure = of.signDisclosure(capture, { at, seq: 3, prev: bytesToBase64Url(segment.hash) });
  return [start, capture, segment, disclosure] as const;
};

const after = ({ body, hash }: Statement<DeviceRecordName>) => ({ seq: body.seq + 1, prev: bytesToBase64Url(hash) });

const admit = async (statements: readonly { readonly envelope: unknown }[], by = world.admission) =>
  (await by.admit(statements.map(({ envelope }) => envelope))).map(codeOf);

test("a chain that was written offline is admitted in one request", async () => {
  world.clock.set(slotEndMs(SLOT));
  expect(await admit(signSlot(tracker))).toEqual(["ok", "ok", "ok", "ok"]);
  expect((await contract.funds()).heldMinor).toBe(1_000n);
});

test("what is refused leaves the others as they are; what follows it in its chain does not follow any more", async () => {
  world.clock.set(slotEndMs(SLOT));
  const other = await addTracker(await world.addContract({ client, terms: { validFrom: toSeconds(NINE_MS) - 60 } }));
  const [start, capture, segment, disclosure] = signSlot(tracker);
  const wrong = { envelope: { ...capture.envelope, payload: bytesToBase64(new Uint8Array(3)) } };
  const codes = await admit([start, wrong, other.signStart(), segment, disclosure]);
  expect(codes).toEqual(["ok", "BODY_NOT_CANONICAL", "ok", "CHAIN_BROKEN", "CHAIN_BROKEN"]);
});

test("one record twice in a request is stored once and answered alike", async () => {
  const start = tracker.signStart();
  const before = await world.count("record");
  const [first, second] = await world.admission.admit([start.envelope, start.envelope]);
  expect(first).toEqual(second);
  expect(await world.count("record")).toBe(before + 1);
});

test("of two with one number in a request the first is admitted, and the second kept", async () => {
  const before = await world.count("record_conflict");
  expect(await admit([tracker.signStart(), tracker.signStart()])).toEqual(["ok", "SEQUENCE_TAKEN"]);
  expect(await world.count("record_conflict")).toBe(before + 1);
});

test("two parts of one slot in a request take one claim and add up", async () => {
  const startedS = toSeconds(NINE_MS);
  const before = await world.count("slot_claim");
  world.clock.set(slotEndMs(SLOT));
  const first = tracker.signStart({ at: startedS });
  const half = tracker.signSegment(SLOT, { at: startedS + 240, ...after(first), minutes: 4, stop: true });
  const second = tracker.signStart({ at: startedS + 300, ...after(half) });
  const tooMuch = tracker.signSegment(SLOT, { ...after(second), minutes: 7 });
  const rest = tracker.signSegment(SLOT, { ...after(second), minutes: 5 });
  const codes = await admit([first, half, second, tooMuch, rest]);
  expect(codes).toEqual(["ok", "ok", "ok", "SLOT_TAKEN", "ok"]);
  expect(await world.count("slot_claim")).toBe(before + 1);
  expect((await contract.funds()).heldMinor).toBe(900n);
});

test("two devices of one person in one batch: the first in the request stands", async () => {
  const second = await addTracker(contract);
  world.clock.set(slotEndMs(SLOT));
  const [one, two] = [signSlot(tracker), signSlot(second)];
  expect(await admit([...one, ...two].filter(({ name }) => name !== "disclosure"))).toEqual([
    "ok",
    "ok",
    "ok",
    "ok",
    "ok",
    "SLOT_TAKEN",
  ]);
});

test("two servers that race for the slots of a person: each slot has one of them", async () => {
  const elsewhere = createAdmission(world.deps);
  const second = await addTracker(contract);
  world.clock.set(slotEndMs(SLOT));
  const codes = await Promise.all([admit(signSlot(tracker)), admit(signSlot(second), elsewhere)]);
  expect(codes.map((each) => each[2]).toSorted()).toEqual(["SLOT_TAKEN", "ok"]);
  await elsewhere.stop();
});

test("a record that cannot be stored for no fault of its own does not hold up the others", async () => {
  const faults: unknown[] = [];
  const { billing } = world.deps;
  const broken = createAdmission({
    ...world.deps,
    billing: {
      ...billing,
      recordSegment: (transaction, segment) => {
        if (segment.contractId === contract.contractId) throw new Error("no such account");
        return billing.recordSegment(transaction, segment);
      },
    },
    onFault: (error) => faults.push(error),
  });
  const sound = await addTracker(await world.addContract({ client, terms: { validFrom: toSeconds(NINE_MS) } }));
  world.clock.set(slotEndMs(SLOT));
  const [start, capture, segment] = signSlot(tracker);
  const other = signSlot(sound);
  expect(await admit([start, capture, ...other.slice(0, 2), segment, other[2]], broken)).toEqual([
    ...["ok", "ok", "ok", "ok", "INTERNAL"],
    "ok",
  ]);
  expect(faults).toHaveLength(1);
  await broken.stop();
});

test.each([1, 40])("%i arrivals that are written out are those that would be signed as statements", async (count) => {
  const secretKey = random.bytes(32);
  const { contractId } = contract;
  const arrived = Array.from({ length: count }, () => ({ contractId, statementHash: random.bytes(32) }));
  const written = await createArrivalSigner({ secretKey: redact(secretKey) })(arrived, NINE_MS + 999);
  const bodies = arrived.map(({ statementHash }) => ({
    ...{ contract: contractId, statement: bytesToBase64Url(statementHash), at: toSeconds(NINE_MS) },
  }));
  expect(written.map(envelopeOf)).toEqual(bodies.map((body) => signStatement("arrival", body, [secretKey]).envelope));
});

describe("over HTTP", () => {
  const serve = async (log: EvidenceDeps["log"]) => {
    const feature = createEvidence({ ...world.deps, log });
    const app = await createHttpApp({
      ...{ clock: world.clock, random, logger: createLogger({ level: "silent" }), features: [feature] },
      ...{ isReady: async () => true, origins: () => [], isHttps: false, rateLimitPerMinute: 0, webDir: "/nowhere" },
      authenticators: { findPerson: async () => null, findDevice: async () => err("DEVICE_SIGNATURE_INVALID") },
    });
    const post = (url: string, payload: object) => app.inject({ method: "POST", url, payload });
    return { post, stop: async () => await feature.stop?.() };
  };

  test("each record of a request is answered for itself", async () => {
    const { post, stop } = await serve(world.log);
    const start = tracker.signStart();
    const gap = tracker.signStart({ seq: 5 });
    const answer = await post("/v1/statements/batch", [start.envelope, gap.envelope, start.envelope]);
    expect(answer.statusCode).toBe(200);
    const [first, second, third] = answer.json();
    expect(first.ok.envelope).toEqual(start.envelope);
    expect(first.ok.proof).toMatch(/^c2sp.org\/tlog-proof@v1\n/);
    expect(third).toEqual(first);
    expect(second.problem).toMatchObject({ code: "CHAIN_BROKEN", status: 409 });
    await stop();
  });

  test.each([0, STATEMENTS_MAX + 1])("%i records are no request", async (count) => {
    const { post, stop } = await serve(world.log);
    const { envelope } = tracker.signStart();
    const answer = await post(
      "/v1/statements/batch",
      Array.from({ length: count }, () => envelope),
    );
    expect(answer.json().code).toBe("INVALID_REQUEST");
    await stop();
  });

  test("where the log is slow, the arrival is answered, and when to ask again", async () => {
    const { post, stop } = await serve({ ...world.log, waitForProof: async () => null });
    const start = tracker.signStart();
    const one = await post("/v1/statements", start.envelope);
    const many = await post("/v1/statements/batch", [start.envelope]);
    for (const { statusCode, headers } of [one, many]) {
      expect([statusCode, headers["retry-after"]]).toEqual([202, "20"]);
    }
    expect(one.json()).toMatchObject({ envelope: start.envelope, proof: null });
    expect(many.json()).toEqual([{ ok: one.json() }]);
    await stop();
    const proven = await serve(world.log);
    expect((await proven.post("/v1/statements", start.envelope)).json().arrival).toEqual(one.json().arrival);
    await proven.stop();
  });
});
