import { signRequest } from "@underseal/api";
import { beaconKeyOf, type Envelope, logEntryOf, readStatement } from "@underseal/evidence";
import { assert, bytesToBase64Url, type ContractId, MINUTE_MS, SECOND_MS } from "@underseal/foundation";
import { decodeVerifierKey, signEd25519, verifyTlogProof } from "@underseal/tlog";
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Contracts, createContracts } from "../../src/contracts/index.ts";
import { createDevices } from "../../src/devices/index.ts";
import { depositAccount, hold, providerCash, transfer } from "../../src/ledger/index.ts";
import { type Log, termsSubject } from "../../src/log/index.ts";
import { databaseErrorCode } from "../../src/platform/postgres/database.ts";
import { systemActor, type Transaction, transact } from "../../src/platform/postgres/transact.ts";
import {
  addPerson,
  ask,
  clock,
  createTestHttp,
  enrol,
  NOW_MS,
  newId,
  random,
  type TestPerson,
  toSeconds,
} from "../devices/support.ts";
import { openTestLog } from "../log/support.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  deposits,
  people,
  pinned,
  platformOf,
  policyOf,
  signAlso,
  signBy,
  type TermsBody,
  termsOf,
} from "./support.ts";

const OTHER_BEACON = bytesToBase64Url(beaconKeyOf(new Uint8Array(32)));

let db: TestDatabase;
let log: Log;
let contracts: Contracts;
let http: FastifyInstance;
let client: TestPerson;
let freelancer: TestPerson;
let otherClient: TestPerson;
let otherFreelancer: TestPerson;

beforeAll(async () => {
  db = await createTestDatabase();
  const { database } = db;
  log = await openTestLog(database);
  contracts = createContracts({ database, clock, people, deposits, log, platform: platformOf(log.verifierKey) });
  const devices = createDevices({ database, clock, random, people, log });
  http = await createTestHttp([contracts, devices], devices.authenticate);
  client = await addPerson(database, "client");
  freelancer = await addPerson(database, "freelancer");
  otherClient = await addPerson(database, "client");
  otherFreelancer = await addPerson(database, "freelancer");
});
afterEach(() => clock.set(NOW_MS));
afterAll(async () => {
  await http.close();
  await log.stop();
  await db.stop();
});

const good = (changes: Partial<TermsBody> = {}) => termsOf({ client, freelancer }, log.verifierKey, changes);
const propose = (terms: Envelope, by = client) => ask(http, { url: "/v1/contracts", by, body: { terms } });
const accept = (contractId: string, terms: Envelope, by = freelancer) =>
  ask(http, { url: `/v1/contracts/${contractId}/acceptance`, by, body: { terms } });
const asSystem = <T>(work: (transaction: Transaction) => Promise<T>) => transact(db.database, systemActor, work);
const hashOf = (envelope: Envelope): Uint8Array => {
  const statement = readStatement(envelope, "terms");
  assert(statement.ok, "the terms can be read");
  return statement.value.hash;
};

/** A contract in force. */
const conclude = async (changes: Partial<TermsBody> = {}) => {
  const body = good(changes);
  const proposal = signBy(body, client);
  await propose(proposal);
  const terms = signAlso(proposal, freelancer);
  const accepted = await accept(body.contract, terms);
  assert(accepted.state === "active", `the contract is in force (${JSON.stringify(accepted)})`);
  // The schema admits UUIDs only.
  return { contractId: body.contract as ContractId, body, proposal, terms, accepted };
};

test("the platform says what terms have to name", async () => {
  expect(await ask(http, { url: "/v1/platform" })).toEqual({
    name: "Test",
    log: policyOf(log.verifierKey),
    beacon: pinned,
    platform: bytesToBase64Url(platformOf(log.verifierKey).publicKey),
    feePermille: 100,
    nowMs: NOW_MS,
  });
});

