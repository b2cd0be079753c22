// A log with two witnesses, as a test holds it: checkpoints at any size, with the proofs between them.
import { createTestRandom, redact, u32, utf8ToBytes } from "@underseal/foundation";
import {
  addSignatures,
  appendedNodes,
  type Checkpoint,
  consistencyProofNodes,
  cosignerKeyOf,
  cosignText,
  encodeVerifierKey,
  foldProof,
  foldRoot,
  formatCheckpoint,
  inclusionProofNodes,
  leafHash,
  type NoteSigner,
  signCheckpoint,
  verifierKeyOf,
} from "@underseal/tlog";

export const ORIGIN = "log.example/underseal1";
export const COSIGNED_AT = 1_795_000_000;

export const signerOf = (name: string, seed: number): NoteSigner => ({
  name,
  seed: redact(createTestRandom(seed).bytes(32)),
});

export const logSigner = signerOf(ORIGIN, 11);
export const witnessSigners = [signerOf("north.example/witness", 12), signerOf("south.example/witness", 13)] as const;

export const logKey = encodeVerifierKey(verifierKeyOf(logSigner));
export const [northKey, southKey] = [
  encodeVerifierKey(cosignerKeyOf(witnessSigners[0])),
  encodeVerifierKey(cosignerKeyOf(witnessSigners[1])),
];

export const leafAt = (index: number): Uint8Array => leafHash(u32(index));

/** The log of the entries 0 to `size` - 1. */
export const createSmallLog = (
  size: number,
  leafHashes: readonly Uint8Array[] = Array.from({ length: size }, (_, i) => leafAt(i)),
) => {
  const nodes = new Map<string, Uint8Array>();
  const read = (level: number, index: number): Uint8Array => nodes.get(`${level}/${index}`) ?? new Uint8Array(32);
  for (const { level, index, hash } of appendedNodes({ size: 0, leafHashes, read }))
    nodes.set(`${level}/${index}`, hash);
  const checkpointAt = (at: number): Checkpoint => ({ origin: ORIGIN, size: at, root: foldRoot(at, read) });
  return {
    checkpointAt,
    noteAt: (at: number, witnesses: readonly NoteSigner[] = []) => signed(checkpointAt(at), witnesses),
    inclusionAt: (index: number, at = size) => foldProof(inclusionProofNodes({ index, size: at }), read),
    consistencyFrom: (oldSize: number, newSize = size) => foldProof(consistencyProofNodes({ oldSize, newSize }), read),
  };
};

export const signed = (
  checkpoint: Checkpoint,
  witnesses: readonly NoteSigner[] = [],
  signer: NoteSigner = logSigner,
): string =>
  addSignatures(
    signCheckpoint(checkpoint, signer),
    witnesses.map((witness) => cosignText({ signer: witness, text: formatCheckpoint(checkpoint), time: COSIGNED_AT })),
  );

export const bytesOfNote = (note: string): Uint8Array => utf8ToBytes(note);
