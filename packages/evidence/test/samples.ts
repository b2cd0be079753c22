// One valid body of each kind of statement, the same in every run.
import { bytesToBase64Url, createTestRandom, redact } from "@underseal/foundation";
import { accountKeysOf, beaconKeyOf, type StatementBody, type StatementName, signRound } from "../src/index.ts";

export const sampleSecret = (seed: number): Uint8Array => createTestRandom(seed).bytes(32);

export const sampleKeys = (seed: number) => accountKeysOf(redact(sampleSecret(seed)), 0);

export const sampleHash = (seed: number): string => bytesToBase64Url(createTestRandom(1_000 + seed).bytes(32));

const sampleSignature = bytesToBase64Url(signRound(sampleSecret(30), 598_262_400));

const uuid = (n: number): string => `0197aaaa-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;

const client = sampleKeys(1);
const freelancer = sampleKeys(2);

const partyOf = (keys: typeof client, person: string) => ({
  person,
  generation: 0,
  sign: bytesToBase64Url(keys.signing.publicKey),
  seal: keys.sealing.recipient,
});

const chained = {
  contract: uuid(1),
  terms: sampleHash(1),
  device: uuid(4),
  seq: 7,
  prev: sampleHash(2),
  at: 1_794_787_200,
  nonce: sampleHash(3),
};

export const sampleBodies: { readonly [Name in StatementName]: StatementBody<Name> } = {
  account: { ...partyOf(freelancer, uuid(3)), at: 1_794_000_000 },
  device: {
    person: uuid(3),
    generation: 0,
    device: uuid(4),
    sign: sampleHash(4),
    notBefore: 1_794_000_000,
    notAfter: 1_825_000_000,
  },
  terms: {
    contract: uuid(1),
    version: 1,
    previous: bytesToBase64Url(new Uint8Array(32)),
    client: partyOf(client, uuid(2)),
    freelancer: partyOf(freelancer, uuid(3)),
    validFrom: 1_794_000_000,
    profile: "sealed",
    rate: { amountMinor: 6_000, currency: "EUR" },
    feePermille: 30,
    weeklyLimitMinutes: 2_400,
    manualTime: false,
    funding: "deposit",
    depositMinor: 240_000,
    protection: "protection/1",
    redaction: "structure",
    treeSize: 1024,
    draw: { odds: 100, beacon: { publicKey: bytesToBase64Url(beaconKeyOf(sampleSecret(30))), genesis: 0, period: 3 } },
    log: "log log.example/underseal1+00000000+AAAA\nquorum none\n",
    platform: sampleHash(5),
  },
  start: { ...chained, beacon: { round: 598_262_400 }, drawC: sampleHash(6) },
  capture: { ...chained, beacon: { round: 598_262_400, sig: sampleSignature }, root: sampleHash(7), masked: 25 },
  segment: {
    ...chained,
    slot: 2_991_312,
    minutes: 10,
    stop: true,
    captures: [sampleHash(8), sampleHash(9)],
    activity: 6,
    activityC: sampleHash(10),
    work: false,
    workC: sampleHash(11),
    mode: "working",
    manual: false,
    drawSeed: sampleHash(12),
  },
  disclosure: {
    ...chained,
    capture: sampleHash(13),
    ver: 0,
    mapC: sampleHash(14),
    redacted: 100,
    wrapC: sampleHash(15),
    visible: { digest: sampleHash(16), bytes: 120_000 },
    hidden: { digest: sampleHash(17), bytes: 40_000 },
  },
  revocation: { person: uuid(3), generation: 0, device: uuid(4), at: 1_794_787_400, nonce: sampleHash(19) },
  acknowledgement: {
    contract: uuid(1),
    disclosure: sampleHash(20),
    verdict: "ok",
    at: 1_794_787_500,
    nonce: sampleHash(21),
  },
  week: {
    contract: uuid(1),
    week: 1_794_787_200,
    records: 12,
    root: sampleHash(22),
    at: 1_794_787_600,
    nonce: sampleHash(23),
  },
  arrival: { contract: uuid(1), statement: sampleHash(18), at: 1_794_787_202 },
  receipt: { contract: uuid(1), digest: sampleHash(16), bytes: 120_000, at: 1_794_787_300 },
};