describe("a freelancer is found", () => {
  const find = (email: string) =>
    ask(http, { url: `/v1/people/lookup?email=${encodeURIComponent(email)}`, by: client });

  test("by the exact address, in any case, with the keys that terms name", async () => {
    const found = {
      personId: freelancer.personId,
      name: freelancer.name,
      generation: 1,
      sign: bytesToBase64Url(freelancer.keys.signing.publicKey),
      seal: freelancer.keys.sealing.recipient,
    };
    expect(await find(freelancer.email)).toEqual(found);
    expect(await find(freelancer.email.toUpperCase())).toEqual(found);
  });

  test("but not a client, nobody, or who has no keys", async () => {
    const keyless = await addPerson(db.database, "freelancer", { hasKeys: false });
    for (const email of [client.email, "nobody@example.org", keyless.email]) {
      expect(await find(email)).toEqual({ code: "NOT_FOUND" });
    }
  });
});

describe("a proposal", () => {
  test("is stored as it was signed, and seen by both sides only", async () => {
    const body = good();
    const terms = signBy(body, client);
    const proposed = await propose(terms);
    expect(proposed).toEqual({
      contractId: body.contract,
      state: "proposed",
      client: { personId: client.personId, name: client.name },
      freelancer: { personId: freelancer.personId, name: freelancer.name },
      terms,
      termsHash: bytesToBase64Url(hashOf(terms)),
      deposit: { balance: { amountMinor: "0", currency: "EUR" }, held: { amountMinor: "0", currency: "EUR" } },
      createdAtMs: NOW_MS,
    });
    const get = (by: TestPerson) => ask(http, { url: `/v1/contracts/${body.contract}`, by });
    const list = async (by: TestPerson) => (await ask(http, { url: "/v1/contracts", by })).contracts;
    for (const party of [client, freelancer]) {
      expect(await get(party)).toEqual(proposed);
      expect(await list(party)).toContainEqual(proposed);
    }
    for (const stranger of [otherClient, otherFreelancer]) {
      expect(await get(stranger)).toEqual({ code: "NOT_FOUND" });
      expect(await list(stranger)).toEqual([]);
    }
  });

  test("sent again is answered again; its id is not given to other terms", async () => {
    const body = good();
    const proposed = await propose(signBy(body, client));
    expect(await propose(signBy(body, client))).toEqual(proposed);
    expect(await propose(signBy({ ...body, weeklyLimitMinutes: 60 }, client))).toEqual({ code: "COMMAND_REUSED" });
    const foreign = termsOf({ client: otherClient, freelancer }, log.verifierKey, { contract: body.contract });
    expect(await propose(signBy(foreign, otherClient), otherClient)).toEqual({ code: "COMMAND_REUSED" });
  });

  test("sent twice at once is one contract", async () => {
    const terms = signBy(good(), client);
    const [one, two] = await Promise.all([propose(terms), propose(terms)]);
    expect(one).toEqual(two);
    expect(one.state).toBe("proposed");
  });

  test("comes from the client it names, and from nobody else", async () => {
    expect((await propose(signBy(good(), client), otherClient)).code).toBe("NOT_ALLOWED");
    expect((await propose(signBy(good(), client), freelancer)).code).toBe("NOT_ALLOWED");
    const swapped = termsOf({ client: freelancer, freelancer: otherFreelancer }, log.verifierKey);
    expect((await propose(signBy(swapped, freelancer), freelancer)).code).toBe("NOT_ALLOWED");
  });

  const otherKeys = () => ({ ...good().client, sign: bytesToBase64Url(otherClient.keys.signing.publicKey) });
  test.each<[string, () => Partial<TermsBody>, string]>([
    ["version 2", () => ({ version: 2 }), "version 1"],
    ["a version before", () => ({ previous: bytesToBase64Url(new Uint8Array(32).fill(1)) }), "32 zero bytes"],
    ["other client keys", () => ({ client: otherKeys() }), "The client's keys"],
    ["another generation", () => ({ client: { ...good().client, generation: 2 } }), "The client's keys"],
    [
      "a foreign recipient for the freelancer",
      () => ({ freelancer: { ...good().freelancer, seal: client.keys.sealing.recipient } }),
      "The freelancer's keys",
    ],
    [
      "a client as freelancer",
      () => ({ freelancer: { ...good().freelancer, person: otherClient.personId } }),
      "No freelancer",
    ],
    ["nobody as freelancer", () => ({ freelancer: { ...good().freelancer, person: newId() } }), "No freelancer"],
    ["another log", () => ({ log: policyOf(`${log.verifierKey}x`) }), "`log`"],
    ["the log's key without a policy", () => ({ log: log.verifierKey }), "`log`"],
    [
      "another beacon",
      () => ({ draw: { odds: 100, beacon: { ...pinned, publicKey: OTHER_BEACON } } }),
      "`draw.beacon`",
    ],
    ["another period", () => ({ draw: { odds: 100, beacon: { ...pinned, period: 4 } } }), "`draw.beacon`"],
    ["another genesis", () => ({ draw: { odds: 100, beacon: { ...pinned, genesis: 0 } } }), "`draw.beacon`"],
    ["another platform", () => ({ platform: bytesToBase64Url(new Uint8Array(32)) }), "`platform`"],
    ["another fee", () => ({ feePermille: 99 }), "100 per mille"],
    ["the profile readable", () => ({ profile: "readable" }), "`sealed`"],
    ["the profile local", () => ({ profile: "local" }), "`sealed`"],
    ["the profile blind", () => ({ profile: "blind" }), "`sealed`"],
    ["the profile waived", () => ({ profile: "waived" }), "`sealed`"],
    ["funding by card", () => ({ funding: "card" }), "`deposit`"],
    ["a rate of nothing", () => ({ rate: { amountMinor: 0, currency: "EUR" } }), "rate"],
    ["a deposit of nothing", () => ({ depositMinor: 0 }), "deposit is"],
    ["nine minutes a week", () => ({ weeklyLimitMinutes: 9 }), "weekly limit"],
  ])("with %s is refused by the rule it breaks", async (_, changes, sentence) => {
    const refused = await propose(signBy(good(changes()), client));
    expect(refused.code).toBe("TERMS_INVALID");
    expect(refused.detail).toContain(sentence);
  });

  test("signed by the wrong, too few or too many keys is refused", async () => {
    const refused = { code: "SIGNATURE_INVALID" };
    expect(await propose(signBy(good(), otherClient))).toEqual(refused);
    expect(await propose(signBy(good(), client, freelancer))).toEqual(refused);
    expect(await propose(signBy(good(), client, client))).toEqual(refused);
    const terms = signBy(good(), client);
    const [signature] = signBy(good(), client).signatures;
    assert(signature !== undefined, "it is signed");
    expect(await propose({ ...terms, signatures: [signature] })).toEqual(refused);
  });

  test("that is malformed is refused by what is wrong with it", async () => {
    const terms = signBy(good(), client);
    const json = Buffer.from(terms.payload, "base64").toString();
    const withPayload = (text: string) => ({ ...terms, payload: Buffer.from(text).toString("base64") });
    expect((await propose({ ...terms, payloadType: "application/json" })).code).toBe("ENVELOPE_INVALID");
    expect((await propose(withPayload(`${json} `))).code).toBe("BODY_NOT_CANONICAL");
    expect((await propose(withPayload(json.replace('"deposit"', '"gift"')))).code).toBe("SCHEMA_INVALID");
    expect((await propose(withPayload(json.replace('"manualTime":false', '"manualTime":true')))).code).toBe(
      "SIGNATURE_INVALID",
    );
  });

  test("by a client without published keys is refused", async () => {
    const keyless = await addPerson(db.database, "client", { hasKeys: false });
    const terms = signBy(termsOf({ client: keyless, freelancer }, log.verifierKey), keyless);
    expect(await propose(terms, keyless)).toMatchObject({ code: "TERMS_INVALID" });
  });
});

