// What comes from freelancers, clients and platforms: packages/foundation, evidence, api and the verifier.
import { zstdCompressSync } from "node:zlib";
import { beaconInfoSchema, beaconRoundSchema, readRequestSignature, signRequest } from "@underseal/api";
import {
  decodeMap,
  encodeCanonical,
  encodeManifest,
  encodeMap,
  encodeOpening,
  isRecipient,
  openLeaves,
  parseCanonical,
  readAnyStatement,
  readBundle,
  readOpening,
  recoveryCodeOf,
  recoveryKeyOf,
  rootOfLeaves,
  type StatementName,
  signStatement,
  statementSchemas,
  TILE_BYTES,
} from "@underseal/evidence";
import {
  base64ToBytes,
  base64UrlToBytes,
  bytesToBase64,
  bytesToBase64Url,
  bytesToHex,
  bytesToUtf8,
  createTestRandom,
  hexToBytes,
  reveal,
  utf8ToBytes,
} from "@underseal/foundation";
import { publicKeyOf, signEd25519 } from "@underseal/tlog";
import { verifyBundle } from "@underseal/verifier";
import { hiddenManifestSchema, splitBlob, visibleManifestSchema } from "../../packages/evidence/src/content.ts";
import { decompressExactly } from "../../packages/evidence/src/decompress.ts";
import { makeCapture, plainVisible, SECRET } from "../../packages/evidence/test/capture.ts";
import { sampleBodies, sampleKeys, sampleSecret } from "../../packages/evidence/test/samples.ts";
import { bytesOfWeek, writeHonestWeek } from "../../packages/verifier/test/weeks.ts";
import { proof } from "./log-targets.ts";
import { bytesTarget, type FuzzTarget, jsonTarget, textTarget } from "./target.ts";

const MIB = 1024 * 1024;
const random = createTestRandom(6);
const some = random.bytes(48);
const secretKey = sampleSecret(2);

const statements = (Object.keys(statementSchemas) as StatementName[]).map((name) =>
  signStatement(name, sampleBodies[name], [secretKey]),
);
const envelopeOf = (name: StatementName) => {
  const statement = statements.find((known) => known.name === name);
  if (statement === undefined) throw new Error(`no ${name}`);
  return statement.envelope;
};

export const made = makeCapture({ columns: 3, rows: 2, redacted: [1], masked: [4] });
const plain = await plainVisible(made);
const tiles = new Uint8Array(4 * TILE_BYTES).fill(7).map((byte, i) => byte + (i % 97));
const stream = new Uint8Array(zstdCompressSync(tiles));

export const opening = encodeOpening({
  format: "underseal-opening/1",
  terms: envelopeOf("terms"),
  device: envelopeOf("device"),
  capture: envelopeOf("capture"),
  arrival: envelopeOf("arrival"),
  proof,
  ...openLeaves({ tree: made.capture.tree, leaves: made.capture.leaves, secret: made.capture.secret }, [0, 3, 900]),
});

const bundle = new Uint8Array(
  Buffer.concat([
    encodeManifest({
      format: "underseal-bundle/1",
      contract: sampleBodies.terms.contract,
      week: 1_794_787_200 - (1_794_787_200 % 604_800) + 345_600,
      accounts: [envelopeOf("account")],
      acknowledgements: [envelopeOf("acknowledgement")],
      blobs: [{ digest: bytesToBase64Url(some.subarray(0, 32)), bytes: 3 }],
      conflicts: [],
      consistency: [],
      devices: [envelopeOf("device")],
      receipts: [envelopeOf("receipt")],
      records: [{ arrival: envelopeOf("arrival"), envelope: envelopeOf("capture"), proof }],
      revocations: [{ envelope: envelopeOf("revocation"), proof }],
      rounds: [],
      terms: [{ envelope: envelopeOf("terms"), proof }],
      weekStatements: [],
    } as Parameters<typeof encodeManifest>[0]),
    Uint8Array.of(1, 2, 3),
  ]),
);

