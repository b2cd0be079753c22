// A log that says what the tests ask for, and witnesses who cosign it.
import { type BundleManifest, logEntryOf } from "@underseal/evidence";
import { bytesToBase64Url } from "@underseal/foundation";
import {
  addSignatures,
  appendedNodes,
  consistencyProofNodes,
  cosignText,
  encodeTlogProof,
  foldProof,
  foldRoot,
  inclusionProofNodes,
  leafHash,
  signCheckpoint,
} from "@underseal/tlog";
import type { World } from "./parties.ts";

export interface Logging {
  readonly proofs: string[];
  readonly consistency: BundleManifest["consistency"];
}

export interface LogOptions {
  readonly signer?: World["log"];
  /** After how many entries the log published a checkpoint; the last is always one. */
  readonly published?: readonly number[];
  /** Who cosigned, and when by the witness's clock, for the checkpoint of this size. */
  readonly cosign?: (size: number) => readonly { readonly witness: World["log"]; readonly time: number }[];
}

/** A log of these statements alone, each proven up to the first published checkpoint that covers it. */
export const proveAll = (
  world: World,
  statements: readonly { readonly hash: Uint8Array }[],
  { signer = world.log, published = [], cosign = () => [] }: LogOptions = {},
): Logging => {
  const nodes = new Map<string, Uint8Array>();
  const read = (level: number, index: number): Uint8Array => nodes.get(`${level}/${index}`) ?? new Uint8Array(32);
  const leafHashes = statements.map(({ hash }) => leafHash(logEntryOf(hash)));
  for (const { level, index, hash } of appendedNodes({ size: 0, leafHashes, read }))
    nodes.set(`${level}/${index}`, hash);
  const sizes = [...new Set([...published, statements.length])].sort((x, y) => x - y);
  const checkpointAt = (size: number): string => {
    const note = signCheckpoint({ origin: signer.name, size, root: foldRoot(size, read) }, signer);
    const text = note.slice(0, note.indexOf("\n\n") + 1);
    const cosignatures = cosign(size).map(({ witness, time }) => cosignText({ text, signer: witness, time }));
    return cosignatures.length === 0 ? note : addSignatures(note, cosignatures);
  };
  const checkpoints = new Map(sizes.map((size) => [size, checkpointAt(size)]));
  const proofs = statements.map((_, index) => {
    const size = sizes.find((each) => each > index) ?? statements.length;
    const hashes = foldProof(inclusionProofNodes({ index, size }), read);
    return encodeTlogProof({ index, hashes, checkpoint: checkpoints.get(size) ?? "" });
  });
  const consistency = sizes.slice(1).map((newSize, i) => {
    const oldSize = sizes[i] ?? 1;
    const hashes = foldProof(consistencyProofNodes({ oldSize, newSize }), read).map(bytesToBase64Url);
    return { oldSize, newSize, hashes };
  });
  return { proofs, consistency };
};