describe("an acceptance", () => {
  test("puts the terms in force and into the log", async () => {
    const { contractId, body, terms, accepted } = await conclude();
    const hash = hashOf(terms);
    expect(accepted).toMatchObject({ contractId, state: "active", terms, termsHash: bytesToBase64Url(hash) });
    const found = await asSystem((t) => contracts.termsByHash(t, hash));
    expect(found).toMatchObject({ contractId, version: 1, body, envelope: terms, validUntilMs: null });
    expect(found?.validFromMs).toBe(body.validFrom * SECOND_MS);
    expect(found?.hash).toEqual(hash);
    expect(await asSystem((t) => contracts.currentTerms(t, contractId))).toEqual(found);
    const entry = logEntryOf(hash);
    const text = await log.waitForProof(termsSubject({ contractId, version: 1 }), 10_000);
    const key = decodeVerifierKey(/^log (.+)$/m.exec(body.log)?.[1] ?? "");
    assert(text !== null && key.ok, "the terms are logged under the key they name");
    expect(verifyTlogProof({ text, entry, logKeys: [key.value] }).ok).toBe(true);
  });

  test("sent again, or twice at once, is one acceptance", async () => {
    const body = good();
    const proposal = signBy(body, client);
    await propose(proposal);
    const terms = signAlso(proposal, freelancer);
    const [one, two] = await Promise.all([accept(body.contract, terms), accept(body.contract, terms)]);
    expect(one).toEqual(two);
    expect(one.state).toBe("active");
    expect(await accept(body.contract, terms)).toEqual(one);
    expect(await propose(proposal)).toEqual(one);
  });

  test("comes from the freelancer it names; strangers see no contract", async () => {
    const body = good();
    const proposal = signBy(body, client);
    await propose(proposal);
    const terms = signAlso(proposal, freelancer);
    expect((await accept(body.contract, terms, client)).code).toBe("NOT_ALLOWED");
    expect((await accept(body.contract, terms, otherFreelancer)).code).toBe("NOT_FOUND");
    expect((await accept(newId(), terms)).code).toBe("NOT_FOUND");
    expect(await asSystem((t) => contracts.termsByHash(t, hashOf(terms)))).toBeNull();
  });

  test("of other bytes than were proposed is refused, however well signed", async () => {
    const body = good();
    await propose(signBy(body, client));
    const other = signBy({ ...body, weeklyLimitMinutes: 2_400 }, client, freelancer);
    expect((await accept(body.contract, other)).code).toBe("TERMS_INVALID");
    const { terms } = await conclude();
    expect((await accept(body.contract, terms)).code).toBe("TERMS_INVALID");
  });

  test("needs both signatures, the client's first", async () => {
    const body = good();
    const proposal = signBy(body, client);
    await propose(proposal);
    const wrong = [
      proposal,
      signBy(body, freelancer, client),
      signBy(body, freelancer),
      signAlso(proposal, otherFreelancer),
    ];
    for (const terms of [...wrong, signBy(body, client, freelancer, freelancer), signAlso(proposal, client)]) {
      expect((await accept(body.contract, terms)).code).toBe("SIGNATURE_INVALID");
    }
    expect((await accept(body.contract, signAlso(proposal, freelancer))).state).toBe("active");
  });

  test("of malformed terms says what is wrong", async () => {
    const body = good();
    const terms = signBy(body, client);
    await propose(terms);
    expect((await accept(body.contract, { ...terms, payload: "e30=" })).code).toBe("SCHEMA_INVALID");
    expect((await accept(body.contract, { ...terms, payload: "e30" })).code).toBe("ENVELOPE_INVALID");
    expect((await accept(body.contract, { ...terms, payload: "eyB9" })).code).toBe("BODY_NOT_CANONICAL");
  });

  test("comes too late once the contract has ended", async () => {
    const body = good();
    const proposal = signBy(body, client);
    await propose(proposal);
    const contractId = body.contract as ContractId;
    await asSystem((t) => contracts.apply(t, { contractId, event: "end", by: null }));
    expect(await accept(body.contract, signAlso(proposal, freelancer))).toEqual({
      code: "CONTRACT_STATE_FORBIDS",
      detail: "The contract is ended.",
    });
  });

  test("is refused where the platform's fee has changed since the proposal", async () => {
    const body = good();
    const proposal = signBy(body, client);
    await propose(proposal);
    const { database } = db;
    const dearer = createContracts({
      database,
      clock,
      people,
      deposits,
      log,
      platform: { ...platformOf(log.verifierKey), feePermille: 110 },
    });
    const otherHttp = await createTestHttp([dearer], async () => ({ ok: false, error: "DEVICE_SIGNATURE_INVALID" }));
    const refused = await ask(otherHttp, {
      url: `/v1/contracts/${body.contract}/acceptance`,
      by: freelancer,
      body: { terms: signAlso(proposal, freelancer) },
    });
    await otherHttp.close();
    expect(refused).toEqual({ code: "TERMS_INVALID", detail: "The platform's fee is 110 per mille." });
  });
});

