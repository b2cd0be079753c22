// The evidence feature among the real others: real people, devices, signed terms, log, billing and blobs on a real
// PostgreSQL, and trackers that sign what a tracker signs.
import type { Refusal } from "@underseal/api";
import {
  type AccountKeys,
  accountKeysOf,
  type BeaconChain,
  beaconKeyOf,
  countersign,
  roundAt,
  type Statement,
  type StatementBody,
  signingKeyOf,
  signRound,
  signStatement,
} from "@underseal/evidence";
import {
  assert,
  bytesToBase64Url,
  type ContractId,
  createId,
  createSystemRandom,
  createTestClock,
  DAY_MS,
  type DeviceId,
  HOUR_MS,
  money,
  type PersonId,
  redact,
  reveal,
  SECOND_MS,
} from "@underseal/foundation";
import { isAcceptablePublicKey } from "@underseal/tlog";
import { sql } from "kysely";
import { serveBeacon } from "../../src/beacon/index.ts";
import { DEFAULT_CALENDAR, recordSegment, weekTimes } from "../../src/billing/index.ts";
import { createContracts } from "../../src/contracts/index.ts";
import { acceptContract, proposeContract } from "../../src/contracts/signing.ts";
import { createEnrolmentCode, enrolDevice, requestEnrolment } from "../../src/devices/enrolment.ts";
import { createDevices } from "../../src/devices/index.ts";
import { revokeDevice } from "../../src/devices/revocation.ts";
import { createAdmission } from "../../src/evidence/admission/index.ts";
import { createEvidence, type EvidenceDeps } from "../../src/evidence/index.ts";
import { registerStatement } from "../../src/evidence/register.ts";
import { depositAccount, fundsOf, providerCash, transfer } from "../../src/ledger/index.ts";
import type { Log } from "../../src/log/index.ts";
import { publishKeys } from "../../src/people/account-keys.ts";
import { createPeople, type People } from "../../src/people/index.ts";
import { addAccount } from "../../src/people/store.ts";
import { openFileBlobStore } from "../../src/platform/blobs/index.ts";
import { systemActor, type Transaction, transact } from "../../src/platform/postgres/transact.ts";
import { openTestLog } from "../log/support.ts";
import { createTestDatabase, createTestDir } from "../support/database.ts";

export const MONDAY_MS = Date.UTC(2026, 10, 23);
export const WEEK = "2026-11-23";
/** Monday 09:00. */
export const NINE_MS = MONDAY_MS + 9 * HOUR_MS;
export const ROUND_SECONDS = 3;

export const random = createSystemRandom();

const BEACON_SECRET = random.bytes(32);

/** Round r is published at 3r seconds. */
export const BEACON_CHAIN: BeaconChain = {
  publicKey: beaconKeyOf(BEACON_SECRET),
  genesis: ROUND_SECONDS,
  period: ROUND_SECONDS,
};

/** A beacon that can be taken away. */
const createTestSource = () => {
  const source = {
    chain: BEACON_CHAIN,
    isAway: false,
    missingMax: 1_000,
    newestAt: (nowMs: number) => roundAt(BEACON_CHAIN, nowMs / SECOND_MS),
    signatureOf: async (round: number) => (source.isAway ? null : signRound(BEACON_SECRET, round)),
  };
  return source;
};

export const toSeconds = (ms: number): number => Math.floor(ms / SECOND_MS);
export const randomHash = (): string => bytesToBase64Url(random.bytes(32));

export type World = Awaited<ReturnType<typeof createWorld>>;

