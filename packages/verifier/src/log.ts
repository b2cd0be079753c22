// The place of each statement in the log that both parties agreed on in the terms, up to checkpoints that enough
// witnesses have cosigned.
import { logEntryOf, type Statement } from "@underseal/evidence";
import { equalBytes, ok, type Result } from "@underseal/foundation";
import {
  leafHash,
  type Policy,
  parseNote,
  parseTlogProof,
  quorumWitnesses,
  verifyInclusion,
  verifyWitnessedCheckpoint,
  type WitnessedCheckpoint,
} from "@underseal/tlog";
import { refuse, type VerificationFailure } from "./failure.ts";
import { checkConsistency, createHistory, type Place } from "./log-history.ts";
import type { LoggedStatement, ParsedBundle } from "./parse.ts";
import type { CheckedRecord, DeviceChain } from "./records.ts";
import type { AgreedTerms, TermsByHash } from "./terms.ts";

export interface Logged {
  /** When independent witnesses had seen each record's checkpoint, in Unix seconds, ascending; see `timesOf`. */
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
  const moved = findOtherLog([...terms.values()]);
  if (moved !== undefined) return refuse("LOG_CHANGED", moved.statement);
  const read = createCheckpointReader();
  const history = createHistory();
  const witnessTimes = new Map<CheckedRecord, readonly number[]>();
  for (const entry of entriesOf(bundle, chains, terms)) {
    const placed = placeOf(entry, read);
    if (!placed.ok) return placed;
    if (!history.add(placed.value)) return refuse("LOG_INCONSISTENT", entry.statement);
    if (entry.record !== undefined)
      witnessTimes.set(entry.record, timesOf(placed.value.checkpoint, entry.terms.policy));
  }
  const joined = checkConsistency(bundle, history.roots);
  return joined.ok ? ok({ witnessTimes, checkpoints: history.roots.size }) : joined;
};

/** The places of one log cannot be compared with those of another. */
const findOtherLog = (versions: readonly AgreedTerms[]): AgreedTerms | undefined => {
  const keyOf = ({ policy }: AgreedTerms) => policy.logs[0]?.key;
  const first = versions[0] === undefined ? undefined : keyOf(versions[0]);
  return versions.find((version) => {
    const key = keyOf(version);
    const isSame = key?.name === first?.name && equalBytes(key?.publicKey ?? EMPTY, first?.publicKey ?? EMPTY);
    return !isSame;
  });
};

const EMPTY = new Uint8Array();

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

/**
 * By the witnesses of the quorum alone: nobody asked for others. Witnesses of one operator have one word, its earliest,
 * unless there is no other operator. Empty without witnesses.
 */
const timesOf = ({ cosignatures }: WitnessedCheckpoint, policy: Policy): readonly number[] => {
  const witnesses = quorumWitnesses(policy);
  const hasOneOperator = new Set(witnesses.map(({ operator }) => operator)).size === 1;
  const earliest = new Map<string, number>();
  for (const { name, key, operator } of witnesses) {
    const time = cosignatures.find((cosignature) => cosignature.key === key)?.time;
    const voice = hasOneOperator ? name : operator;
    if (time !== undefined) earliest.set(voice, Math.min(time, earliest.get(voice) ?? time));
  }
  return [...earliest.values()].sort((a, b) => a - b);
};

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
