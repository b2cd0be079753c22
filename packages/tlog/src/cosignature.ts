import { assert, concatBytes, type Redacted, reveal, u64, utf8ToBytes } from "@underseal/foundation";
import { SIGNATURE_BYTES, signEd25519, verifyStrict } from "./ed25519.ts";

// C2SP tlog-cosignature, the Ed25519 kind: a witness states that, at a time, this checkpoint was the largest it had
// seen of the log and continued all that it had seen before. Two header lines keep such a signature from being taken
// for one over the checkpoint itself, whose second line is a number.

const TIME_BYTES = 8;

const messageOf = (text: string, time: number): Uint8Array => utf8ToBytes(`cosignature/v1\ntime ${time}\n${text}`);

export interface CosignatureInput {
  readonly seed: Redacted<Uint8Array>;
  /** The checkpoint's text, newline included, without its signatures. */
  readonly text: string;
  /** Unix seconds. */
  readonly time: number;
}

/** 72 bytes: the time and the signature. */
export const signCosignature = ({ seed, text, time }: CosignatureInput): Uint8Array => {
  assert(Number.isSafeInteger(time) && time > 0, "a cosignature says when, in unix seconds");
  return concatBytes(u64(BigInt(time)), signEd25519({ seed: reveal(seed), message: messageOf(text, time) }));
};

export interface CosignatureClaim {
  readonly publicKey: Uint8Array;
  readonly text: string;
  readonly signature: Uint8Array;
}

/** The time that the cosigner states, in unix seconds; `null` for anything that is not its cosignature. */
export const verifyCosignature = ({ publicKey, text, signature }: CosignatureClaim): number | null => {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return null;
  const view = new DataView(signature.buffer, signature.byteOffset, TIME_BYTES);
  // What exceeds exact integers becomes a number that is none, and a time of zero says nothing.
  const time = Number(view.getBigUint64(0));
  if (!Number.isSafeInteger(time) || time === 0) return null;
  const claim = { publicKey, message: messageOf(text, time), signature: signature.subarray(TIME_BYTES) };
  return verifyStrict(claim) ? time : null;
};