const post = { method: "POST", path: "/v1/blobs", body: utf8ToBytes('{"a":1}') };
const headers = signRequest(post, {
  createdSeconds: 1_794_787_200,
  publicKey: publicKeyOf(secretKey),
  sign: (message) => signEd25519({ seed: secretKey, message }),
});
const round = { round: 1_000, randomness: bytesToHex(random.bytes(32)), signature: bytesToHex(some) };
const info = { public_key: "83".repeat(96), period: 3, genesis_time: 1, schemeID: "bls-unchained-g1-rfc9380" };
const parsedBy = (schema: { safeParse: (value: unknown) => { readonly success: boolean } }) => (value: unknown) =>
  schema.safeParse(value).success ? true : null;

const states = made.states;
const hidden = utf8ToBytes(
  `${Buffer.from(
    encodeCanonical({
      capture: bytesToBase64Url(random.bytes(32)),
      encoding: "zstd",
      headerBytes: 3,
      payloadBytes: 9,
      secret: bytesToBase64Url(SECRET),
      streamBytes: 0,
    }),
  ).toString()}\0`,
);

/** Only what a parser built again is what it read: one value, one spelling. */
const again = (given: string, value: Uint8Array | null, spell: (bytes: Uint8Array) => string): Uint8Array | null => {
  if (value !== null && spell(value) !== given) throw new Error(`two spellings: ${given}`);
  return value;
};

export const evidenceTargets: readonly FuzzTarget[] = [
  textTarget("base64", [bytesToBase64(some)], (text) => again(text, base64ToBytes(text), bytesToBase64)),
  textTarget("base64url", [bytesToBase64Url(some)], (text) => again(text, base64UrlToBytes(text), bytesToBase64Url)),
  textTarget("hexadecimal", [bytesToHex(some)], (text) => again(text, hexToBytes(text), bytesToHex)),
  bytesTarget("UTF-8", [utf8ToBytes("grün — 🐱")], bytesToUtf8),
  bytesTarget(
    "canonical JSON",
    statements.map(({ bodyBytes }) => bodyBytes),
    (bytes) => {
      const parsed = parseCanonical(bytes);
      if (parsed.ok && Buffer.compare(encodeCanonical(parsed.value), bytes) !== 0) throw new Error("two spellings");
      return parsed;
    },
  ),
  jsonTarget(
    "statement envelope",
    statements.map(({ envelope }) => envelope),
    readAnyStatement,
  ),
  ...statements.map(({ name, body }) => jsonTarget(`body of ${name}`, [body], parsedBy(statementSchemas[name]))),
  bytesTarget("map", [encodeMap(states)], (bytes) => decodeMap(bytes, states.length)),
  bytesTarget("visible plaintext", [plain.plaintext], (bytes) => splitBlob(bytes, visibleManifestSchema)),
  bytesTarget("hidden plaintext", [hidden], (bytes) => splitBlob(bytes, hiddenManifestSchema)),
  bytesTarget("compressed stream", [stream, plain.stream], (bytes) => decompressExactly(bytes, tiles.length), {
    allocationMaxBytes: 32 * MIB,
    timeMaxMs: 100,
  }),
  bytesTarget("opening", [opening], readOpening, { timeMaxMs: 100 }),
  bytesTarget(
    "opening, its root",
    [opening],
    (bytes) => {
      const read = readOpening(bytes);
      return read.ok ? rootOfLeaves(read.value, 1024) : read;
    },
    { timeMaxMs: 100 },
  ),
  bytesTarget("bundle", [bundle], readBundle, { timeMaxMs: 100 }),
  bytesTarget("bundle, verified", [bytesOfWeek(writeHonestWeek()), bundle], (bytes) => verifyBundle(bytes), {
    timeMaxMs: 200,
    allocationMaxBytes: 32 * MIB,
  }),
  textTarget("age recipient", [sampleKeys(1).sealing.recipient], (text) => isRecipient(text) || null),
  textTarget("recovery code", [reveal(recoveryCodeOf(random.bytes(32)))], recoveryKeyOf, { timeMaxMs: 400 }),
  jsonTarget("request signature", [headers], (given) =>
    readRequestSignature(post, Object(given) as Record<string, string>),
  ),
  jsonTarget("beacon round", [round], parsedBy(beaconRoundSchema)),
  jsonTarget("beacon information", [info], parsedBy(beaconInfoSchema)),
];
