import { generateKeyPairSync, sign } from "node:crypto";
import { DEVICE_SIGNATURE_AGE_MAX_SECONDS, signRequest } from "@underseal/api";
import { keyIdOf, logEntryOf, readStatement } from "@underseal/evidence";
import { assert, bytesToBase64Url, DAY_MS, MINUTE_MS, reveal, SECOND_MS } from "@underseal/foundation";
import { signEd25519, verifyTlogProof } from "@underseal/tlog";
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createDevices, type Devices } from "../../src/devices/index.ts";
import { type Log, revocationSubject } from "../../src/log/index.ts";
import { databaseErrorCode } from "../../src/platform/postgres/database.ts";
import { systemActor, transact } from "../../src/platform/postgres/transact.ts";
import { keyOf, openTestLog } from "../log/support.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  addPerson,
  announce,
  ask,
  certify,
  clock,
  createTestHttp,
  enrol,
  NOW_MS,
  newDevice,
  people,
  random,
  revocationOf,
  type TestDevice,
  type TestPerson,
  toSeconds,
} from "./support.ts";

let db: TestDatabase;
let devices: Devices;
let log: Log;
let http: FastifyInstance;
let owner: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  db = await createTestDatabase();
  log = await openTestLog(db.database);
  devices = createDevices({ database: db.database, clock, random, people, log });
  owner = await addPerson(db.database, "freelancer");
  stranger = await addPerson(db.database, "freelancer");
});
// Its limits count per minute of real time, so each test has its own.
const restart = async () => {
  await http?.close();
  http = await createTestHttp([devices], devices.authenticate);
};
beforeAll(restart);
afterEach(async () => {
  clock.set(NOW_MS);
  await restart();
});
afterAll(async () => {
  await http.close();
  await log.stop();
  await db.stop();
});

const enrolWith = (certificate: unknown, by = owner) => ask(http, { url: "/v1/devices", by, body: { certificate } });
const makeCode = async (by = owner): Promise<string> =>
  (await ask(http, { method: "POST", url: "/v1/device-codes", by })).code;
const bodyOf = (code: string, device: TestDevice) => ({
  code,
  deviceId: device.deviceId,
  sign: bytesToBase64Url(device.publicKey),
});
const request = (body: unknown) => ask(http, { url: "/v1/device-enrolments", body });

describe("enrolment codes", () => {
  test("a device that has the code learns its owner, and its owner sees it waiting", async () => {
    const device = newDevice();
    expect((await announce(http, owner, device)).answer).toEqual({ personId: owner.personId });
    const { enrolments } = await ask(http, { url: "/v1/device-enrolments", by: owner });
    expect(enrolments).toContainEqual({
      deviceId: device.deviceId,
      sign: bytesToBase64Url(device.publicKey),
      requestedAtMs: NOW_MS,
    });
    expect(await ask(http, { url: "/v1/device-enrolments", by: stranger })).toEqual({ enrolments: [] });
  });

  test("a code lasts ten minutes, and is kept as a hash only", async () => {
    const made = await ask(http, { method: "POST", url: "/v1/device-codes", by: owner });
    expect(made.code).toMatch(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/);
    expect(made.expiresAtMs).toBe(NOW_MS + 10 * MINUTE_MS);
    const { rows } = await sql<{ text: string }>`select device_code::text as text from device_code`.execute(
      db.database.kysely,
    );
    expect(JSON.stringify(rows)).not.toContain(made.code);
  });

  test.each([
    [10 * MINUTE_MS - 1, { personId: expect.any(String) }],
    [10 * MINUTE_MS, { code: "ENROLMENT_CODE_INVALID" }],
  ])("used after %i ms", async (afterMs, answer) => {
    const code = await makeCode();
    clock.advance(afterMs);
    expect(await request(bodyOf(code, newDevice()))).toEqual(answer);
  });

  test("a code is good for one device; the same request may be sent again", async () => {
    const { body, answer } = await announce(http, owner, newDevice());
    expect(await request(body)).toEqual(answer);
    expect(await request(bodyOf(body.code, newDevice()))).toEqual({ code: "ENROLMENT_CODE_INVALID" });
    const otherKey = { ...body, sign: bytesToBase64Url(newDevice().publicKey) };
    expect(await request(otherKey)).toEqual({ code: "ENROLMENT_CODE_INVALID" });
  });

  test("of two devices with one code at once, one is heard", async () => {
    const code = await makeCode();
    const answers = await Promise.all([request(bodyOf(code, newDevice())), request(bodyOf(code, newDevice()))]);
    expect(answers.filter(({ personId }) => personId === owner.personId)).toHaveLength(1);
  });

  test("a new code ends the one before", async () => {
    const first = await makeCode();
    const second = await makeCode();
    expect(await request(bodyOf(first, newDevice()))).toEqual({ code: "ENROLMENT_CODE_INVALID" });
    expect(await request(bodyOf(second, newDevice()))).toEqual({ personId: owner.personId });
  });

  test("guessing is slow: ten tries a minute", async () => {
    const codes = [];
    for (let i = 0; i < 12; i += 1) codes.push((await request(bodyOf("ABCD-EFGH", newDevice()))).code);
    expect(codes).toEqual([...Array(10).fill("ENROLMENT_CODE_INVALID"), "RATE_LIMITED", "RATE_LIMITED"]);
  });

  test.each([
    ["a key of small order", new Uint8Array(32)],
    ["no point of the curve", Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 2 : 0))],
  ])("%s is no device key, and does not use the code up", async (_, publicKey) => {
    const code = await makeCode();
    expect(await request(bodyOf(code, { ...newDevice(), publicKey }))).toEqual({ code: "PUBLIC_KEY_INVALID" });
    expect(await request(bodyOf(code, newDevice()))).toEqual({ personId: owner.personId });
  });

  test.each(["ABCD-EFG", "ABCDEFGH", "ABCI-EFGH", "abcd-efgh", "ABC0-EFGH"])("%s is no code", async (code) => {
    expect((await request(bodyOf(code, newDevice()))).code).toBe("INVALID_REQUEST");
  });
});