test("a contract shows what is in its deposit and what of it is held", async () => {
  const { contractId } = await conclude();
  const deposit = depositAccount({ contractId, clientId: client.personId, currency: "EUR" });
  const cash = providerCash("EUR");
  const movement = { reference: contractId, kind: "test", atMs: NOW_MS };
  await asSystem(async (t) => {
    await transfer(t, { ...movement, commandId: newId(), debit: cash, credit: deposit, amountMinor: 120_000n });
    await hold(t, { ...movement, commandId: newId(), debit: deposit, credit: cash, amountMinor: 1_000n });
  });
  const { deposit: shown } = await ask(http, { url: `/v1/contracts/${contractId}`, by: client });
  expect(shown).toEqual({
    balance: { amountMinor: "120000", currency: "EUR" },
    held: { amountMinor: "1000", currency: "EUR" },
  });
});

test("a freelancer's device reads the contracts of its owner", async () => {
  const { accepted, contractId } = await conclude();
  const device = await enrol(http, freelancer);
  const askAs = (path: string) =>
    ask(http, {
      url: path,
      headers: signRequest(
        { method: "GET", path, body: null },
        {
          createdSeconds: toSeconds(clock.now()),
          publicKey: device.publicKey,
          sign: (message) => signEd25519({ seed: device.secretKey, message }),
        },
      ),
    });
  expect(await askAs(`/v1/contracts/${contractId}`)).toEqual(accepted);
  expect((await askAs("/v1/contracts")).contracts).toContainEqual(accepted);
});

