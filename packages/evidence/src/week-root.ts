// What a week statement signs: every device record of the week under one root, so that a sample can be drawn from a
// set that nobody can change any more (protocol §9).
import { appendedNodes, foldRoot, leafHash } from "@underseal/tlog";

export interface PlacedRecord {
  /** Of a start the slot of its `at`, of a capture that of its round, of a disclosure that of its capture. */
  readonly slot: number;
  readonly device: string;
  readonly seq: number;
  /** Statement hash. */
  readonly hash: Uint8Array;
}

/** The RFC 6962 root over the statement hashes in the order of slot, device id and sequence number. */
export const weekRootOf = (records: readonly PlacedRecord[]): Uint8Array => {
  const leafHashes = records.toSorted(compareRecords).map(({ hash }) => leafHash(hash));
  const read = () => {
    throw new Error("broken assumption: a tree that begins empty needs no older node");
  };
  const nodes = new Map(
    appendedNodes({ size: 0, leafHashes, read }).map(({ level, index, hash }) => [`${level}/${index}`, hash]),
  );
  return foldRoot(records.length, (level, index) => nodes.get(`${level}/${index}`) ?? read());
};

const compareRecords = (a: PlacedRecord, b: PlacedRecord): number =>
  a.slot - b.slot || (a.device < b.device ? -1 : a.device > b.device ? 1 : 0) || a.seq - b.seq;
