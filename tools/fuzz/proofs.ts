// What must hold bit by bit: published vectors and samples of ours that verify as they are, and must not verify once
// anything in them is changed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { inflateSync } from "node:zlib";
import { isSignedBy, readStatement, signStatement } from "@underseal/evidence";
import { assert, concatBytes, hexToBytes } from "@underseal/foundation";
import {
  HASH_BYTES,
  publicKeyOf,
  verifyCheckpoint,
  verifyConsistency,
  verifyEs256,
  verifyInclusion,
  verifyStrict,
  verifyTlogProof,
  verifyWitnessedCheckpoint,
} from "@underseal/tlog";
import { opensWithAge } from "../../packages/evidence/test/age-file.ts";
import { sampleBodies, sampleSecret } from "../../packages/evidence/test/samples.ts";
import { strictVerifierOf } from "../../packages/tlog/src/ed25519.ts";
import { engine as nobleEngine } from "../../packages/tlog/src/signature-noble.ts";
import { checkpoint, ENTRY, logKey, policy, proof, witnessed } from "./log-targets.ts";
import { bytesOf, isTaken, textOf } from "./target.ts";

export interface Proof {
  readonly name: string;
  readonly sample: Uint8Array;
  readonly verifies: (bytes: Uint8Array) => boolean | Promise<boolean>;
  /** The same content spelled otherwise. */
  readonly respelled: readonly Uint8Array[];
  readonly positionsMax: number;
  /** Changes that the format itself calls none. */
  readonly isHarmless?: (bytes: Uint8Array) => boolean;
}

const VECTORS = path.join(import.meta.dirname, "../../../shared/vectors");

export const hasVectors = existsSync(VECTORS);

const readVector = (file: string): Buffer => readFileSync(path.join(VECTORS, file));
const hex = (text: string | undefined): Uint8Array => hexToBytes(text ?? "") ?? new Uint8Array();

const bytesProof = (name: string, sample: Uint8Array, verifies: Proof["verifies"], positionsMax = 400): Proof => ({
  name,
  sample,
  verifies,
  positionsMax,
  respelled: [concatBytes(sample, Uint8Array.of(0)), concatBytes(Uint8Array.of(0), sample)],
});

const textProof = (name: string, text: string, verifies: (text: string) => boolean): Proof => ({
  name,
  sample: bytesOf(text),
  verifies: (bytes) => verifies(textOf(bytes)),
  positionsMax: 400,
  respelled: respellings(text).map(bytesOf),
});

/** Line ends, space, byte order marks, padding, case: each leaves the content and must be refused for its form. */
const respellings = (text: string): string[] =>
  [
    text.replaceAll("\n", "\r\n"),
    `${text}\n`,
    ` ${text}`,
    `\ufeff${text}`,
    text.replace(/=+(["\n])/g, "$1"),
    text.replaceAll("+", "-").replaceAll("/", "_"),
    text.replace(/\n$/, ""),
    text.replaceAll(":", ": "),
    text.replaceAll('"', "'"),
  ].filter((respelled) => respelled !== text);

const envelope = signStatement("capture", sampleBodies.capture, [sampleSecret(2)]).envelope;

const isSigned = (text: string): boolean => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  const read = readStatement(value, "capture");
  return isTaken(read) && read.ok && isSignedBy(read.value, [publicKeyOf(sampleSecret(2))]);
};

export const ownProofs: readonly Proof[] = [
  // The JSON around an envelope is no part of what is signed: space in it changes nothing.
  { ...textProof("a statement's envelope", JSON.stringify(envelope), isSigned), respelled: [] },
  textProof("a signed checkpoint", checkpoint, (note) => isTaken(verifyCheckpoint(note, [logKey]))),
  textProof("a witnessed checkpoint", witnessed, (note) => isTaken(verifyWitnessedCheckpoint(note, policy))),
  textProof("a tlog-proof", proof, (text) => isTaken(verifyTlogProof({ text, entry: ENTRY, logKeys: [logKey] }))),
];

interface Case {
  readonly tcId: number;
  readonly result: string;
  readonly msg: string;
  readonly sig?: string;
}

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKey?: { readonly pk?: string; readonly uncompressed?: string };
    readonly tests: readonly Case[];
  }[];
}

/** The first valid cases of a file, with their keys. */
const validCases = (name: string, count: number) => {
  const file = JSON.parse(readVector(`wycheproof/testvectors_v1/${name}_test.json`).toString()) as WycheproofFile;
  return file.testGroups
    .flatMap(({ publicKey, tests }) => tests.map((test) => ({ ...test, publicKey })))
    .filter(({ result }) => result === "valid")
    .slice(0, count);
};

