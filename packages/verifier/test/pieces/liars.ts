// One liar for each way in which a single piece can fail.
import {
  beaconKeyOf,
  encodeCanonical,
  leafKinds,
  OPENING_MAX_BYTES,
  QUICKNET,
  sha256,
  signRound,
} from "@underseal/evidence";
import {
  bytesToBase64,
  bytesToHex,
  createTestRandom,
  hexToBytes,
  type Result,
  utf8ToBytes,
} from "@underseal/foundation";
import { NOTE_CHARS_MAX, NOTE_SIGNATURES_MAX, signNote } from "@underseal/tlog";
import {
  type PieceCode,
  type PieceFailure,
  verifyBeaconRound,
  verifyCheckpointNote,
  verifyConsistencyClaim,
  verifyInclusionClaim,
  verifyOpening,
} from "../../src/pieces/index.ts";
import {
  bytesOfNote,
  createSmallLog,
  leafAt,
  logKey,
  logSigner,
  northKey,
  ORIGIN,
  signed,
  signerOf,
  southKey,
  witnessSigners,
} from "./small-log.ts";
import { AT, bytesOfOpening, openingOf, stranger, withLeaf } from "./small-opening.ts";

type Lie = () => Result<unknown, PieceFailure>;

const log = createSmallLog(11);
const [north] = witnessSigners;
const honestNote = log.noteAt(11, [north]);
const unsoundPoint = Uint8Array.of(1, 1, ...new Uint8Array(31));
const unsoundId = bytesToHex(sha256(utf8ToBytes(`${ORIGIN}\n`), unsoundPoint).subarray(0, 4));
const unsoundKey = `${ORIGIN}+${unsoundId}+${bytesToBase64(unsoundPoint)}`;

const checkpoint =
  (note: string | Uint8Array, keys: readonly string[] = [logKey], quorum = 0): Lie =>
  () =>
    verifyCheckpointNote({ note: typeof note === "string" ? bytesOfNote(note) : note, keys, quorum });

const inclusion = (lie: Partial<Parameters<typeof verifyInclusionClaim>[0]>): Lie => {
  const honest = { checkpoint: bytesOfNote(honestNote), index: 6, leafHash: leafAt(6), proof: log.inclusionAt(6) };
  return () => verifyInclusionClaim({ ...honest, keys: [logKey], ...lie });
};

const consistency = (older: string, newer: string, proof: readonly Uint8Array[] = []): Lie => {
  return () => verifyConsistencyClaim({ older: bytesOfNote(older), newer: bytesOfNote(newer), proof, keys: [] });
};

const beacon = (lie: Partial<Parameters<typeof verifyBeaconRound>[0]>): Lie => {
  const secret = createTestRandom(30).bytes(32);
  const honest = { scheme: "quicknet", publicKey: beaconKeyOf(secret), round: 7, signature: signRound(secret, 7) };
  return () => verifyBeaconRound({ ...honest, ...lie });
};

const opening =
  (...lies: Parameters<typeof bytesOfOpening>): Lie =>
  () =>
    verifyOpening(bytesOfOpening(...lies));

const otherKeys = Array.from({ length: NOTE_SIGNATURES_MAX + 1 }, (_, i) => `k${i}`);

