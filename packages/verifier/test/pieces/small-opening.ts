// An honest opening, with each of its statements open to a lie.
import {
  accountKeysOf,
  beaconKeyOf,
  buildTree,
  encodeOpening,
  type Leaf,
  leafKinds,
  logEntryOf,
  type Opening,
  openLeaves,
  type StatementBody,
  signingKeyOf,
  signRound,
  signStatement,
  TILE_BYTES,
} from "@underseal/evidence";
import { bytesToBase64Url, createTestRandom, redact, reveal, utf8ToBytes } from "@underseal/foundation";
import { encodeTlogProof, leafHash } from "@underseal/tlog";
import { createSmallLog, leafAt, logKey, northKey, witnessSigners } from "./small-log.ts";

export const AT = 1_795_000_200;
const CONTRACT = "0197aaaa-0000-7000-8000-000000000001";
const CLIENT = "0197aaaa-0000-7000-8000-00000000000c";
const FREELANCER = "0197aaaa-0000-7000-8000-00000000000f";
const DEVICE = "0197aaaa-0000-7000-8000-0000000000d1";
const HASH_ZERO = bytesToBase64Url(new Uint8Array(32));
const TREE_SIZE = 1024;

const random = createTestRandom(40);
const client = accountKeysOf(redact(random.bytes(32)), 0);
const freelancer = accountKeysOf(redact(random.bytes(32)), 0);
export const stranger = accountKeysOf(redact(random.bytes(32)), 0).signing;
const device = signingKeyOf(random.bytes(32));
const platform = signingKeyOf(random.bytes(32));
const beaconSecret = random.bytes(32);
const treeSecret = redact(random.bytes(32));
const nonce = bytesToBase64Url(random.bytes(32));

export const POLICY = `log ${logKey}\nwitness north ${northKey}\nquorum north\n`;

const secretOf = (key: typeof stranger): Uint8Array => reveal(key.secretKey);

const partyOf = (keys: typeof client, person: string) => ({
  person,
  generation: 0,
  sign: bytesToBase64Url(keys.signing.publicKey),
  seal: keys.sealing.recipient,
});

const tile = (shade: number): Uint8Array => new Uint8Array(TILE_BYTES).fill(shade);

/** Header, context, eight tiles, one that was masked, and padding. */
const honestLeaves: readonly Leaf[] = Array.from({ length: TREE_SIZE }, (_, i): Leaf => {
  if (i === 0) return { kind: leafKinds.header, payload: utf8ToBytes('{"app":"test"}') };
  if (i === 1) return { kind: leafKinds.context, payload: utf8ToBytes('{"title":"a window"}') };
  if (i < 10) return { kind: leafKinds.pixels, payload: tile(i) };
  return { kind: i === 10 ? leafKinds.masked : leafKinds.padding, payload: new Uint8Array() };
});

export interface OpeningLies {
  readonly terms?: Partial<StatementBody<"terms">>;
  readonly device?: Partial<StatementBody<"device">>;
  readonly capture?: Partial<StatementBody<"capture">>;
  readonly arrival?: Partial<StatementBody<"arrival">>;
  /** Who signs instead of the right one. */
  readonly signers?: Partial<Record<"client" | "freelancer" | "device" | "platform", typeof stranger>>;
  readonly leaves?: readonly Leaf[];
  readonly indexes?: readonly number[];
  readonly witnesses?: typeof witnessSigners | readonly [];
  readonly proofOf?: (proof: string) => string;
}

export const openingOf = (lies: OpeningLies = {}): Opening => {
  const leaves = lies.leaves ?? honestLeaves;
  const tree = buildTree(reveal(treeSecret), leaves);
  const statements = signAll(lies, tree.root);
  const entry = leafHash(logEntryOf(statements.capture.hash));
  const log = createSmallLog(4, [leafAt(0), leafAt(1), entry, leafAt(3)]);
  const [north] = witnessSigners;
  const proof = encodeTlogProof({
    index: 2,
    hashes: log.inclusionAt(2),
    checkpoint: log.noteAt(4, lies.witnesses ?? [north]),
  });
  const { terms, device: certificate, capture, arrival } = statements;
  return {
    format: "underseal-opening/1",
    terms: terms.envelope,
    device: certificate.envelope,
    capture: capture.envelope,
    arrival: arrival.envelope,
    proof: lies.proofOf?.(proof) ?? proof,
    ...openLeaves({ tree, leaves, secret: treeSecret }, lies.indexes ?? [0, 1, 2, 5, 10]),
  };
};

export const bytesOfOpening = (lies: OpeningLies = {}): Uint8Array => encodeOpening(openingOf(lies));

export const withLeaf = (index: number, leaf: Leaf): readonly Leaf[] => honestLeaves.with(index, leaf);

const signAll = (lies: OpeningLies, root: Uint8Array) => {
  const signers = { client: client.signing, freelancer: freelancer.signing, device, platform, ...lies.signers };
  const terms = signStatement("terms", { ...termsBody(), ...lies.terms }, [
    secretOf(signers.client),
    secretOf(signers.freelancer),
  ]);
  const certificate = signStatement("device", { ...deviceBody(), ...lies.device }, [secretOf(freelancer.signing)]);
  const captureBody: StatementBody<"capture"> = {
    contract: CONTRACT,
    terms: bytesToBase64Url(terms.hash),
    device: DEVICE,
    seq: 3,
    prev: HASH_ZERO,
    at: AT,
    nonce,
    beacon: { round: 77, sig: bytesToBase64Url(signRound(beaconSecret, 77)) },
    root: bytesToBase64Url(root),
    masked: 10,
  };
  const capture = signStatement("capture", { ...captureBody, ...lies.capture }, [secretOf(signers.device)]);
  const arrival = signStatement(
    "arrival",
    { contract: CONTRACT, statement: bytesToBase64Url(capture.hash), at: AT + 2, ...lies.arrival },
    [secretOf(signers.platform)],
  );
  return { terms, device: certificate, capture, arrival };
};

const deviceBody = (): StatementBody<"device"> => ({
  person: FREELANCER,
  generation: 0,
  device: DEVICE,
  sign: bytesToBase64Url(device.publicKey),
  notBefore: AT,
  notAfter: AT + 1,
});

const termsBody = (): StatementBody<"terms"> => ({
  contract: CONTRACT,
  version: 1,
  previous: HASH_ZERO,
  client: partyOf(client, CLIENT),
  freelancer: partyOf(freelancer, FREELANCER),
  validFrom: AT - 1_000,
  profile: "sealed",
  rate: { amountMinor: 6_000, currency: "EUR" },
  feePermille: 30,
  weeklyLimitMinutes: 2_400,
  manualTime: false,
  funding: "deposit",
  depositMinor: 100_000,
  protection: "protection/1",
  redaction: "structure",
  treeSize: TREE_SIZE,
  draw: { odds: 100, beacon: { publicKey: bytesToBase64Url(beaconKeyOf(beaconSecret)), genesis: 0, period: 3 } },
  log: POLICY,
  platform: bytesToBase64Url(platform.publicKey),
});