const VALID_CASES = 8;

const signatureProofs = (): Proof[] => [
  ...validCases("ed25519", VALID_CASES).flatMap(({ tcId, publicKey, msg, sig }) => {
    const claim = { publicKey: hex(publicKey?.pk), message: hex(msg), signature: hex(sig) };
    const inBrowsers = strictVerifierOf(nobleEngine);
    return [
      bytesProof(`Ed25519 ${tcId}, its signature`, claim.signature, (signature) =>
        verifyStrict({ ...claim, signature }),
      ),
      bytesProof(`Ed25519 ${tcId}, its signature, in browsers`, claim.signature, (signature) =>
        inBrowsers({ ...claim, signature }),
      ),
      bytesProof(`Ed25519 ${tcId}, its key`, claim.publicKey, (key) => verifyStrict({ ...claim, publicKey: key })),
    ];
  }),
  ...validCases("ecdsa_secp256r1_sha256_p1363", VALID_CASES).flatMap(({ tcId, publicKey, msg, sig }) => {
    const claim = { publicKey: hex(publicKey?.uncompressed), message: hex(msg), signature: hex(sig) };
    return [
      bytesProof(`ES256 ${tcId}, its signature`, claim.signature, (signature) => verifyEs256({ ...claim, signature })),
      bytesProof(`ES256 ${tcId}, its key`, claim.publicKey, (key) => verifyEs256({ ...claim, publicKey: key })),
    ];
  }),
];

const hashesIn = (joined: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(joined.length / HASH_BYTES) }, (_, i) =>
    joined.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );

const listJson = (folder: string): string[] =>
  readdirSync(path.join(VECTORS, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => path.join(folder, name));

type MerkleVector = Readonly<Record<string, string & number & readonly string[]>> & { readonly wantErr: boolean };

const base64 = (text: string | null | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? "", "base64"));

const merkleProofs = (): Proof[] =>
  ["inclusion", "consistency"].flatMap((kind) =>
    listJson(`merkle/testdata/${kind}`).flatMap((file) => {
      const vector = JSON.parse(readVector(file).toString()) as MerkleVector;
      const { leafIdx = 0, treeSize = 0, size1 = 0, size2 = 0 } = vector;
      const ends = kind === "inclusion" ? [vector.leafHash, vector.root] : [vector.root1, vector.root2];
      const joined = concatBytes(...[...ends, ...(vector.proof ?? [])].map(base64));
      // Two roots of one size are compared and nothing else: both may change alike. Ends that are no hashes are refused.
      if (vector.wantErr || ends.some((end) => base64(end).length !== HASH_BYTES)) return [];
      return [
        bytesProof(file, joined, (bytes) => {
          const [first = new Uint8Array(), second = new Uint8Array(), ...hashes] = hashesIn(bytes);
          return isTaken(
            kind === "inclusion"
              ? verifyInclusion({ index: leafIdx, size: treeSize, leafHash: first, root: second, proof: hashes })
              : verifyConsistency({ oldSize: size1, oldRoot: first, newSize: size2, newRoot: second, proof: hashes }),
          );
        }),
      ];
    }),
  );

/** Armour is a wrapping: its own rules allow space around it, and either end of a line. */
const plainArmor = (bytes: Uint8Array): string => textOf(bytes).trim().replaceAll("\r\n", "\n");

/** Each try takes a key encapsulation. */
const AGE_POSITIONS = 16;

const ageProofs = (): Proof[] =>
  readdirSync(path.join(VECTORS, "age/testdata"))
    .sort()
    .flatMap((name) => {
      const file = readVector(`age/testdata/${name}`);
      const end = file.indexOf("\n\n");
      const lines = file.subarray(0, end).toString().split("\n");
      const valueNamed = (key: string) => lines.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2);
      const identity = valueNamed("identity");
      if (valueNamed("expect") !== "success" || identity === undefined) return [];
      const body = file.subarray(end + 2);
      const sample = new Uint8Array(valueNamed("compressed") === "zlib" ? inflateSync(body) : body);
      const isArmored = valueNamed("armored") === "yes";
      const verifies = (bytes: Uint8Array) => opensWithAge(bytes, { identity, isArmored });
      const whole = bytesProof(`age ${name}`, sample, verifies, AGE_POSITIONS);
      if (!isArmored) return [whole];
      const unwrapped = plainArmor(sample);
      return [{ ...whole, respelled: [], isHarmless: (bytes) => plainArmor(bytes) === unwrapped }];
    });

export const publishedProofs = (): readonly Proof[] => {
  assert(hasVectors, "the published vectors are there");
  return [...signatureProofs(), ...merkleProofs(), ...ageProofs()];
};
