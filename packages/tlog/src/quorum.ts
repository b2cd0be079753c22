import { ok, type Result } from "@underseal/foundation";
import { type Checkpoint, parseCheckpoint } from "./checkpoint.ts";
import { refuse, type TlogError } from "./errors.ts";
import { type Cosignature, verifyNote } from "./note.ts";
import type { Policy, PolicyWitness } from "./policy.ts";

// What a policy decides: whether enough witnesses have seen a checkpoint, and which of them stand for themselves.

/** Whether witnesses of these names (the policy's names for them) are enough. */
export const meetsQuorum = ({ groups, quorum }: Policy, witnesses: ReadonlySet<string>): boolean => {
  const witnessed = new Set(witnesses);
  // A group names only what stands before it, so one pass in order is enough, however deep they nest.
  for (const { name, threshold, members } of groups) {
    // A group counts by its members alone, whatever the caller's set says of its name.
    witnessed.delete(name);
    if (members.filter((member) => witnessed.has(member)).length >= threshold) witnessed.add(name);
  }
  return quorum === null || witnessed.has(quorum);
};

export interface QuorumWitness extends PolicyWitness {
  /** Who is assumed to run it: witnesses of one operator count once where independent ones are wanted. */
  readonly operator: string;
}

/**
 * The witnesses that can count towards the quorum, in the policy's order. One that the quorum's group lists itself
 * is its own operator; those of a group below it count as one, however deep they sit there.
 */
export const quorumWitnesses = (policy: Policy): readonly QuorumWitness[] => {
  const groupByMember = new Map(policy.groups.flatMap(({ name, members }) => members.map((member) => [member, name])));
  const operatorOf = (name: string): string | null => {
    let at: string | undefined = name;
    while (at !== undefined && at !== policy.quorum) {
      const group = groupByMember.get(at);
      if (group === policy.quorum) return at;
      at = group;
    }
    // The quorum may be a single witness.
    return at === undefined ? null : name;
  };
  return policy.witnesses.flatMap((witness) => {
    const operator = policy.quorum === null ? null : operatorOf(witness.name);
    return operator === null ? [] : [{ ...witness, operator }];
  });
};

export interface WitnessedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** By the policy's witnesses, whether the quorum counts them or not. */
  readonly cosignatures: readonly Cosignature[];
}

/**
 * Verifies a checkpoint against a policy: signed by one of its logs under that log's own name, and cosigned by a
 * quorum of its witnesses. Signatures by strangers are ignored; one by a known key that does not fit spoils the
 * note. Errors: those of `verifyNote`, `CHECKPOINT_MALFORMED`, `CHECKPOINT_ORIGIN_UNKNOWN`, `QUORUM_MISSING`.
 */
export const verifyWitnessedCheckpoint = (note: string, policy: Policy): Result<WitnessedCheckpoint, TlogError> => {
  const logKeys = policy.logs.map(({ key }) => key);
  const verified = verifyNote(note, [...logKeys, ...policy.witnesses.map(({ key }) => key)]);
  if (!verified.ok) return verified;
  const { text, signedBy, cosignatures } = verified.value;
  const signers = signedBy.filter((key) => logKeys.includes(key));
  if (signers.length === 0) return refuse("NOTE_SIGNER_UNKNOWN");
  const checkpoint = parseCheckpoint(text);
  if (!checkpoint.ok) return checkpoint;
  if (!signers.some(({ name }) => name === checkpoint.value.origin)) return refuse("CHECKPOINT_ORIGIN_UNKNOWN");
  const seenBy = policy.witnesses.filter(({ key }) => signedBy.includes(key)).map(({ name }) => name);
  if (!meetsQuorum(policy, new Set(seenBy))) return refuse("QUORUM_MISSING");
  return ok({ checkpoint: checkpoint.value, cosignatures });
};
