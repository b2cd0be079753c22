import { assert, bytesToHex } from "@underseal/foundation";
import { encodeTlogProof, foldProof, inclusionProofNodes } from "@underseal/tlog";
import type { Transaction } from "../platform/postgres/transact.ts";
import { readHead, readIndexes, readNodes } from "./store.ts";
import type { LogSubject } from "./subjects.ts";

export const PROOFS_MAX = 2_000;

/**
 * The tlog-proof of each subject's entry against the newest checkpoint, in the order given; `null` for what is not logged
 * yet. Three queries for all of them, at most `PROOFS_MAX`.
 */
export const proveEntries = async (
  transaction: Transaction,
  subjects: readonly LogSubject[],
): Promise<readonly (string | null)[]> => {
  assert(subjects.length <= PROOFS_MAX, "proofs are asked for in portions");
  // Indexes first: the head, read later, can only be longer than what they need.
  const indexes = await readIndexes(transaction, subjects);
  if (indexes.size === 0) return subjects.map(() => null);
  const { size, checkpoint } = await readHead(transaction);
  assert(checkpoint !== null, "a log with entries is signed");
  const plans = new Map([...indexes.values()].map((index) => [index, inclusionProofNodes({ index, size })]));
  const read = await readNodes(transaction, [...plans.values()].flat(2));
  return subjects.map((subject) => {
    const index = indexes.get(bytesToHex(subject));
    const plan = index === undefined ? undefined : plans.get(index);
    if (index === undefined || plan === undefined) return null;
    return encodeTlogProof({ index, hashes: foldProof(plan, read), checkpoint });
  });
};
