import { isSignedBy, logEntryOf, readStatement, signStatement } from "@underseal/evidence";
import {
  bytesToBase64,
  bytesToBase64Url,
  HOUR_MS,
  SECOND_MS,
  slotEndMs,
  slotOf,
  utf8ToBytes,
} from "@underseal/foundation";
import { decodeVerifierKey, verifyTlogProof } from "@underseal/tlog";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { registerStatement } from "../../src/evidence/register.ts";
import { databaseErrorCode } from "../../src/platform/postgres/database.ts";
import { systemActor, transact } from "../../src/platform/postgres/transact.ts";
import { after, createTracker, signRecord, type Tracker } from "./tracker.ts";
import {
  codeOf,
  createWorld,
  NINE_MS,
  personActor,
  random,
  randomHash,
  send,
  type TestContract,
  type TestDevice,
  toSeconds,
  type World,
} from "./world.ts";

let world: World;
let contract: TestContract;
let device: TestDevice;
let tracker: Tracker;

const SLOT = slotOf(NINE_MS);

let client: TestContract["client"];

beforeAll(async () => {
  world = await createWorld();
  client = await world.addPerson("client");
});
afterAll(() => world.stop());

beforeEach(async () => {
  world.clock.set(NINE_MS - HOUR_MS);
  contract = await world.addContract({ client });
  device = await world.addDevice(contract.freelancer);
  tracker = createTracker(world, contract, device);
  world.clock.set(NINE_MS);
});

const startRun = async () => expect(codeOf(await tracker.start())).toBe("ok");

test("an admitted record is answered with its own bytes, a signed arrival and a proof in the log", async () => {
  const start = tracker.signStart();
  const answer = await send(world, start);
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  expect(answer.value.envelope).toEqual(start.envelope);
  const arrival = readStatement(answer.value.arrival, "arrival");
  if (!arrival.ok) throw new Error(arrival.error.detail);
  expect(isSignedBy(arrival.value, [world.platform.publicKey])).toBe(true);
  expect(arrival.value.body).toEqual({
    contract: contract.contractId,
    statement: bytesToBase64Url(start.hash),
    at: toSeconds(NINE_MS),
  });
  const key = decodeVerifierKey(world.log.verifierKey);
  if (!key.ok) throw new Error(key.error.sentence);
  const entry = logEntryOf(start.hash);
  expect(verifyTlogProof({ text: answer.value.proof ?? "", entry, logKeys: [key.value] }).ok).toBe(true);
});

describe("form", () => {
  test.each([
    ["not an envelope", { hello: "world" }, "ENVELOPE_INVALID"],
    [
      "a statement of an unknown name",
      {
        payloadType: "application/vnd.underseal.nothing.v1+json",
        payload: "",
        signatures: [{ keyid: "a", sig: bytesToBase64(new Uint8Array(64)) }],
      },
      "ENVELOPE_INVALID",
    ],
    [
      "JSON in another spelling",
      {
        payloadType: "application/vnd.underseal.start.v1+json",
        payload: bytesToBase64(utf8ToBytes('{ "a": 1 }')),
        signatures: [{ keyid: "a", sig: bytesToBase64(new Uint8Array(64)) }],
      },
      "BODY_NOT_CANONICAL",
    ],
    [
      "fields of no record",
      {
        payloadType: "application/vnd.underseal.start.v1+json",
        payload: bytesToBase64(utf8ToBytes('{"a":1}')),
        signatures: [{ keyid: "a", sig: bytesToBase64(new Uint8Array(64)) }],
      },
      "SCHEMA_INVALID",
    ],
  ])("%s", async (_, input, code) => {
    expect(codeOf(await registerStatement(world, input))).toBe(code);
  });

  test("a statement that no device writes", async () => {
    expect(codeOf(await send(world, contract.terms))).toBe("ENVELOPE_INVALID");
  });
});

describe("signature and device", () => {
  test("a key that no enrolled device has", async () => {
    const stranger = { ...device, secretKey: random.bytes(32) };
    const link = tracker.link();
    const start = signRecord("start", { contract, device: stranger, link }, tracker.signStart().body);
    expect(codeOf(await send(world, start))).toBe("DEVICE_UNKNOWN");
  });

  test("a signature over other bytes", async () => {
    const [start, other] = [tracker.signStart(), tracker.signStart()];
    const envelope = { ...start.envelope, signatures: other.envelope.signatures };
    expect(codeOf(await registerStatement(world, envelope))).toBe("SIGNATURE_INVALID");
  });

  test("a second signature beside the device's", async () => {
    const { body } = tracker.signStart();
    const twice = signStatement("start", body, [device.secretKey, device.secretKey]);
    expect(codeOf(await send(world, twice))).toBe("SIGNATURE_INVALID");
  });

  test("a device that signs for another", async () => {
    const other = await world.addDevice(contract.freelancer);
    const start = signStatement("start", tracker.signStart().body, [other.secretKey]);
    expect(codeOf(await send(world, start))).toBe("DEVICE_UNKNOWN");
  });

  test("a revoked device; what it had delivered before is answered as it was", async () => {
    const start = tracker.signStart();
    expect(codeOf(await tracker.step(start))).toBe("ok");
    expect((await world.revoke(device)).ok).toBe(true);
    expect(codeOf(await tracker.step(tracker.signCapture(1)))).toBe("DEVICE_REVOKED");
    expect(codeOf(await send(world, start))).toBe("ok");
  });

  test("a record from before the device was certified", async () => {
    const at = toSeconds(NINE_MS - HOUR_MS) - 1;
    expect(codeOf(await tracker.start({ at }))).toBe("DEVICE_UNKNOWN");
  });
});