describe("a certificate", () => {
  test("enrols the device that asked, with the bytes that were signed", async () => {
    const device = newDevice();
    await announce(http, owner, device);
    const certificate = certify(owner, device);
    const enrolled = await enrolWith(certificate);
    expect(enrolled).toEqual({
      deviceId: device.deviceId,
      personId: owner.personId,
      state: "enrolled",
      sign: bytesToBase64Url(device.publicKey),
      certificate,
      enrolledAtMs: NOW_MS,
    });
    expect(await enrolWith(certificate)).toEqual(enrolled);
    const listed = await ask(http, { url: "/v1/devices", by: owner });
    expect(listed.devices).toContainEqual(enrolled);
    expect(await ask(http, { url: "/v1/devices", by: stranger })).toEqual({ devices: [] });
    const waiting = await ask(http, { url: "/v1/device-enrolments", by: owner });
    expect(JSON.stringify(waiting)).not.toContain(device.deviceId);
  });

  test("sent twice at once enrols once, and both are answered", async () => {
    const device = newDevice();
    await announce(http, owner, device);
    const certificate = certify(owner, device);
    const [one, two] = await Promise.all([enrolWith(certificate), enrolWith(certificate)]);
    expect(one).toEqual(two);
    expect(one.deviceId).toBe(device.deviceId);
  });

  const from = toSeconds(NOW_MS);
  const days90 = (90 * DAY_MS) / SECOND_MS;
  test.each([
    ["90 days", { notBefore: from, notAfter: from + days90 }, undefined],
    ["90 days and a second", { notBefore: from, notAfter: from + days90 + 1 }, "SCHEMA_INVALID"],
    ["no time", { notBefore: from, notAfter: from }, "SCHEMA_INVALID"],
    ["from in five minutes", { notBefore: from + 300 }, undefined],
    ["from in five minutes and a second", { notBefore: from + 301 }, "SCHEMA_INVALID"],
    ["until a second from now", { notBefore: from - 100, notAfter: from + 1 }, undefined],
    ["until now", { notBefore: from - 100, notAfter: from }, "SCHEMA_INVALID"],
    ["another generation", { generation: 2 }, "NOT_ALLOWED"],
    ["a key of small order", { sign: bytesToBase64Url(new Uint8Array(32)) }, "PUBLIC_KEY_INVALID"],
    ["another key than asked for", { sign: bytesToBase64Url(newDevice().publicKey) }, "NOT_ALLOWED"],
    ["another device than asked", { device: newDevice().deviceId }, "NOT_ALLOWED"],
  ])("for %s", async (_, changes, code) => {
    const device = newDevice();
    await announce(http, owner, device);
    const outcome = await enrolWith(certify(owner, device, { notAfter: from + days90, ...changes }));
    expect(outcome.code).toBe(code);
  });

  test("signed by anybody else's key is refused", async () => {
    const device = newDevice();
    await announce(http, owner, device);
    const foreign = certify(owner, device, {}, reveal(stranger.keys.signing.secretKey));
    expect(await enrolWith(foreign)).toEqual({ code: "SIGNATURE_INVALID" });
    expect(await enrolWith(certify(owner, device, {}, device.secretKey))).toEqual({ code: "SIGNATURE_INVALID" });
  });

  test("of one person cannot be used by another", async () => {
    const device = newDevice();
    await announce(http, owner, device);
    expect((await enrolWith(certify(owner, device), stranger)).code).toBe("NOT_ALLOWED");
    expect((await enrolWith(certify(stranger, device), stranger)).code).toBe("NOT_ALLOWED");
  });

  test("needs published account keys", async () => {
    const keyless = await addPerson(db.database, "freelancer", { hasKeys: false });
    const device = newDevice();
    await announce(http, keyless, device);
    expect((await enrolWith(certify(keyless, device), keyless)).code).toBe("NOT_ALLOWED");
  });

  test("for a key that is enrolled already is refused, also to the same person", async () => {
    const device = await enrol(http, owner);
    const again = { ...newDevice(), publicKey: device.publicKey };
    await announce(http, stranger, again);
    expect((await enrolWith(certify(stranger, again), stranger)).code).toBe("NOT_ALLOWED");
    await announce(http, owner, again);
    expect((await enrolWith(certify(owner, again))).code).toBe("NOT_ALLOWED");
  });

  test("that waits longer than a day is too late", async () => {
    const device = newDevice();
    await announce(http, owner, device);
    clock.advance(DAY_MS);
    expect((await enrolWith(certify(owner, device))).code).toBe("NOT_ALLOWED");
  });

  test("that is malformed is refused by what is wrong with it", async () => {
    const device = newDevice();
    await announce(http, owner, device);
    const good = certify(owner, device);
    const json = Buffer.from(good.payload, "base64").toString();
    const withPayload = (text: string) => ({ ...good, payload: Buffer.from(text).toString("base64") });
    expect((await enrolWith({ ...good, payloadType: "application/vnd.underseal.terms.v1+json" })).code).toBe(
      "SCHEMA_INVALID",
    );
    expect((await enrolWith({ ...good, payloadType: "application/json" })).code).toBe("ENVELOPE_INVALID");
    expect((await enrolWith(withPayload(json.replace("{", "{ ")))).code).toBe("BODY_NOT_CANONICAL");
    expect((await enrolWith(withPayload(json.replace('"device"', '"devise"')))).code).toBe("SCHEMA_INVALID");
    expect((await enrolWith(withPayload(json.replace('"generation":1', '"generation":0')))).code).toBe("NOT_ALLOWED");
    const shifted = json.replace(/"notAfter":(\d+)/, (_, seconds) => `"notAfter":${Number(seconds) - 1}`);
    expect((await enrolWith(withPayload(shifted))).code).toBe("SIGNATURE_INVALID");
    expect((await enrolWith({ ...good, signatures: [] })).code).toBe("INVALID_REQUEST");
    expect((await enrolWith({ ...good, signatures: [...good.signatures, ...good.signatures] })).code).toBe(
      "SIGNATURE_INVALID",
    );
  });
});

