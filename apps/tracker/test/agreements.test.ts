// What a server may say about contracts, and what a device believes of it.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createApi } from "@underseal/api";
import { type AccountKeys, accountKeysOf, QUICKNET, signingKeyOf, signStatement } from "@underseal/evidence";
import {
  bytesToBase64Url,
  type ContractId,
  createId,
  createSystemRandom,
  type DeviceId,
  type PersonId,
  redact,
  reveal,
} from "@underseal/foundation";
import { encodeVerifierKey, verifierKeyOf } from "@underseal/tlog";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadAgreements } from "../src/session/agreements.ts";

const random = createSystemRandom();
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
const newId = <Id extends string>(): Id => createId<Id>({ clock, random });
const nowS = Math.floor(clock.now() / 1000);

const LOG_KEY = verifierKeyOf({ name: "log.example/test", seed: redact(random.bytes(32)) });
const LOG_POLICY = `log ${encodeVerifierKey(LOG_KEY)}\nquorum none\n`;

interface Person {
  readonly personId: PersonId;
  readonly keys: AccountKeys;
}

const makePerson = (personId: PersonId = newId()): Person => ({
  personId,
  keys: accountKeysOf(redact(random.bytes(32)), 1),
});

const partyOf = ({ personId, keys }: Person) => ({
  person: personId,
  generation: 1,
  sign: bytesToBase64Url(keys.signing.publicKey),
  seal: keys.sealing.recipient,
});

const termsOf = (contract: ContractId, client: Person, freelancer: Person) =>
  signStatement(
    "terms",
    {
      contract,
      version: 1,
      previous: bytesToBase64Url(new Uint8Array(32)),
      client: partyOf(client),
      freelancer: partyOf(freelancer),
      validFrom: nowS,
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
      draw: { odds: 100, beacon: { ...QUICKNET, publicKey: bytesToBase64Url(QUICKNET.publicKey) } },
      log: LOG_POLICY,
      platform: bytesToBase64Url(random.bytes(32)),
    },
    [reveal(client.keys.signing.secretKey), reveal(freelancer.keys.signing.secretKey)],
  );

const signing = signingKeyOf(random.bytes(32));
const device = { deviceId: newId<DeviceId>(), signing };

const certificateOf = (owner: Person) =>
  signStatement(
    "device",
    {
      person: owner.personId,
      generation: 1,
      device: device.deviceId,
      sign: bytesToBase64Url(signing.publicKey),
      notBefore: nowS,
      notAfter: nowS + 86_400,
    },
    [reveal(owner.keys.signing.secretKey)],
  );

interface Claim {
  readonly owner: Person;
  readonly client: Person;
  readonly freelancer: Person;
  readonly contract: ContractId;
}

/** A server that says whatever it likes; `null`: it cannot be reached. */
const serverOf = (claim: Claim | null) => {
  const answer = (url: string) => {
    if (claim === null) throw new TypeError("fetch failed");
    const { owner, client, freelancer, contract } = claim;
    if (url.endsWith("/v1/contracts")) {
      const terms = termsOf(contract, client, freelancer);
      const none = { amountMinor: "0", currency: "EUR" };
      const nameOf = ({ personId }: Person) => ({ personId, name: "Somebody" });
      const [clientName, freelancerName] = [nameOf(client), nameOf(freelancer)];
      const deposit = { balance: none, held: none };
      const parties = { client: clientName, freelancer: freelancerName };
      const termsHash = bytesToBase64Url(terms.hash);
      const described = {
        contractId: contract,
        state: "active",
        ...parties,
        terms: terms.envelope,
        termsHash,
        deposit,
      };
      return { contracts: [{ ...described, createdAtMs: 0 }] };
    }
    return {
      deviceId: device.deviceId,
      personId: owner.personId,
      state: "enrolled",
      sign: bytesToBase64Url(signing.publicKey),
      certificate: certificateOf(owner).envelope,
      enrolledAtMs: 0,
    };
  };
  return createApi({ baseUrl: "", timeoutMs: 1_000, fetch: async (url) => Response.json(answer(String(url))) });
};

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(path.join(os.tmpdir(), "underseal-agreements-"));
});
afterEach(() => rm(stateDir, { recursive: true }));

const owner = makePerson();
const client = makePerson();
const contract = newId<ContractId>();
const honest: Claim = { owner, client, freelancer: owner, contract };

const recipientsFrom = async (claim: Claim | null) => {
  const agreements = await loadAgreements(serverOf(claim), stateDir, device);
  return agreements.ok
    ? agreements.value.active.map(({ terms }) => [terms.body.client.seal, terms.body.freelancer.seal])
    : agreements.error.code;
};

const sealed = [[client.keys.sealing.recipient, owner.keys.sealing.recipient]];

test("terms that both sides signed are known, and still are when the server is away", async () => {
  expect(await recipientsFrom(honest)).toEqual(sealed);
  expect(await recipientsFrom(null)).toEqual(sealed);
});

describe("a server that was honest when the device was enrolled cannot have it seal to keys of its own:", () => {
  beforeEach(async () => {
    expect(await recipientsFrom(honest)).toEqual(sealed);
  });
  const ghost = makePerson(client.personId);
  const double = makePerson(owner.personId);

  test("both sides' keys exchanged in terms of the same contract", async () => {
    expect(await recipientsFrom({ ...honest, client: ghost, freelancer: double })).toEqual([]);
  });

  test("the owner's certificate exchanged as well", async () => {
    const claim = { ...honest, owner: double, client: ghost, freelancer: double };
    expect(await recipientsFrom(claim)).toBe("NETWORK");
    // What was known before is not forgotten.
    expect(await recipientsFrom(null)).toEqual(sealed);
  });

  test("the device said to be somebody else's, with terms of that person", async () => {
    const other = makePerson();
    expect(await recipientsFrom({ ...honest, owner: other, client: ghost, freelancer: other })).toBe("NETWORK");
  });
});

test("a certificate for another device is no certificate for this one", async () => {
  const elsewhere = { ...device, signing: signingKeyOf(random.bytes(32)) };
  expect(await loadAgreements(serverOf(honest), stateDir, elsewhere)).toMatchObject({ ok: false });
});