export const createWorld = async () => {
  const test = await createTestDatabase();
  const { database } = test;
  const clock = createTestClock(NINE_MS - HOUR_MS);
  const log = await openTestLog(database);
  const platform = signingKeyOf(random.bytes(32));
  const beaconSource = createTestSource();
  const beacon = serveBeacon({ database, clock }, beaconSource);
  const blobs = await openFileBlobStore({ directory: await createTestDir(), random });
  const peopleDeps = {
    database,
    clock,
    random,
    authSecret: redact(random.bytes(32)),
    publicUrl: () => "http://127.0.0.1",
    origins: () => ["http://127.0.0.1"],
    signUp: "open",
    isRateLimited: false,
    isAcceptablePublicKey,
  } as const;
  const people = createPeople(peopleDeps);
  const deposits = {
    depositOf: async (_: Transaction, { currency }: { readonly currency: string }) => ({
      balance: money(0n, currency),
      held: money(0n, currency),
    }),
  };
  const contractDeps = {
    database,
    clock,
    people,
    deposits,
    log,
    platform: {
      ...{ name: "Test", publicKey: platform.publicKey, feePermille: 0 },
      ...{ logPolicy: log.policyText, beacon: beacon.chain },
    },
  };
  const deps: EvidenceDeps = {
    database,
    clock,
    random,
    blobs,
    devices: createDevices({ database, clock, random, people, log }),
    contracts: createContracts(contractDeps),
    beacon,
    log,
    billing: {
      recordSegment: (transaction, segment) =>
        recordSegment({ clock, calendar: DEFAULT_CALENDAR }, transaction, segment),
      lockAtMs: (weekStartMs) => weekTimes(DEFAULT_CALENDAR, weekStartMs).lockAtMs,
    },
    accounts: people,
    platformKey: platform,
  };
  const admission = createAdmission(deps);
  const newId = <Id extends string>(): Id => createId<Id>({ clock, random });
  const addPerson = (kind: TestPerson["kind"]) => addPersonWithKeys(peopleDeps, newId, kind);
  return {
    deps,
    admission,
    beacon,
    beaconSource,
    clock,
    database,
    log,
    platform,
    newId,
    addPerson,
    feature: createEvidence(deps),
    system: <T>(work: (transaction: Transaction) => Promise<T>) => transact(database, systemActor, work),
    count: async (table: string): Promise<number> => {
      const { rows } = await transact(database, systemActor, (t) =>
        sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(t),
      );
      return rows[0]?.n ?? -1;
    },
    /** Terms signed by both, in force from now. */
    addContract: (options: ContractOptions = {}) => addContract({ deps, contractDeps, newId, addPerson }, options),
    addDevice: (owner: TestPerson) => addDevice({ deps, people, newId, log }, owner),
    revoke: ({ deviceId, owner }: TestDevice) =>
      revokeDevice({ database, clock, random, people, log }, owner.personId, {
        deviceId,
        envelope: signRevocation(owner, { deviceId, at: toSeconds(clock.now()) }).envelope,
      }),
    stop: async () => {
      await admission.stop();
      await log.stop();
      await test.stop();
    },
  };
};

export interface TestPerson {
  readonly personId: PersonId;
  readonly kind: "client" | "freelancer";
  readonly keys: AccountKeys;
}

/** An account that has announced its keys. */
const addPersonWithKeys = async (
  deps: Parameters<typeof publishKeys>[0],
  newId: <Id extends string>() => Id,
  kind: TestPerson["kind"],
): Promise<TestPerson> => {
  const personId = newId<PersonId>();
  const keys = accountKeysOf(redact(random.bytes(32)), 1);
  const createdAt = new Date(deps.clock.now());
  const person = { personId, name: `The ${kind}`, email: `${personId}@example.org`, kind };
  await transact(deps.database, systemActor, (transaction) =>
    addAccount(transaction, { ...person, passwordHash: "none", createdAt }),
  );
  const { envelope } = signAccount({ personId, kind, keys }, toSeconds(deps.clock.now()));
  const published = await publishKeys(deps, personId, { account: envelope, seedBoxes: [] });
  assert(published.ok, JSON.stringify(published));
  return { personId, kind, keys };
};

const signAccount = ({ personId, keys }: TestPerson, at: number): Statement<"account"> =>
  signStatement(
    "account",
    {
      person: personId,
      generation: keys.generation,
      sign: bytesToBase64Url(keys.signing.publicKey),
      seal: keys.sealing.recipient,
      at,
    },
    [reveal(keys.signing.secretKey)],
  );

export interface ContractOptions {
  readonly terms?: Partial<StatementBody<"terms">>;
  readonly client?: TestPerson;
  readonly freelancer?: TestPerson;
  /** In the deposit, in cents. */
  readonly fundedMinor?: bigint;
}

interface Parts {
  readonly deps: EvidenceDeps;
  readonly contractDeps: Parameters<typeof proposeContract>[0];
  readonly newId: <Id extends string>() => Id;
  readonly addPerson: (kind: "client" | "freelancer") => Promise<TestPerson>;
}

const partyOf = ({ personId, keys }: TestPerson) => ({
  person: personId,
  generation: keys.generation,
  sign: bytesToBase64Url(keys.signing.publicKey),
  seal: keys.sealing.recipient,
});

/** What terms say of the draws. */
export const drawOf = (beacon: BeaconChain, odds: number): StatementBody<"terms">["draw"] => ({
  odds,
  beacon: { ...beacon, publicKey: bytesToBase64Url(beacon.publicKey) },
});