describe("the front door", () => {
  test("says who the parties are, in which currency, and when the contract was active", async () => {
    const { contractId } = await conclude({ rate: { amountMinor: 5_000, currency: "USD" } });
    clock.advance(10 * MINUTE_MS);
    const apply = (event: "pause" | "resume" | "end") =>
      asSystem((t) => contracts.apply(t, { contractId, event, by: client.personId }));
    expect(await apply("pause")).toEqual({ ok: true, value: "paused" });
    clock.advance(5 * MINUTE_MS);
    expect(await apply("resume")).toEqual({ ok: true, value: "active" });
    expect(await apply("resume")).toMatchObject({ ok: false, error: { code: "CONTRACT_STATE_FORBIDS" } });
    expect(await asSystem((t) => contracts.partiesOf(t, contractId))).toMatchObject({
      clientId: client.personId,
      freelancerId: freelancer.personId,
      currency: "USD",
      state: "active",
    });
    expect(await asSystem((t) => contracts.activeSpansOf(t, contractId))).toEqual([
      { fromMs: NOW_MS, toMs: NOW_MS + 10 * MINUTE_MS },
      { fromMs: NOW_MS + 15 * MINUTE_MS, toMs: null },
    ]);
  });

  test("of two who move a contract at once, one does", async () => {
    const { contractId } = await conclude();
    const pause = () => asSystem((t) => contracts.apply(t, { contractId, event: "pause", by: null }));
    const outcomes = await Promise.all([pause(), pause(), pause()]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test("shows a stranger nothing, and lets them do nothing", async () => {
    const { contractId, terms } = await conclude();
    const stranger = { kind: "person", personId: otherFreelancer.personId } as const;
    const as = <T>(work: (transaction: Transaction) => Promise<T>) => transact(db.database, stranger, work);
    expect(await as((t) => contracts.partiesOf(t, contractId))).toBeNull();
    expect(await as((t) => contracts.termsByHash(t, hashOf(terms)))).toBeNull();
    expect(await as((t) => contracts.activeSpansOf(t, contractId))).toEqual([]);
    const apply = await as((t) => contracts.apply(t, { contractId, event: "end", by: stranger.personId }));
    expect(apply).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    const insert = as((t) =>
      sql`insert into contract_event values (${contractId}, 99, 'end', 'ended', null, now())`.execute(t),
    );
    expect(await insert.catch(databaseErrorCode)).toBe("42501");
  });

  test.each([
    "update contract set client_id = freelancer_id",
    "delete from contract",
    "update contract_terms set envelope = envelope",
    "delete from contract_terms",
    "update contract_proposal set envelope = envelope",
    "delete from contract_event",
    "update contract_event set event = event",
  ])("nobody may: %s", async (statement) => {
    expect(await asSystem((t) => sql.raw(statement).execute(t)).catch(databaseErrorCode)).toBe("42501");
  });
});
