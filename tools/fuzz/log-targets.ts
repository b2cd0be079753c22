// What comes from logs and witnesses: packages/tlog and the witness.
import { createTestRandom } from "@underseal/foundation";
import {
  addSignatures,
  cosignerKeyOf,
  cosignText,
  decodeEntryBundle,
  decodeVerifierKey,
  encodeEntryBundle,
  encodeTlogProof,
  encodeVerifierKey,
  formatAddCheckpoint,
  formatWitnessAnswer,
  leafHash,
  parseAddCheckpoint,
  parseCheckpoint,
  parseNote,
  parsePinnedPolicy,
  parsePolicy,
  parseTilePath,
  parseTlogProof,
  parseWitnessSize,
  readWitnessAnswer,
  signCheckpoint,
  tilePath,
  verifierKeyOf,
  verifyCheckpoint,
  verifyTlogProof,
  verifyWitnessedCheckpoint,
} from "@underseal/tlog";
import { readSubmission } from "../../apps/witness/src/rules.ts";
import { parseWatchedLogs } from "../../apps/witness/src/watched.ts";
import { verifyCosignature } from "../../packages/tlog/src/cosignature.ts";
import { createTestSigner } from "../../packages/tlog/test/testlog.ts";
import { bytesTarget, type FuzzTarget, textTarget } from "./target.ts";

const random = createTestRandom(5);
const log = createTestSigner("log.example/underseal1", 11);
const witness = createTestSigner("witness.example/one", 12);
export const logKey = verifierKeyOf(log);
export const witnessKey = cosignerKeyOf(witness);

export const ENTRY = random.bytes(32);
const sibling = random.bytes(32);
/** Two entries, ours the first. */
export const checkpoint = signCheckpoint({ origin: log.name, size: 1, root: leafHash(ENTRY) }, log);
const text = checkpoint.slice(0, checkpoint.lastIndexOf("\n\n") + 1);
export const cosignature = cosignText({ text, signer: witness, time: 1_794_787_200 });
export const witnessed = addSignatures(checkpoint, [cosignature]);
export const proof = encodeTlogProof({ index: 0, hashes: [], checkpoint });
const longProof = encodeTlogProof({ index: 5, hashes: [sibling, ENTRY, sibling], extra: random.bytes(40), checkpoint });
const request = formatAddCheckpoint({ oldSize: 0, proof: [], note: checkpoint });
const later = formatAddCheckpoint({ oldSize: 3, proof: [sibling, ENTRY], note: witnessed });

export const policyText = [
  `log ${encodeVerifierKey(logKey)}`,
  `witness w1 ${encodeVerifierKey(witnessKey)}`,
  `witness w2 ${encodeVerifierKey(cosignerKeyOf(createTestSigner("witness.example/two", 13)))}`,
  "group g 1 w1 w2",
  "quorum g",
  "",
].join("\n");
const parsed = parsePolicy(policyText);
if (!parsed.ok) throw new Error(parsed.error.sentence);
export const policy = parsed.value;
const watched = new Map([[log.name, { origin: log.name, hash: "", keys: [logKey] }]]);

const paths = [
  tilePath({ level: 0, index: 0, width: 256 }),
  tilePath({ level: 1, index: 1_234_067, width: 17 }),
  tilePath({ level: "entries", index: 999, width: 1 }),
];
const entries = encodeEntryBundle([ENTRY, new Uint8Array(), sibling]);

export const logTargets: readonly FuzzTarget[] = [
  textTarget("note", [checkpoint, witnessed], parseNote),
  textTarget("checkpoint text", [text], parseCheckpoint),
  textTarget("signed checkpoint", [checkpoint, witnessed], (note) => verifyCheckpoint(note, [logKey])),
  textTarget("witnessed checkpoint", [witnessed], (note) => verifyWitnessedCheckpoint(note, policy)),
  textTarget("verifier key", [encodeVerifierKey(logKey), encodeVerifierKey(witnessKey)], decodeVerifierKey),
  textTarget("policy", [policyText], parsePolicy),
  textTarget("pinned policy", [policyText, `log ${encodeVerifierKey(logKey)}\nquorum none\n`], parsePinnedPolicy),
  textTarget("a witness's list of logs", [policyText], parseWatchedLogs),
  textTarget("tlog-proof", [proof, longProof], parseTlogProof),
  textTarget("tlog-proof against a log", [proof], (given) =>
    verifyTlogProof({ text: given, entry: ENTRY, logKeys: [logKey] }),
  ),
  textTarget("tile path", paths, parseTilePath),
  bytesTarget("entry bundle", [entries], (bytes) => decodeEntryBundle(bytes, 3)),
  textTarget("witness request", [request, later], parseAddCheckpoint),
  textTarget("witness request, verified", [request, later], (body) => readSubmission(body, watched)),
  textTarget("witness answer", [formatWitnessAnswer([cosignature])], (answer) =>
    readWitnessAnswer({ note: checkpoint, answer, witness: witnessKey }),
  ),
  textTarget("witness size", ["0\n", "9007199254740991\n"], parseWitnessSize),
  bytesTarget("cosignature", [cosignature.signature], (signature) =>
    verifyCosignature({ publicKey: witnessKey.publicKey, text, signature }),
  ),
];