describe("terms", () => {
  test("terms that nobody signed", async () => {
    expect(codeOf(await tracker.start({ terms: randomHash() }))).toBe("TERMS_NOT_IN_FORCE");
  });

  test("terms of another contract of the same two", async () => {
    const other = await world.addContract({ client: contract.client, freelancer: contract.freelancer });
    expect(codeOf(await tracker.start({ terms: bytesToBase64Url(other.terms.hash) }))).toBe("TERMS_NOT_IN_FORCE");
  });

  test("a device of somebody else", async () => {
    const stranger = await world.addPerson("freelancer");
    const foreign = createTracker(world, contract, await world.addDevice(stranger));
    expect(codeOf(await foreign.start())).toBe("TERMS_NOT_IN_FORCE");
  });

  test("a run that starts in the middle of the slot in which the terms begin is under them", async () => {
    world.clock.set(NINE_MS + 250_500);
    const fresh = await world.addContract({ client, freelancer: contract.freelancer });
    const run = createTracker(world, fresh, await world.addDevice(contract.freelancer));
    expect(codeOf(await run.start())).toBe("ok");
    world.clock.set(slotEndMs(SLOT));
    expect(codeOf(await run.segment(SLOT, { minutes: 5 }))).toBe("ok");
  });

  test.each([
    [0, "ok"],
    [1, "TERMS_NOT_IN_FORCE"],
  ])("a start %i seconds before the terms begin: %s", async (seconds, code) => {
    world.clock.set(NINE_MS - 10 * SECOND_MS);
    const early = await world.addDevice(contract.freelancer);
    const later = await world.addContract({
      client,
      freelancer: contract.freelancer,
      terms: { validFrom: toSeconds(NINE_MS) },
    });
    world.clock.set(NINE_MS);
    const run = createTracker(world, later, early);
    expect(codeOf(await run.start({ at: toSeconds(NINE_MS) - seconds }))).toBe(code);
  });
});

describe("chain", () => {
  test("a replay is answered from what was stored, also when the chain has moved on", async () => {
    const start = tracker.signStart();
    const first = await tracker.step(start);
    await tracker.trackSlot(SLOT);
    world.clock.advance(HOUR_MS);
    const before = await world.count("record");
    const again = await send(world, start);
    if (!first.ok || !again.ok) throw new Error("both are answered");
    expect([again.value.envelope, again.value.arrival]).toEqual([first.value.envelope, first.value.arrival]);
    expect(again.value.proof).not.toBeNull();
    expect(await world.count("record")).toBe(before);
  });

  test("a gap, and a wrong `prev`", async () => {
    await startRun();
    expect(codeOf(await tracker.start({ seq: 2 }))).toBe("CHAIN_BROKEN");
    expect(codeOf(await tracker.start({ prev: randomHash() }))).toBe("CHAIN_BROKEN");
  });

  test("a second body with a number that is taken is refused, and kept once", async () => {
    await startRun();
    const before = await world.count("record_conflict");
    const other = tracker.signStart({ seq: 0, prev: bytesToBase64Url(new Uint8Array(32)) });
    expect(codeOf(await send(world, other))).toBe("SEQUENCE_TAKEN");
    expect(codeOf(await send(world, other))).toBe("SEQUENCE_TAKEN");
    expect(await world.count("record_conflict")).toBe(before + 1);
  });

  test.each(["first", "second"])("of racers with the %s number one is admitted", async (place) => {
    if (place === "second") await startRun();
    const racers = Array.from({ length: 6 }, () => tracker.signStart());
    const codes = (await Promise.all(racers.map((racer) => send(world, racer)))).map(codeOf);
    expect(codes.toSorted()).toEqual([...Array.from({ length: 5 }, () => "SEQUENCE_TAKEN"), "ok"]);
  });

  test.each(["first", "second"])(
    "the %s record many times at once is stored once and answered alike",
    async (place) => {
      if (place === "second") await startRun();
      const start = tracker.signStart();
      const answers = await Promise.all(Array.from({ length: 6 }, () => send(world, start)));
      const arrivals = new Set(answers.map((answer) => (answer.ok ? answer.value.arrival.payload : codeOf(answer))));
      expect(arrivals.size).toBe(1);
      expect(codeOf(await tracker.step(start))).toBe("ok");
    },
  );
});

describe("rows", () => {
  test("are append-only for the app, and shown to the two parties alone", async () => {
    await startRun();
    for (const statement of ["update record set slot = 1", "delete from record", "delete from segment"]) {
      const changed = transact(world.database, systemActor, (t) => sql.raw(statement).execute(t));
      expect(await changed.then(() => "done", databaseErrorCode)).toBe("42501");
    }
    const stranger = await world.addPerson("client");
    const seenBy = async (who: { readonly personId: typeof stranger.personId }) =>
      transact(world.database, personActor(who.personId), async (t) => {
        const { rows } = await sql`select seq from record where contract_id = ${contract.contractId}`.execute(t);
        return rows.length;
      });
    expect([await seenBy(contract.client), await seenBy(contract.freelancer), await seenBy(stranger)]).toEqual([
      1, 1, 0,
    ]);
  });

  test("what was signed is stored byte for byte", async () => {
    const start = tracker.signStart();
    await send(world, start);
    const { rows } = await world.system((t) =>
      sql<{ body: Uint8Array; signature: Uint8Array }>`
        select body, signature from record where hash = ${start.hash}`.execute(t),
    );
    expect(rows[0]?.body).toEqual(Buffer.from(start.bodyBytes));
    expect(rows[0]?.signature).toEqual(Buffer.from(start.signatures[0]?.signature ?? []));
    expect(after(start).seq).toBe(1);
  });
});