const addContract = async ({ deps, contractDeps, newId, addPerson }: Parts, options: ContractOptions) => {
  const client = options.client ?? (await addPerson("client"));
  const freelancer = options.freelancer ?? (await addPerson("freelancer"));
  const contractId = newId<ContractId>();
  const body: StatementBody<"terms"> = {
    contract: contractId,
    version: 1,
    previous: bytesToBase64Url(new Uint8Array(32)),
    client: partyOf(client),
    freelancer: partyOf(freelancer),
    validFrom: toSeconds(deps.clock.now()),
    profile: "sealed",
    rate: { amountMinor: 6_000, currency: "EUR" },
    feePermille: 0,
    weeklyLimitMinutes: 2_400,
    manualTime: false,
    funding: "deposit",
    depositMinor: 100_000,
    protection: "protection/1",
    redaction: "structure",
    treeSize: 1024,
    draw: drawOf(contractDeps.platform.beacon, 100),
    log: contractDeps.platform.logPolicy,
    platform: bytesToBase64Url(contractDeps.platform.publicKey),
    ...options.terms,
  };
  const proposal = signStatement("terms", body, [reveal(client.keys.signing.secretKey)]);
  const terms = countersign(proposal, reveal(freelancer.keys.signing.secretKey));
  const caller = { kind: "person", personId: client.personId, personKind: "client" } as const;
  const proposed = await proposeContract(contractDeps, caller, proposal.envelope);
  assert(proposed.ok, JSON.stringify(proposed));
  const acceptance = { personId: freelancer.personId, contractId, envelope: terms.envelope };
  const accepted = await acceptContract(contractDeps, acceptance);
  assert(accepted.ok, JSON.stringify(accepted));
  const deposit = depositAccount({ contractId, clientId: client.personId, currency: "EUR" });
  const fundedMinor = options.fundedMinor ?? 100_000n;
  if (fundedMinor > 0n) {
    const funded = await transact(deps.database, systemActor, (t) =>
      transfer(t, {
        commandId: newId(),
        debit: providerCash("EUR"),
        credit: deposit,
        amountMinor: fundedMinor,
        kind: "deposit_funding",
        reference: "test",
        atMs: deps.clock.now(),
      }),
    );
    assert(funded.ok, "cash may come in");
  }
  const funds = () => transact(deps.database, systemActor, (t) => fundsOf(t, deposit.id));
  return { contractId, client, freelancer, terms, funds };
};

export type TestContract = Awaited<ReturnType<typeof addContract>>;

const signRevocation = (owner: TestPerson, { deviceId, at }: { readonly deviceId: DeviceId; readonly at: number }) =>
  signStatement(
    "revocation",
    { person: owner.personId, generation: owner.keys.generation, device: deviceId, at, nonce: randomHash() },
    [reveal(owner.keys.signing.secretKey)],
  );

const addDevice = async (
  {
    deps,
    people,
    newId,
    log,
  }: Pick<Parts, "deps" | "newId"> & { readonly people: Pick<People, "keysOf">; readonly log: Log },
  owner: TestPerson,
) => {
  const secretKey = random.bytes(32);
  const key = signingKeyOf(secretKey);
  const deviceId = newId<DeviceId>();
  const deviceDeps = { database: deps.database, clock: deps.clock, random, people, log };
  const { code } = await createEnrolmentCode(deviceDeps, owner.personId);
  const asked = await requestEnrolment(deviceDeps, { code, deviceId, sign: key.publicKey });
  assert(asked.ok, JSON.stringify(asked));
  const certificate = signStatement(
    "device",
    {
      person: owner.personId,
      generation: 1,
      device: deviceId,
      sign: bytesToBase64Url(key.publicKey),
      notBefore: toSeconds(deps.clock.now()),
      notAfter: toSeconds(deps.clock.now() + 90 * DAY_MS),
    },
    [reveal(owner.keys.signing.secretKey)],
  );
  const enrolled = await enrolDevice(deviceDeps, owner.personId, certificate.envelope);
  assert(enrolled.ok, JSON.stringify(enrolled));
  return { deviceId, secretKey, owner };
};

export type TestDevice = Awaited<ReturnType<typeof addDevice>>;

export const codeOf = (result: { readonly ok: true } | { readonly ok: false; readonly error: Refusal }): string =>
  result.ok ? "ok" : result.error.code;

export const personActor = (personId: PersonId) => ({ kind: "person", personId }) as const;

export const send = (world: World, statement: Statement) => registerStatement(world, statement.envelope);
