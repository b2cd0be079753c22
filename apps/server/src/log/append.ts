import { assert, bytesToHex, equalBytes } from "@underseal/foundation";
import {
  appendedNodes,
  createProofWriter,
  foldRoot,
  leafHash,
  type NoteSigner,
  type ReadNode,
  rootNodes,
  signCheckpoint,
} from "@underseal/tlog";
import type { Transaction } from "../platform/postgres/transact.ts";
import { isTermCurrent, limitWaiting } from "./store/lease.ts";
import {
  type Head,
  insertEntries,
  insertNodes,
  lockHead,
  moveHead,
  readNodes,
  type SubjectEntry,
  takeQueued,
} from "./store/tree.ts";

// One batch of the log, in one transaction: either all of it happened, signature included, or nothing did. The
// signed head is given out only from the committed row, so a crash between any two steps leaves no second history.

export const BATCH_MAX = 256;

export interface Appended {
  /** How many were taken off the queue; at `BATCH_MAX` more may be waiting. */
  readonly taken: number;
  /** The proof of an entry of this batch, by its subject's hexadecimal digits, once the batch is committed. */
  readonly proofOf: (subject: string) => string | null;
}

/** Logs the oldest queued entries and signs the new head, or nothing where there are none. `null`: the term is over. */
export const appendBatch = async (
  transaction: Transaction,
  { signer, term }: { readonly signer: NoteSigner; readonly term: number },
): Promise<Appended | null> => {
  await limitWaiting(transaction);
  const head = await lockHead(transaction);
  if (!(await isTermCurrent(transaction, term))) return null;
  const queued = await takeQueued(transaction, BATCH_MAX);
  const entries = queued.filter(({ isLogged }) => !isLogged);
  const proofOf = entries.length > 0 ? await append(transaction, { head, entries, signer }) : () => null;
  return { taken: queued.length, proofOf };
};

interface Batch {
  readonly head: Head;
  readonly entries: readonly SubjectEntry[];
  readonly signer: NoteSigner;
}

const append = async (transaction: Transaction, { head, entries, signer }: Batch): Promise<Appended["proofOf"]> => {
  const readOld = await readNodes(transaction, rootNodes(head.size));
  // A damaged table must stop the log: signing on top of it would be a second history that anyone can prove.
  assert(equalBytes(foldRoot(head.size, readOld), head.root), "the log's nodes add up to its signed root");
  const nodes = appendedNodes({
    size: head.size,
    leafHashes: entries.map(({ entry }) => leafHash(entry)),
    read: readOld,
  });
  const added = new Map(nodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  const size = head.size + entries.length;
  const read: ReadNode = (level, index) => added.get(`${level}/${index}`) ?? readOld(level, index);
  const root = foldRoot(size, read);
  await insertEntries(transaction, head.size, entries);
  await insertNodes(transaction, nodes);
  const checkpoint = signCheckpoint({ origin: signer.name, size, root }, signer);
  await moveHead(transaction, head.size, { size, root, checkpoint });
  // Beside the path of a new entry stand new nodes, and of the old ones only those of the old root.
  const write = createProofWriter({ size, read, checkpoint });
  const indexes = new Map(entries.map(({ subject }, i) => [bytesToHex(subject), head.size + i]));
  return (subject) => {
    const index = indexes.get(subject);
    return index === undefined ? null : write(index);
  };
};
