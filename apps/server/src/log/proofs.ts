import { assert, bytesToHex } from "@underseal/foundation";
import { consistencyProofNodes, encodeTlogProof, foldProof, inclusionProofNodes } from "@underseal/tlog";
import type { Transaction } from "../platform/postgres/transact.ts";
import { type PublishedNote, readFirstCovering } from "./store/published.ts";
import { readHead, readIndexes, readNodes } from "./store/tree.ts";
import type { LogSubject } from "./subjects.ts";

export const PROOFS_MAX = 2_000;

/**
 * The tlog-proof of each subject's entry against the newest checkpoint, in the order given; `null` for what is not
 * logged yet. Three queries for all of them, at most `PROOFS_MAX`.
 */
export const proveEntries = (
  transaction: Transaction,
  subjects: readonly LogSubject[],
): Promise<readonly (string | null)[]> =>
  proveAgainst(transaction, subjects, async (indexes) => {
    const { size, checkpoint } = await readHead(transaction);
    assert(checkpoint !== null, "a log with entries is signed");
    return new Map(indexes.map((index) => [index, { size, note: checkpoint }]));
  });

/**
 * As `proveEntries`, but each against the first published checkpoint that covers it, which is what bounds its time;
 * `null` where none does yet.
 */
export const provePublished = (
  transaction: Transaction,
  subjects: readonly LogSubject[],
): Promise<readonly (string | null)[]> =>
  proveAgainst(transaction, subjects, (indexes) => readFirstCovering(transaction, indexes));

const proveAgainst = async (
  transaction: Transaction,
  subjects: readonly LogSubject[],
  // Asked after the indexes were read: what is read later can only be longer than what they need.
  readNotes: (indexes: readonly number[]) => Promise<ReadonlyMap<number, PublishedNote>>,
): Promise<readonly (string | null)[]> => {
  assert(subjects.length <= PROOFS_MAX, "proofs are asked for in portions");
  const indexes = await readIndexes(transaction, subjects);
  if (indexes.size === 0) return subjects.map(() => null);
  const notes = await readNotes([...indexes.values()]);
  const plans = new Map(
    Array.from(notes, ([index, { size, note }]) => [index, { note, nodes: inclusionProofNodes({ index, size }) }]),
  );
  const read = await readNodes(
    transaction,
    [...plans.values()].flatMap(({ nodes }) => nodes.flat()),
  );
  return subjects.map((subject) => {
    const index = indexes.get(bytesToHex(subject));
    const plan = index === undefined ? undefined : plans.get(index);
    if (index === undefined || plan === undefined) return null;
    return encodeTlogProof({ index, hashes: foldProof(plan.nodes, read), checkpoint: plan.note });
  });
};

/** The hashes that lead from one size to a larger one; none from an empty log. The caller knows both are the log's. */
export const proveConsistency = async (
  transaction: Transaction,
  sizes: { readonly oldSize: number; readonly newSize: number },
): Promise<readonly Uint8Array[]> => {
  if (sizes.oldSize === 0) return [];
  const plan = consistencyProofNodes(sizes);
  return foldProof(plan, await readNodes(transaction, plan.flat()));
};