export const liars: { readonly [Code in PieceCode]: Lie } = {
  KEY_MALFORMED: checkpoint(honestNote, ["log.example"]),
  KEY_TYPE_UNSUPPORTED: checkpoint(honestNote, [
    `${ORIGIN}+00000000+${bytesToBase64(Uint8Array.of(9, ...new Uint8Array(32)))}`,
  ]),
  KEY_ID_MISMATCH: checkpoint(honestNote, [logKey.replace(/\+[0-9a-f]{8}\+/, "+00000000+")]),
  KEY_UNACCEPTABLE: checkpoint(honestNote, [unsoundKey]),
  KEY_REPEATED: checkpoint(honestNote, [logKey, northKey, northKey], 1),
  KEYS_MISSING: checkpoint(honestNote, []),
  KEYS_TOO_MANY: checkpoint(honestNote, otherKeys),
  QUORUM_INVALID: checkpoint(honestNote, [logKey, northKey], 2),
  INDEX_INVALID: inclusion({ index: -1 }),
  HASH_LENGTH: inclusion({ leafHash: new Uint8Array(31) }),
  PROOF_HASHES_TOO_MANY: inclusion({ proof: Array.from({ length: 65 }, () => leafAt(0)) }),
  NOTE_TOO_LARGE: checkpoint(`${"a".repeat(NOTE_CHARS_MAX)}\n`),
  NOTE_NOT_TEXT: checkpoint(Uint8Array.of(0xff, 0xfe)),
  NOTE_MALFORMED: checkpoint("not a note\n"),
  NOTE_SIGNATURES_TOO_MANY: checkpoint(honestNote + (honestNote.split("\n").at(-2) ?? "").concat("\n").repeat(64)),
  CHECKPOINT_MALFORMED: checkpoint(signNote("something else\n", [logSigner])),
  NOTE_SIGNATURE_INVALID: checkpoint(honestNote.replace("\n11\n", "\n12\n")),
  NOTE_SIGNER_UNKNOWN: checkpoint(honestNote, [southKey]),
  CHECKPOINT_ORIGIN_UNKNOWN: checkpoint(
    signNote(honestNote.slice(0, honestNote.indexOf("\n\n") + 1).replace(ORIGIN, "other.example/log"), [logSigner]),
  ),
  QUORUM_MISSED: checkpoint(log.noteAt(11), [logKey, northKey], 1),
  ORIGINS_DIFFER: consistency(
    signed({ ...log.checkpointAt(3), origin: "other.example/log" }, [], signerOf("other.example/log", 5)),
    honestNote,
  ),
  SIZE_INVALID: consistency(honestNote, log.noteAt(3)),
  INDEX_OUT_OF_RANGE: inclusion({ index: 11 }),
  PROOF_LENGTH: inclusion({ proof: log.inclusionAt(6).slice(1) }),
  ROOT_MISMATCH: inclusion({ leafHash: leafAt(7) }),
  LOG_FORKED: consistency(honestNote, signed({ ...log.checkpointAt(11), root: leafAt(1) })),

  BEACON_SCHEME_UNKNOWN: beacon({ scheme: "pedersen-bls-chained" }),
  BEACON_KEY_INVALID: beacon({ publicKey: new Uint8Array(96) }),
  BEACON_ROUND_INVALID: beacon({ round: 0 }),
  BEACON_SIGNATURE_MALFORMED: beacon({ signature: hexToBytes("00") ?? new Uint8Array() }),
  BEACON_SIGNATURE_INVALID: beacon({ publicKey: QUICKNET.publicKey }),

  OPENING_TOO_LARGE: () => verifyOpening(new Uint8Array(OPENING_MAX_BYTES + 1)),
  OPENING_MALFORMED: () => verifyOpening(utf8ToBytes('{"format":"underseal-opening/2"}')),
  OPENING_STATEMENT_MALFORMED: () => {
    const honest = openingOf();
    return verifyOpening(encodeCanonical({ ...honest, device: honest.capture }));
  },
  OPENING_TERMS_UNSIGNED: opening({ signers: { client: stranger } }),
  OPENING_TERMS_INVALID: opening({ terms: { log: `${logKey}\n` } }),
  OPENING_DEVICE_UNCERTIFIED: opening({ device: { person: "0197aaaa-0000-7000-8000-0000000000ee" } }),
  OPENING_CAPTURE_MISMATCH: opening({ capture: { at: AT + 1 } }),
  OPENING_CAPTURE_UNSIGNED: opening({ signers: { device: stranger } }),
  OPENING_ARRIVAL_INVALID: opening({ signers: { platform: stranger } }),
  OPENING_LOG_PROOF_INVALID: opening({ proofOf: (proof) => proof.replace("\nindex 2\n", "\nindex 1\n") }),
  OPENING_QUORUM_MISSED: opening({ witnesses: [] }),
  OPENING_ROOT_MISMATCH: () => {
    const honest = openingOf();
    const leaves = honest.leaves.map((leaf) => ({ ...leaf, salt: honest.leaves[0]?.salt ?? "" }));
    return verifyOpening(encodeCanonical({ ...honest, leaves }));
  },
  OPENING_LEAF_UNFIT: opening({ leaves: withLeaf(5, { kind: leafKinds.pixels, payload: new Uint8Array(3) }) }),
};