describe("a device's requests", () => {
  const signed = (device: TestDevice, { path = "/v1/device", atMs = clock.now() } = {}) =>
    signRequest(
      { method: "GET", path, body: null },
      {
        createdSeconds: toSeconds(atMs),
        publicKey: device.publicKey,
        sign: (message) => signEd25519({ seed: device.secretKey, message }),
      },
    );
  const askAs = (headers: Record<string, string>) => ask(http, { url: "/v1/device", headers });

  test("are known by their signature", async () => {
    const device = await enrol(http, owner);
    expect(await askAs(signed(device))).toMatchObject({ deviceId: device.deviceId, personId: owner.personId });
  });

  test("of a device whose key is in a security chip are known too, and its key is enrolled like any other", async () => {
    const chip = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const publicKey = new Uint8Array(chip.publicKey.export({ format: "der", type: "spki" }).subarray(-65));
    const device = { ...newDevice(), publicKey };
    await announce(http, owner, device);
    const certificate = certify(owner, device);
    const enrolled = await ask(http, { method: "POST", url: "/v1/devices", by: owner, body: { certificate } });
    expect(enrolled).toMatchObject({ deviceId: device.deviceId, sign: bytesToBase64Url(publicKey) });
    const dsaEncoding = "ieee-p1363";
    const headers = signRequest(
      { method: "GET", path: "/v1/device", body: null },
      {
        createdSeconds: toSeconds(clock.now()),
        publicKey,
        sign: (message) => new Uint8Array(sign("sha256", message, { key: chip.privateKey, dsaEncoding })),
      },
    );
    expect(await askAs(headers)).toMatchObject({ deviceId: device.deviceId, personId: owner.personId });
    const offCurve = {
      ...device,
      deviceId: newDevice().deviceId,
      publicKey: publicKey.map((b, i) => (i === 9 ? b ^ 1 : b)),
    };
    expect((await announce(http, owner, offCurve)).answer).toEqual({ code: "PUBLIC_KEY_INVALID" });
  });

  test.each([
    [DEVICE_SIGNATURE_AGE_MAX_SECONDS, undefined],
    [DEVICE_SIGNATURE_AGE_MAX_SECONDS + 1, "DEVICE_SIGNATURE_INVALID"],
    [-DEVICE_SIGNATURE_AGE_MAX_SECONDS, undefined],
    [-DEVICE_SIGNATURE_AGE_MAX_SECONDS - 1, "DEVICE_SIGNATURE_INVALID"],
  ])("signed %i s ago", async (ageSeconds, code) => {
    const device = await enrol(http, owner);
    const headers = signed(device, { atMs: NOW_MS - ageSeconds * SECOND_MS });
    expect((await askAs(headers)).code).toBe(code);
  });

  test.each([
    ["the end of the certificate", 90 * DAY_MS - 1, undefined],
    ["its end", 90 * DAY_MS, "DEVICE_SIGNATURE_INVALID"],
  ])("are good until just before the certificate ends: %s", async (_, afterMs, code) => {
    const device = await enrol(http, owner);
    clock.advance(afterMs);
    expect((await askAs(signed(device))).code).toBe(code);
  });

  test("without, with another's, or with a changed signature are refused", async () => {
    const device = await enrol(http, owner);
    const good = signed(device);
    const unknown = signed(newDevice());
    expect(await askAs({})).toEqual({ code: "DEVICE_SIGNATURE_INVALID" });
    expect(await askAs(unknown)).toEqual({ code: "DEVICE_SIGNATURE_INVALID" });
    expect(await askAs({ ...good, signature: unknown.signature ?? "" })).toEqual({ code: "DEVICE_SIGNATURE_INVALID" });
    expect(await askAs(signed(device, { path: "/v1/devices" }))).toEqual({ code: "DEVICE_SIGNATURE_INVALID" });
    expect(await ask(http, { url: "/v1/device?x=1", headers: good })).toEqual({ code: "DEVICE_SIGNATURE_INVALID" });
    const renamed = good["signature-input"]?.replace(keyIdOf(device.publicKey), keyIdOf(newDevice().publicKey)) ?? "";
    expect(await askAs({ ...good, "signature-input": renamed })).toEqual({ code: "DEVICE_SIGNATURE_INVALID" });
  });

  test("of a revoked device are refused, for good; only its owner can revoke it", async () => {
    const device = await enrol(http, owner);
    const revoke = (by: TestPerson) => revokeWith(device, revocationOf(by, device), by);
    expect(await revoke(stranger)).toEqual({ code: "NOT_FOUND" });
    expect(await askAs(signed(device))).toMatchObject({ state: "enrolled" });
    const revoked = await revoke(owner);
    expect(revoked).toMatchObject({ deviceId: device.deviceId, state: "revoked" });
    clock.advance(1_000);
    expect(await revoke(owner)).toEqual(revoked);
    expect(await askAs(signed(device))).toEqual({ code: "DEVICE_REVOKED" });
    const record = await findDevice(device);
    expect(record).toMatchObject({ state: "revoked", revokedAtMs: NOW_MS });
    const { rows } = await sql<{ event: string }>`
      select event from device_event where device_id = ${device.deviceId} order by occurred_at, event`.execute(
      db.database.kysely,
    );
    expect(rows.map(({ event }) => event)).toEqual(["enrol", "revoke"]);
  });
});

