// The place of each statement in the log that both parties agreed on in the terms, up to checkpoints that enough
// witnesses have cosigned. All checkpoints of a bundle must be of one history: two of one size are the same tree, and
// each is continued by the next larger one.
import { logEntryOf, type Statement } from "@underseal/evidence";
import { base64UrlToBytes, bytesToHex, ok, type Result } from "@underseal/foundation";
import {
  leafHash,
  type Policy,
  parseNote,
  parseTlogProof,
  verifyConsistency,
  verifyInclusion,
  verifyWitnessedCheckpoint,
  type WitnessedCheckpoint,
} from "@underseal/tlog";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { LoggedStatement, ParsedBundle } from "./parse.ts";
import type { CheckedRecord, DeviceChain } from "./records.ts";
import type { AgreedTerms, TermsByHash } from "./terms.ts";

export interface Logged {
  /** When witnesses had seen each record's checkpoint, in Unix seconds, ascending; empty without witnesses. */
  readonly witnessTimes: ReadonlyMap<CheckedRecord, readonly number[]>;
  readonly checkpoints: number;
}

interface Entry {
  readonly statement: Statement;
  readonly proof: string;
  readonly terms: AgreedTerms;
}

export const checkLog = (
  bundle: ParsedBundle,
  { chains, terms }: { readonly chains: readonly DeviceChain[]; readonly terms: TermsByHash },
): Result<Logged, VerificationFailure> => {
  const read = createCheckpointReader();
  const history = createHistory();
  const witnessTimes = new Map<CheckedRecord, readonly number[]>();
  for (const entry of entriesOf(bundle, chains, terms)) {
    const placed = placeOf(entry, read);
    if (!placed.ok) return placed;
    if (!history.add(placed.value)) return refuse("LOG_INCONSISTENT", entry.statement);
    if (entry.record !== undefined) witnessTimes.set(entry.record, timesOf(placed.value.checkpoint));
  }
  const joined = checkConsistency(bundle, history.roots);
  return joined.ok ? ok({ witnessTimes, checkpoints: history.roots.size }) : joined;
};

const entriesOf = (
  { revocations, weekStatement, terms: versions }: ParsedBundle,
  chains: readonly DeviceChain[],
  terms: TermsByHash,
): readonly (Entry & { readonly record?: CheckedRecord })[] => {
  const agreed = [...terms.values()];
  // What is not made under terms is logged where the newest of them say.
  const newest = agreed.at(-1);
  if (newest === undefined) return [];
  const others: readonly LoggedStatement<"revocation" | "week">[] =
    weekStatement === null ? revocations : [...revocations, weekStatement];
  return [
    ...versions.map((version, i) => ({ ...version, terms: agreed[i] ?? newest })),
    ...chains
      .flat()
      .map((record) => ({ statement: record.statement, proof: record.proof, terms: record.terms, record })),
    ...others.map((other) => ({ ...other, terms: newest })),
  ];
};

interface Place {
  readonly checkpoint: WitnessedCheckpoint;
  readonly index: number;
}

type ReadCheckpoint = (note: string, policy: Policy) => ReturnType<typeof verifyWitnessedCheckpoint>;

const placeOf = (
  { statement, proof: text, terms }: Entry,
  read: ReadCheckpoint,
): Result<Place, VerificationFailure> => {
  const proof = parseTlogProof(text);
  if (!proof.ok) return refuse("LOG_PROOF_INVALID", statement);
  const note = parseNote(proof.value.checkpoint);
  if (!note.ok) return refuse("LOG_PROOF_INVALID", statement);
  const checkpoint = read(proof.value.checkpoint, terms.policy);
  if (!checkpoint.ok) {
    return refuse(checkpoint.error.code === "QUORUM_MISSING" ? "LOG_QUORUM_MISSING" : "LOG_PROOF_INVALID", statement);
  }
  // Nothing signs extra data, and a signature by an unknown key could be anything: every byte of a bundle counts.
  const isMinimal = proof.value.extra === undefined && note.value.signatures.length === countSigners(checkpoint.value);
  if (!isMinimal) return refuse("LOG_PROOF_NOT_MINIMAL", statement);
  const { size, root } = checkpoint.value.checkpoint;
  const { index, hashes } = proof.value;
  const included = verifyInclusion({
    index,
    size,
    leafHash: leafHash(logEntryOf(statement.hash)),
    proof: hashes,
    root,
  });
  return included.ok ? ok({ checkpoint: checkpoint.value, index }) : refuse("LOG_PROOF_INVALID", statement);
};

/** The log itself and each witness once. */
const countSigners = ({ cosignatures }: WitnessedCheckpoint): number => 1 + cosignatures.length;

const timesOf = ({ cosignatures }: WitnessedCheckpoint): readonly number[] =>
  cosignatures.map(({ time }) => time).toSorted((a, b) => a - b);

/** Many records share a checkpoint; its signatures are verified once. */
const createCheckpointReader = (): ReadCheckpoint => {
  const byPolicy = new Map<Policy, Map<string, ReturnType<typeof verifyWitnessedCheckpoint>>>();
  return (note, policy) => {
    const known = byPolicy.get(policy) ?? new Map<string, ReturnType<typeof verifyWitnessedCheckpoint>>();
    const checkpoint = known.get(note) ?? verifyWitnessedCheckpoint(note, policy);
    byPolicy.set(policy, known.set(note, checkpoint));
    return checkpoint;
  };
};

/** One log, one root for each size, one entry in each place. */
const createHistory = () => {
  const roots = new Map<number, Uint8Array>();
  const places = new Set<number>();
  let origin: string | null = null;
  return {
    roots,
    add: ({ checkpoint: { checkpoint }, index }: Place): boolean => {
      origin ??= checkpoint.origin;
      const root = roots.get(checkpoint.size) ?? checkpoint.root;
      const isSame = origin === checkpoint.origin && bytesToHex(root) === bytesToHex(checkpoint.root);
      // Every statement here is another entry, so no two can stand in one place.
      const isFree = !places.has(index);
      roots.set(checkpoint.size, root);
      places.add(index);
      return isSame && isFree;
    },
  };
};

/** From each checkpoint to the next larger one there is one proof, and it holds. */
const checkConsistency = (
  { consistency }: ParsedBundle,
  roots: ReadonlyMap<number, Uint8Array>,
): Result<void, VerificationFailure> => {
  const sizes = [...roots.keys()].sort((a, b) => a - b);
  if (consistency.length !== Math.max(0, sizes.length - 1)) return refuse("LOG_CONSISTENCY_MISSING");
  for (const [i, { oldSize, newSize, hashes }] of consistency.entries()) {
    const oldRoot = roots.get(oldSize);
    const newRoot = roots.get(newSize);
    const isNext = oldSize === sizes[i] && newSize === sizes[i + 1];
    if (!isNext || oldRoot === undefined || newRoot === undefined) return refuse("LOG_CONSISTENCY_MISSING");
    const proof = hashes.map((hash) => base64UrlToBytes(hash) ?? new Uint8Array());
    if (!verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }).ok) return refuse("LOG_INCONSISTENT");
  }
  return ok(undefined);
};
