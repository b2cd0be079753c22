import { assert, base64ToBytes, bytesToBase64, ok, type Result } from "@underseal/foundation";
import { type Checkpoint, parseCount, verifyCheckpoint } from "./checkpoint.ts";
import { refuse, type TlogError } from "./errors.ts";
import type { VerifierKey } from "./keys.ts";
import { HASH_BYTES, leafHash, verifyInclusion } from "./merkle.ts";
import { foldNodes, inclusionProofNodes, type NodeId, type ReadNode } from "./nodes.ts";
import { NOTE_CHARS_MAX } from "./note.ts";

// C2SP tlog-proof: everything that shows, offline, that an entry is in a log. The checkpoint is carried as it was
// signed, so cosignatures that witnesses add to it travel along.

const VERSION_LINE = "c2sp.org/tlog-proof@v1";
const EXTRA_PREFIX = "extra ";
const INDEX_PREFIX = "index ";

/** A tree of 2^53 entries is 53 levels high; the witness protocol allows for 63. */
export const PROOF_HASHES_MAX = 63;
const EXTRA_CHARS_MAX = 65_536;
const PROOF_CHARS_MAX = NOTE_CHARS_MAX + EXTRA_CHARS_MAX + 4_096;

export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up to the root's child. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note, byte for byte. */
  readonly checkpoint: string;
  /** Whatever the application added. Nothing signs it: never trust it for what it says. */
  readonly extra?: Uint8Array;
}

const isExtraLength = (chars: number): boolean => chars > 0 && chars <= EXTRA_CHARS_MAX;

/** Writes a proof around a signed checkpoint, which is carried unchanged. */
export const encodeTlogProof = ({ index, hashes, checkpoint, extra }: TlogProof): string => {
  assert(Number.isSafeInteger(index) && index >= 0, "an index is a count");
  assert(hashes.length <= PROOF_HASHES_MAX, "a proof has at most 63 hashes");
  assert(extra === undefined || isExtraLength(bytesToBase64(extra).length), "extra data is some, and at most 48 kB");
  const extraLine = extra === undefined ? [] : [`${EXTRA_PREFIX}${bytesToBase64(extra)}`];
  return joinProof([...extraLine, `${INDEX_PREFIX}${index}`, ...hashes.map(bytesToBase64)], checkpoint);
};

const joinProof = (lines: readonly string[], checkpoint: string): string =>
  `${VERSION_LINE}\n${lines.join("\n")}\n\n${checkpoint}`;

export interface ProvenLog {
  readonly size: number;
  /** Asked for the nodes of `inclusionProofNodes`. */
  readonly read: ReadNode;
  /** The signed note of this size. */
  readonly checkpoint: string;
}

/**
 * Writes the proofs of many entries against one checkpoint, each as `encodeTlogProof` would: what stands in several
 * of them, which is most, is hashed and encoded once.
 */
export const createProofWriter = ({ size, read, checkpoint }: ProvenLog): ((index: number) => string) => {
  const written = new Map<string, string>();
  // In a tree of one size, the entries that stand for one hash of a proof are known by where they begin: either they
  // are a complete subtree, or they reach to the end.
  const lineOf = (nodes: readonly NodeId[]): string => {
    const [first] = nodes;
    assert(first !== undefined, "a proof's hash stands for some entries");
    const key = `${first.level}/${first.index}${nodes.length > 1 ? " to the end" : ""}`;
    const known = written.get(key);
    if (known !== undefined) return known;
    const line = bytesToBase64(foldNodes(nodes, read));
    written.set(key, line);
    return line;
  };
  return (index) =>
    joinProof([`${INDEX_PREFIX}${index}`, ...inclusionProofNodes({ index, size }).map(lineOf)], checkpoint);
};

const parseHash = (line: string): Uint8Array | null => {
  const hash = base64ToBytes(line);
  return hash?.length === HASH_BYTES ? hash : null;
};

/** `undefined` where the line is no extra line, `null` where it is a bad one. An empty one is to be left out. */
const parseExtra = (line: string): Uint8Array | null | undefined => {
  if (!line.startsWith(EXTRA_PREFIX)) return undefined;
  const encoded = line.slice(EXTRA_PREFIX.length);
  return isExtraLength(encoded.length) ? base64ToBytes(encoded) : null;
};

/** Takes a proof apart without verifying anything. Errors: `PROOF_TOO_LARGE`, `PROOF_MALFORMED`. */
export const parseTlogProof = (text: string): Result<TlogProof, TlogError> => {
  if (text.length > PROOF_CHARS_MAX) return refuse("PROOF_TOO_LARGE");
  const divider = text.indexOf("\n\n");
  const [version, ...lines] = text.slice(0, Math.max(divider, 0)).split("\n");
  if (version !== VERSION_LINE) return refuse("PROOF_MALFORMED");
  const extra = parseExtra(lines[0] ?? "");
  const [indexLine = "", ...hashLines] = extra === undefined ? lines : lines.slice(1);
  const index = indexLine.startsWith(INDEX_PREFIX) ? parseCount(indexLine.slice(INDEX_PREFIX.length)) : null;
  if (extra === null || index === null || hashLines.length > PROOF_HASHES_MAX) return refuse("PROOF_MALFORMED");
  const hashes = hashLines.map(parseHash).filter((hash) => hash !== null);
  if (hashes.length !== hashLines.length) return refuse("PROOF_MALFORMED");
  return ok({ index, hashes, checkpoint: text.slice(divider + 2), ...(extra === undefined ? {} : { extra }) });
};

/** That the entry is number `index` of the log, as of this checkpoint. */
export interface LoggedEntry extends Checkpoint {
  readonly index: number;
}

export interface TlogProofClaim {
  readonly text: string;
  /** The bytes that were logged, not their hash. */
  readonly entry: Uint8Array;
  /** The keys of the logs that are accepted, each named after its log. */
  readonly logKeys: readonly VerifierKey[];
}

/**
 * Verifies a proof against the entry that the caller holds. That the log told nobody else another story is not
 * shown by this: witnesses do that, by cosignatures in the checkpoint. Errors: those of `parseTlogProof`,
 * `verifyCheckpoint` and `verifyInclusion`.
 */
export const verifyTlogProof = ({ text, entry, logKeys }: TlogProofClaim): Result<LoggedEntry, TlogError> => {
  const proof = parseTlogProof(text);
  if (!proof.ok) return proof;
  const { index, hashes } = proof.value;
  const checkpoint = verifyCheckpoint(proof.value.checkpoint, logKeys);
  if (!checkpoint.ok) return checkpoint;
  const { size, root } = checkpoint.value;
  const included = verifyInclusion({ index, size, leafHash: leafHash(entry), proof: hashes, root });
  return included.ok ? ok({ ...checkpoint.value, index }) : included;
};