const findDevice = ({ deviceId }: TestDevice) =>
  transact(db.database, systemActor, (transaction) => devices.findById(transaction, deviceId));
const revokeWith = ({ deviceId }: TestDevice, revocation: unknown, by = owner) =>
  ask(http, { url: `/v1/devices/${deviceId}/revocation`, by, body: { revocation } });

describe("a revocation", () => {
  test("is kept as it was signed, and logged", async () => {
    const device = await enrol(http, owner);
    const envelope = revocationOf(owner, device);
    await revokeWith(device, envelope);
    await revokeWith(device, revocationOf(owner, device));
    expect((await findDevice(device))?.revocation).toEqual(envelope);
    const statement = readStatement(envelope, "revocation");
    assert(statement.ok, "the revocation can be read");
    const text = await log.waitForProof(revocationSubject(device.deviceId), 10_000);
    const entry = logEntryOf(statement.value.hash);
    expect(verifyTlogProof({ text: text ?? "", entry, logKeys: [keyOf(log)] }).ok).toBe(true);
  });

  test.each<[string, (device: TestDevice) => unknown, string]>([
    ["of another person", (device) => revocationOf(owner, device, { person: stranger.personId }), "NOT_ALLOWED"],
    ["of another device", () => revocationOf(owner, newDevice()), "NOT_ALLOWED"],
    ["by keys of another generation", (device) => revocationOf(owner, device, { generation: 2 }), "NOT_ALLOWED"],
    ["signed by somebody else", (device) => revocationOf(owner, device, {}, random.bytes(32)), "SIGNATURE_INVALID"],
    ["signed by the device", (device) => revocationOf(owner, device, {}, device.secretKey), "SIGNATURE_INVALID"],
    ["that is a certificate", (device) => certify(owner, device), "ENVELOPE_INVALID"],
    ["dated back", (device) => revocationOf(owner, device, { at: toSeconds(NOW_MS) - 241 }), "SCHEMA_INVALID"],
    ["dated ahead", (device) => revocationOf(owner, device, { at: toSeconds(NOW_MS) + 241 }), "SCHEMA_INVALID"],
  ])("%s is refused, and the device goes on", async (_, make, code) => {
    const device = await enrol(http, owner);
    expect((await revokeWith(device, make(device))).code).toBe(code);
    expect(await findDevice(device)).toMatchObject({ state: "enrolled", revocation: null });
  });

  test.each([-240, 240])("by a clock that is %i seconds off is good", async (seconds) => {
    const device = await enrol(http, owner);
    const envelope = revocationOf(owner, device, { at: toSeconds(NOW_MS) + seconds });
    expect(await revokeWith(device, envelope)).toMatchObject({ state: "revoked" });
  });
});

describe("the front door", () => {
  test("finds a device by the key id of its records, with its certificate's times", async () => {
    const device = await enrol(http, owner);
    const record = await transact(db.database, systemActor, (t) => devices.findByKeyId(t, keyIdOf(device.publicKey)));
    assert(record !== null, "the device is found");
    expect(record).toMatchObject({ deviceId: device.deviceId, personId: owner.personId, generation: 1 });
    expect(record.sign).toEqual(device.publicKey);
    expect([record.notBeforeMs, record.notAfterMs]).toEqual([NOW_MS, NOW_MS + 90 * DAY_MS]);
    expect(readStatement(record.certificate, "device").ok).toBe(true);
    expect(
      await transact(db.database, systemActor, (t) => devices.findByKeyId(t, keyIdOf(newDevice().publicKey))),
    ).toBeNull();
  });

  test("shows a person their own devices only", async () => {
    const device = await enrol(http, owner);
    const seenBy = ({ personId }: TestPerson) =>
      transact(db.database, { kind: "person", personId }, (t) => devices.findById(t, device.deviceId));
    expect(await seenBy(stranger)).toBeNull();
    expect(await seenBy(owner)).not.toBeNull();
  });

  test.each([
    "update device set sign = sign",
    "update device set certificate = certificate",
    "delete from device",
    "delete from device_event",
  ])("nobody may: %s", async (statement) => {
    expect(
      await transact(db.database, systemActor, (t) => sql.raw(statement).execute(t)).catch(databaseErrorCode),
    ).toBe("42501");
  });
});
